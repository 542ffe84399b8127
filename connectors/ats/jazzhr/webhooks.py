"""Candidate Export: `X-JazzHR-Signature` is HMAC-SHA256 of the raw bytes, in hexadecimal. It tells of one person whole.

Of a delivery only ids, the step and its category are passed on.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any

from connectors import deliveries, values
from connectors.ats.jazzhr.calls import listed
from connectors.errors import BadWebhook
from connectors.model import Event

VERIFY = {"data": "JazzHR Verify Event"}
KINDS = {"hired": "application.hired", "not hired": "application.rejected"}


def read(headers: Mapping[str, str], body: bytes, *, account: str, secret: str) -> list[Event]:
    """Check one delivery and read it. Raises BadWebhook or ValueError.

    The call by which JazzHR tries an address gives [], signed or not: that it is signed is said nowhere, and its one
    sentence tells nothing.
    """
    given = headers.get("x-jazzhr-signature", "").encode("utf-8", "replace")
    want = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
    if not secret or not hmac.compare_digest(want, given):
        if headers.get("x-jazzhr-event") == "VERIFY" and deliveries.read(body) == VERIFY:
            return []
        raise BadWebhook("The signature is wrong.", account=account)
    told = deliveries.read(body)
    if told == VERIFY:
        return []
    found = list(_events(told, account, headers.get("x-jazzhr-uuid") or hashlib.sha256(body).hexdigest()))  # fmt: skip
    if not found:
        raise ValueError("a webhook that names nobody")
    return found


def _events(told: Mapping[str, Any], account: str, delivery: str) -> Iterator[Event]:
    """One for each of the person's applications; every field may be null."""
    whole = deliveries.part(told, "candidate")
    who = values.ref(account, "candidate", _value(deliveries.part(whole, "person"), "id"))
    pairs = [
        (profile, opening)
        for profile in listed(whole.get("profiles"))
        for opening in listed(profile.get("associatedPositionOpenings")) or [{}]
    ]
    for place, (profile, opening) in enumerate(pairs):
        application = values.ref(account, "application", _value(profile, "profileId"))
        if application is None and who is None:
            continue
        status = deliveries.part(opening, "candidateStatus")
        step, category = (str(status.get(name) or "") for name in ("name", "category"))
        yield Event(
            delivery=f"{delivery}-{place}",
            kind=KINDS.get(category.casefold(), "application.changed") if application else "candidate.changed",
            vendor_kind="CANDIDATE-EXPORT",
            subject=application or who,
            candidate=who,
            application=application,
            job=values.ref(account, "job", _value(opening, "positionOpeningId")),
            at=values.moment(status.get("transitionDateTime")),
            version=str(status.get("transitionDateTime") or ""),
            after={name: said for name, said in (("stage", step), ("status", category)) if said},
        )  # fmt: skip


def _value(row: Mapping[str, Any], name: str) -> str:
    """The id inside `{value, schemeId}`."""
    return str(deliveries.part(row, name).get("value") or "")
