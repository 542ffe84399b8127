"""When people are asked and reminded. Pure: moments in, moments out."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.hours import Range, Week, intervals

ASK_AFTER = timedelta(minutes=5)
DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
JOIN_BEFORE = timedelta(minutes=10)
UNANSWERED = timedelta(hours=8)  # working hours until an interviewer is asked for an answer
ONE_MINUTE = timedelta(minutes=1)
AGAIN = timedelta(hours=24)  # from one question to the next, and to telling the recruiter
LONGEST = timedelta(days=30)  # how far working hours are looked for
AWAKE = (Range(time(8), time(20), frozenset(range(7))),)


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


def reminders(
    start: datetime, booked: datetime, zone: str, before: Iterable[timedelta] = (DAY, HOUR)
) -> list[tuple[timedelta, datetime]]:
    """When a candidate is reminded: how long before it was meant, and the moment; the earliest first.

    One that would come at night (between 20:00 and 8:00 in `zone`) comes the evening before, unless it is meant for
    the last three hours. What is due less than an hour after the booking is left out.
    """
    awake = Week(zone, AWAKE)
    found = []
    for span in sorted(set(before), reverse=True):
        at = start - span
        if span > timedelta(hours=3):
            at = last_working(at, awake) or at
        if at > booked + HOUR:
            found.append((span, at))
    return found


def asked_until(now: datetime, start: datetime, waiting: int, patience: timedelta) -> datetime:
    """Until when somebody is waited for who is asked to take an interview over, with so many left to ask after them.

    Their time gets shorter when otherwise not everybody could be asked before the start; nobody gets less than a minute.
    """
    share = (start - now) / (waiting + 1)
    return now + max(min(patience, share), ONE_MINUTE)


def brief_at(start: datetime, now: datetime, hours: Week) -> datetime:
    """When an interviewer gets the brief: a day before, in their working hours; at once where that is over."""
    return max(now, last_working(start - DAY, hours) or start - DAY)


def answers_asked(invited: datetime, start: datetime, hours: Week) -> list[datetime]:
    """When an interviewer who has not answered is asked again, asked once more, and the recruiter told.

    After eight working hours, then a day later each, in working hours; only what lies before the start.
    """
    first = after_working(invited, UNANSWERED, hours)
    second = next_working(first + AGAIN, hours)
    return [at for at in (first, second, next_working(second + AGAIN, hours)) if at < start]


def after_working(since: datetime, amount: timedelta, hours: Week) -> datetime:
    """The moment when that much working time has passed."""
    left = amount
    for begins, ends in intervals(hours, (since, since + LONGEST)):
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return since + LONGEST


def next_working(at: datetime, hours: Week) -> datetime:
    """The same moment, or the beginning of the next working hours."""
    return next((begins for begins, _ in intervals(hours, (at, at + LONGEST))), at)


def last_working(at: datetime, hours: Week) -> datetime | None:
    """The same moment, or an hour before the last working hours ended, so that there is time to read."""
    found = intervals(hours, (at - LONGEST, at))
    if not found:
        return None
    begins, ends = found[-1]
    return at if ends == at else max(begins, ends - HOUR)
