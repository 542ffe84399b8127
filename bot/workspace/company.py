"""Fills an empty workspace with Brightwater Labs: its Slack, its ATSs, and everybody's calendar."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.workspace.ats import DEFAULT, stand_ins
from bot.workspace.clock import WorkspaceClock
from bot.workspace.seed import people
from bot.workspace.store import Store

WITHOUT_CALENDAR = "U0SAM0001"
MEETINGS = (
    # weekday, start, minutes, title
    (0, time(9, 30), 30, "Week start"), (0, time(11), 60, "Planning"), (1, time(9, 30), 15, "Stand-up"), (1, time(13), 60, "Design review"),
    (2, time(10), 60, "One to one"), (2, time(15), 60, "Customer call"), (3, time(9, 30), 15, "Stand-up"), (3, time(14), 90, "Architecture"),
    (4, time(11), 60, "Retrospective"), (4, time(15, 30), 60, "Demo"),
)  # fmt: skip


def seed(store: Store, clock: WorkspaceClock, ats: Sequence[str] = DEFAULT) -> None:
    """Write everything once; what was filled before is left alone, an ATS that joins later is filled then."""
    now = clock.now()
    with store.batch():
        if not store.get("slack_team", "team"):
            _slack(store, now)
            _calendars(store, now)
        for vendor in ats:
            if not store.get("filled", vendor):
                stand_ins()[vendor].fill(store, now)
                store.put("filled", vendor, {"at": now.isoformat()})


def _slack(store: Store, now: datetime) -> None:
    store.put("slack_team", "team", {"id": "T0BRIGHT1", "name": "Brightwater Labs", "domain": "brightwater", "app_id": "A0CALLSHT",
                                     "bot_user": "U0CALLBOT", "bot_id": "B0CALLBOT", "url": ""})  # fmt: skip
    staff = []
    for id, name, real, zone, title, admin, _ in people.STAFF:
        staff.append(id)
        store.put("slack_user", id, {"id": id, "name": name, "real_name": real, "email": f"{name}@brightwater.example", "tz": zone,
                                     "title": title, "is_admin": admin, "is_bot": False})  # fmt: skip
    store.put("slack_user", "U0CALLBOT", {"id": "U0CALLBOT", "name": "callsheet", "real_name": "Callsheet", "email": "", "tz": "UTC",
                                          "title": "App", "is_admin": False, "is_bot": True})  # fmt: skip
    store.put("slack_channel", "C0GENERAL", {"id": "C0GENERAL", "name": "general", "is_private": False, "is_im": False, "members": [*staff],
                                             "topic": "Everything and everyone"})  # fmt: skip
    store.put("slack_channel", "C0HIRING1", {"id": "C0HIRING1", "name": "hiring", "is_private": True, "is_im": False,
                                             "members": [*staff, "U0CALLBOT"], "topic": "Open roles and interviews"})  # fmt: skip
    for number, (channel, user, text) in enumerate(people.CHATTER):
        ts = f"{int((now - timedelta(hours=5 - number)).timestamp())}.{number:06d}"
        message = {
            "type": "message",
            "ts": ts,
            "channel": channel,
            "user": user,
            "text": text,
            "order": store.next_id("order"),
        }
        store.put("slack_message", f"{channel}:{ts}", message)


def _calendars(store: Store, now: datetime) -> None:
    """Five weeks of meetings in everybody's own zone; each person misses some of them."""
    for person, (id, name, _, zone, *_) in enumerate(people.STAFF):
        if id == WITHOUT_CALENDAR:
            continue
        address = f"{name}@brightwater.example"
        store.put("calendar", address, {"address": address, "zone": zone})
        here = ZoneInfo(zone)
        monday = now.astimezone(here).date() - timedelta(days=now.astimezone(here).weekday() + 7)
        for week in range(5):
            for number, (weekday, start, minutes, title) in enumerate(MEETINGS):
                if (number + person + week) % 4 == 0:
                    continue
                begin = datetime.combine(
                    monday + timedelta(weeks=week, days=weekday), start, here
                ).astimezone(UTC)
                key = f"{address}:{week}-{number}"
                store.put("calendar_event", key, {
                    "id": key, "address": address, "uid": f"{key}@brightwater.example", "sequence": 0, "summary": title,
                    "start": begin.isoformat(), "end": (begin + timedelta(minutes=minutes)).isoformat(), "status": "confirmed", "transparent": False,
                })  # fmt: skip
