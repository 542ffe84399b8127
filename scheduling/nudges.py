"""When people are asked and reminded. Pure: moments in, moments out."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

ASK_AFTER = timedelta(minutes=5)


def ask_at(end: datetime) -> datetime:
    """When an interviewer is asked for the scorecard: five minutes after the end."""
    return end + ASK_AFTER


def ladder(end: datetime, zone: str) -> list[datetime]:
    """When a missing scorecard is asked for again: two hours later, next working morning at 9:30, then a day and two later."""
    morning = next_morning(end, zone)
    return [
        end + timedelta(hours=2),
        morning,
        next_morning(morning, zone),
        next_morning(next_morning(morning, zone), zone),
    ]


def next_morning(after: datetime, zone: str) -> datetime:
    """9:30 on the next weekday in that zone, aware UTC."""
    here = ZoneInfo(zone)
    day = after.astimezone(here).date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, time(9, 30), here).astimezone(UTC)


def reminders(start: datetime, booked: datetime) -> list[datetime]:
    """When a candidate is reminded: a day and an hour before, as far as the booking was earlier than that."""
    wanted = (start - timedelta(hours=24), start - timedelta(hours=1))
    return [at for at in wanted if at > booked + timedelta(hours=1)]
