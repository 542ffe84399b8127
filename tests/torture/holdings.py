"""What the receivers hold in the end: mailboxes, ATSs and Slack, without what differs from run to run."""

import base64
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.flows.person import blocks_of, words

_VOLATILE = [
    (re.compile(r"/c/[\w.\-]+"), "/c/…"),
    (re.compile(r"\b(int|off|iss|lnk|try|sc|ntc|lop|swp|prp|cfl|deb)_[0-9a-z]+"), r"\1_…"),
    (re.compile(r"\bview:V\w+:[\w.]+"), "view:…"),
    (re.compile(r"ref: [0-9a-f]{8}\b"), "ref: …"),
    (re.compile(r"\b\d{10}(\.\d+)?\b"), "<stamp>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:(?!00[Z+.])[\d.]+(Z|[+-]\d\d:\d\d)?"), "<moment>"),
    (
        re.compile(r"\b(\d\d):0\d\b"),
        r"\1:0…",
    ),  # the story begins at nine; how long it takes is no difference
    (re.compile(r"\b[0-9a-f]{16,}\b"), "<hex>"),
    (re.compile(r"\b\d{13}\b"), "<millis>"),
]
_ATS = ("gh_", "lever_", "calendar_event")
_UNCOUNTED = ("_bytes",)  # files: a signature holds the moment it was made at
_NOT_COMPARED = {"id", "ts", "url"}
_PLANNED = {"starts_at", "ends_at"}  # other moments are those at which something was written


@dataclass(frozen=True)
class Holdings:
    """Multisets by receiver; `repeats` counts mails that came again with a Message-ID already there."""

    mails: Counter[str] = field(default_factory=Counter)
    ats: Counter[str] = field(default_factory=Counter)
    slack: dict[str, Counter[str]] = field(default_factory=dict)  # by what was posted, where
    repeats: int = 0


@dataclass(frozen=True)
class Verdict:
    """How a disturbed run differs: `lost` and `twice` must be empty; `in_doubt` is what no receiver could tell."""

    lost: tuple[str, ...]
    twice: tuple[str, ...]
    in_doubt: int

    @property
    def good(self) -> bool:
        return not self.lost and not self.twice


def holdings(state: Path) -> Holdings:
    """Read the workspace's own memory."""
    found = Holdings()
    repeats = 0
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True)) as db:
        rooms = [
            json.loads(d)
            for (d,) in db.execute("select doc from docs where kind = 'slack_channel'")
        ]
        # direct messages are numbered as they are opened, in no order
        people = {room["id"]: room["user"] for room in rooms if room.get("is_im")}
        for kind, text in db.execute("select kind, doc from docs"):
            if kind == "slack_message":
                if post := _message(text):
                    channel, what, said = post
                    place = f"{people.get(channel, channel)} {what}"
                    found.slack.setdefault(place, Counter())[said] += 1
            elif kind == "mail":
                mail, again = _mail(text)
                found.mails[mail] += 1
                repeats += again
            elif kind.startswith(_ATS):
                found.ats[_record(kind, text)] += 1
    return Holdings(found.mails, found.ats, found.slack, repeats)


@lru_cache(maxsize=50_000)
def _message(text: str) -> tuple[str, str, str] | None:
    """Where a message stands, what it is and what it says; None for what is nobody's post of ours."""
    doc = json.loads(text)
    if not doc.get("bot_id") or doc.get("is_ephemeral"):
        return None
    said = plain(words(blocks_of(doc)) or str(doc.get("text")))
    return doc["channel"], _post(doc, said), said


@lru_cache(maxsize=50_000)
def _record(kind: str, text: str) -> str:
    if kind.endswith(_UNCOUNTED):
        return f"{kind} "
    shown = {k: v for k, v in json.loads(text).items() if compared(k)}
    return f"{kind} {plain(json.dumps(shown, sort_keys=True))}"


def compared(name: str) -> bool:
    return name not in _NOT_COMPARED and (name in _PLANNED or not name.endswith(("_at", "At")))


@lru_cache(maxsize=50_000)
def _mail(text: str) -> tuple[str, int]:
    """What a mail says, and how often it came again."""
    doc = json.loads(text)
    message = message_from_bytes(base64.b64decode(doc["raw"]), policy=default)
    body = message.get_body(("plain",))
    invite = doc.get("calendar") or {}
    shown = [doc["address"], str(message["Subject"]), body.get_content() if body else ""]
    shown += [invite.get(name) for name in ("method", "sequence", "start")]
    shown += [part.get_filename() for part in message.iter_attachments()]
    return plain(json.dumps(shown, ensure_ascii=False)), int(doc.get("repeats") or 0)


def plain(text: str) -> str:
    for pattern, instead in _VOLATILE:
        text = pattern.sub(instead, text)
    return text


def compare(undisturbed: Holdings, disturbed: Holdings) -> Verdict:
    """Mails and ATS records exactly. A post may stand in Slack once more, since nobody can look it up there."""
    lost: list[str] = []
    twice: list[str] = []
    for name in ("mails", "ats"):
        before, after = getattr(undisturbed, name), getattr(disturbed, name)
        lost += [f"{name}: {row}" for row in (before - after).elements()]
        twice += [f"{name}: {row}" for row in (after - before).elements()]
    doubt = max(disturbed.repeats - undisturbed.repeats, 0)
    for post in undisturbed.slack.keys() | disturbed.slack.keys():
        before = undisturbed.slack.get(post, Counter())
        after = disturbed.slack.get(post, Counter())
        lost += [f"slack: {row}" for row in (before - after).elements()]
        again = [f"slack: {row}" for row in (after - before).elements()]
        if before and len(again) == 1:
            doubt += 1
        else:
            twice += again
    return Verdict(tuple(lost), tuple(twice), doubt)


def _post(doc: dict[str, Any], text: str) -> str:
    """What a message is, whatever it says by now: the app's own key, or the text of one without."""
    metadata = doc.get("metadata") or {}
    if isinstance(metadata, str):
        metadata = json.loads(metadata)
    return plain((metadata.get("event_payload") or {}).get("key") or text)
