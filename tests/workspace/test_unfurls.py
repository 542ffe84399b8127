"""Links that people post: the app hears of those at its domains and shows something below them."""

import pytest
from slack_sdk.errors import SlackApiError

from tests.workspace import kit
from tests.workspace.office import HIRING, Office

pytestmark = pytest.mark.anyio
URL = "https://app.ats.example/people/5?application_id=7"


async def post(town: Office, text: str) -> dict[str, str]:
    """Rosa says something; gives what the app heard of it."""
    before = len(town.app.heard)
    await town.person().does("say", channel=HIRING, text=text)
    heard = [h.fields["event"] for h in town.app.heard[before:]]
    return next((dict(e) for e in heard if e["type"] == "link_shared"), {})


async def test_an_address_at_a_domain_of_the_app_is_told_and_others_are_not(town: Office) -> None:
    event = await post(town, f"look at {URL} and https://elsewhere.example/x")
    assert event["links"] == [{"url": URL, "domain": "ats.example"}]
    assert (event["channel"], event["source"]) == (HIRING, "conversations_history")
    assert await post(town, "https://notats.example/people/5") == {}


async def test_a_card_stands_below_the_link_and_its_button_works(town: Office) -> None:
    event = await post(town, f"look at {URL}")
    blocks = [kit.actions(kit.button(action_id="press"))]
    unfurls = {URL: {"blocks": blocks}}
    await town.slack.chat_unfurl(unfurl_id=event["unfurl_id"], source=event["source"], unfurls=unfurls)  # fmt: skip
    (message,) = [m for m in await town.person().messages() if m["ts"] == event["message_ts"]]
    assert message["attachments"][0]["from_url"] == URL
    await town.person().presses(message)
    assert town.app.last.fields["actions"][0]["action_id"] == "press"


@pytest.mark.parametrize(
    ("unfurls", "error"),
    [
        ({}, "missing_unfurls"),
        ({"https://elsewhere.example/": {"blocks": []}}, "cannot_unfurl_url"),
        ({URL: {"blocks": [{"type": "hologram"}]}}, "invalid_blocks"),
    ],
)
async def test_what_slack_cannot_show_is_refused(
    town: Office, unfurls: dict[str, dict[str, object]], error: str
) -> None:
    event = await post(town, f"look at {URL}")
    with pytest.raises(SlackApiError) as refused:
        await town.slack.chat_unfurl(channel=HIRING, ts=event["message_ts"], unfurls=unfurls)
    assert refused.value.response["error"] == error
