"""Read a moment as people type it: `thu 14:00`, `tomorrow 9`, `2026-12-03 14:30`, `3 dec 14:00`. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse(text: str, now: datetime, zone: str) -> datetime | None:
    """The next such moment in that zone, aware UTC; None when the words are not understood."""
    here = ZoneInfo(zone)
    words = text.strip().casefold().replace(",", " ").split()
    if not words:
        return None
    at = _time(words[-1])
    if at is not None:
        words = words[:-1]
    day = _day(words, now.astimezone(here).date())
    if day is None or (at is None and not words):
        return None
    moment = datetime.combine(day, at or time(9), here)
    if not words and moment <= now:
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def _time(word: str) -> time | None:
    found = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?(am|pm)?", word)
    if not found:
        return None
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    if found.group(3):
        hour = hour % 12 + (12 if found.group(3) == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(words: list[str], today: date) -> date | None:
    if not words or words == ["today"]:
        return today
    if words == ["tomorrow"]:
        return today + timedelta(days=1)
    if len(words) == 1 and words[0][:3] in _DAYS and words[0].isalpha():
        ahead = (_DAYS.index(words[0][:3]) - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    if len(words) == 1:
        try:
            return date.fromisoformat(words[0])
        except ValueError:
            return None
    return _month_day(words, today)


def _month_day(words: list[str], today: date) -> date | None:
    number = next((w for w in words if w.isdigit()), None)
    month = next((w[:3] for w in words if w[:3] in _MONTHS), None)
    if number is None or month is None or len(words) > 2:
        return None
    for year in (today.year, today.year + 1):
        try:
            day = date(year, _MONTHS.index(month) + 1, int(number))
        except ValueError:
            return None
        if day >= today:
            return day
    return None
