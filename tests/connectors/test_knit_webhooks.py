"""Knit's deliveries: whose they are, what they are about, and that no name goes on."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import registry
from connectors.contract import Ats
from connectors.errors import BadWebhook
from connectors.http import Pool
from tests.connectors.knits import CONFIG, KEY, Doc, application, made

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def delivery(kind: str, word: str, data: Doc, **more: Any) -> tuple[dict[str, str], bytes]:
    told = {
        "eventId": "ev_1", "eventType": word, "eventData": data, "syncDataType": kind, "triggeredAt": str(int(NOW.timestamp() * 1_000)),
    }  # fmt: skip
    body = json.dumps(told | more, ensure_ascii=False).encode()
    digest = hmac.new(KEY.encode(), body, hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    integration = CONFIG["integration_id"]
    return {"x-knit-signature": signature, "x-knit-integration-id": integration}, body


async def test_a_record_passes_on_ids_and_words_but_no_name(pool: Pool) -> None:
    ats = made(pool, None)
    record = application("a1", "c1")
    (event,) = ats.read_webhook(*delivery("ats_applications", "record.modified", record), NOW)
    assert (event.kind, str(event.application)) == ("application.changed", "application:knit-1:a1~c1")  # fmt: skip
    assert (event.after, event.at) == ({"stage": "s1", "status": "ACTIVE"}, NOW)
    assert event.version == "2026-11-11T17:22:09Z"
    assert "Emily" not in event.model_dump_json()


@pytest.mark.parametrize(
    ("kind", "word", "data", "means", "about"),
    [
        ("ats_applications", "record.deleted", {"applicationId": "a1", "candidateId": "c1", "jobId": "j"}, "application.deleted", "a1~c1"),
        ("ats_applications", "record.new", {"info": {"id": "a1", "candidate": None}}, "application.created", "a1"),
        ("ats_candidates", "record.modified", {"info": {"id": "c1"}}, "candidate.changed", "c1"),
        ("ats_jobs", "record.deleted", {"jobId": "j1"}, "job.closed", "j1"),
        ("ats_jobs", "record.new", {"info": {"id": "j1"}}, "job.created", "j1"),
    ],
)  # fmt: skip
async def test_each_record_is_about_its_subject(
    pool: Pool, kind: str, word: str, data: Doc, means: str, about: str
) -> None:
    (event,) = made(pool, None).read_webhook(*delivery(kind, word, data), NOW)
    assert event.subject is not None
    assert (event.kind, event.subject.id) == (means, about)


async def test_what_is_none_of_our_business_says_nothing(pool: Pool) -> None:
    ats = made(pool, None)
    for word in ("sync.events.processed", "sync.events.allConsumed", "app.integration.activate"):
        assert ats.read_webhook(*delivery("ats_jobs", word, {}), NOW) == []
    headers, body = delivery("ats_jobs", "record.new", {"info": {"id": "j1"}})
    assert ats.read_webhook({**headers, "x-knit-integration-id": "mg_other"}, body, NOW) == []
    (odd,) = ats.read_webhook(*delivery("ats_pets", "record.new", {}), NOW)
    assert (odd.kind, odd.vendor_kind) == ("other", "record.new ats_pets")
    with pytest.raises(ValueError, match="names no record"):
        ats.read_webhook(*delivery("ats_jobs", "record.new", {}), NOW)


async def test_both_the_key_and_the_one_kept_beside_it_are_believed_and_no_third(
    pool: Pool,
) -> None:
    ats = made(pool, None)
    sent = delivery("ats_jobs", "record.new", {"info": {"id": "j1"}})
    for key, secret in ((KEY, "another"), ("rotated", KEY)):
        account = replace(ats.account, secrets={"api_key": key, "webhook_secret": secret})
        known = registry.make(account, pool)
        assert isinstance(known, Ats)
        assert len(known.read_webhook(*sent, NOW)) == 1
    stranger = registry.make(replace(ats.account, secrets={"api_key": "rotated"}), pool)
    assert isinstance(stranger, Ats)
    with pytest.raises(BadWebhook):
        stranger.read_webhook(*sent, NOW)
