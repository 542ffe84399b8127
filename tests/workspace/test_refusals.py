"""Who may not, what is not there: Slack's error names for a wrong token, a missing scope, an unknown place."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.slack import api
from tests.workspace import kit
from tests.workspace.office import BEN, BOT, GENERAL, HIRING, MANIFEST, ROSA, SCOPES, Office, office

pytestmark = pytest.mark.anyio
SCOPED = {name: scope for name, (_, scope) in api.METHODS.items() if scope}


async def refused(asking: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await asking
    return caught.value.response


async def test_without_a_token_nobody_is_heard(shared: Office) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{shared.url}/api/auth.test")
    assert answer.status_code == 200
    assert answer.json() == {"ok": False, "error": "not_authed"}


async def test_a_wrong_token_is_no_token(shared: Office) -> None:
    stranger = AsyncWebClient("xoxb-somebody-else", base_url=f"{shared.url}/api/")
    assert (await refused(stranger.auth_test()))["error"] == "invalid_auth"


async def test_a_token_may_stand_in_the_form(shared: Office) -> None:
    form = {"token": shared.slack.token, "user": ROSA}
    answer = await shared.http.post("/api/users.info", data=form)
    assert answer.json()["user"]["id"] == ROSA


@pytest.mark.parametrize("method", SCOPED)
async def test_a_method_asks_for_its_scope_by_name(bare: Office, method: str) -> None:
    answer = await refused(bare.slack.api_call(method))
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == SCOPED[method].split("|")[0]
    assert answer["provided"] == "commands"


@pytest.fixture(scope="module")
async def bare(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> Any:
    """A workspace that installed the app with hardly any scope."""
    manifest = {**MANIFEST, "oauth_config": {"scopes": {"bot": ["commands"]}}}
    async with office(tmp_path_factory.mktemp("bare"), manifest) as found:
        yield found


async def test_every_answer_names_the_granted_scopes(shared: Office) -> None:
    answer = await shared.slack.auth_test()
    assert set(answer.headers["x-oauth-scopes"].split(",")) == set(SCOPES)


async def test_an_address_is_told_only_with_its_scope(tmp_path: Path, shared: Office) -> None:
    told = (await shared.slack.users_info(user=ROSA))["user"]["profile"]
    assert told["email"] == "rosa@brightwater.example"
    manifest = {**MANIFEST, "oauth_config": {"scopes": {"bot": ["users:read"]}}}
    async with office(tmp_path, manifest) as shy:
        assert "email" not in (await shy.slack.users_info(user=ROSA))["user"]["profile"]


async def test_an_unknown_method_is_named(shared: Office) -> None:
    answer = await refused(shared.slack.api_call("chat.shout"))
    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.shout")


@pytest.mark.parametrize("method", [
    "chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "chat.getPermalink", "reactions.add",
    "conversations.info", "conversations.members", "conversations.invite", "conversations.archive",
])  # fmt: skip
async def test_an_unknown_channel_is_not_found(shared: Office, method: str) -> None:
    words = {"text": "so", "user": ROSA, "ts": "1.1", "message_ts": "1.1", "timestamp": "1.1", "name": "eyes", "users": ROSA}  # fmt: skip
    answer = await refused(shared.slack.api_call(method, json={"channel": "C0NOWHERE", **words}))
    assert answer["error"] == "channel_not_found"


@pytest.mark.parametrize(("method", "words", "error"), [
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@brightwater.example"}, "users_not_found"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("views.publish", {"user_id": "U0NOBODY", "view": kit.home()}, "user_not_found"),
    ("views.update", {"view_id": "V0NOWHERE", "view": kit.modal()}, "not_found"),
    ("conversations.invite", {"channel": HIRING, "users": "U0NOBODY"}, "user_not_found"),
    ("conversations.invite", {"channel": HIRING, "users": ROSA}, "already_in_channel"),
    ("conversations.invite", {"channel": HIRING, "users": BOT}, "cant_invite_self"),
    ("conversations.create", {"name": "hiring"}, "name_taken"),
    ("conversations.create", {"name": "x" * 81}, "invalid_name_maxlength"),
    ("conversations.create", {"name": "Two Words"}, "invalid_name_specials"),
    ("conversations.archive", {"channel": GENERAL}, "cant_archive_general"),
    ("chat.postMessage", {"channel": GENERAL, "text": "so"}, "not_in_channel"),
    ("chat.postMessage", {"channel": HIRING, "text": "so", "thread_ts": "1.1"}, "thread_not_found"),
    ("chat.postEphemeral", {"channel": HIRING, "user": "U0NOBODY", "text": "so"}, "user_not_in_channel"),
    ("chat.update", {"channel": HIRING, "ts": "1.1", "text": "so"}, "message_not_found"),
    ("chat.delete", {"channel": HIRING, "ts": "1.1"}, "message_not_found"),
    ("reactions.add", {"channel": HIRING, "timestamp": "1.1", "name": "eyes"}, "message_not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "F0NOWHERE"}]}, "file_not_found"),
    ("users.list", {"cursor": "elsewhere"}, "invalid_cursor"),
    ("views.open", {"view": kit.modal()}, "invalid_arguments"),
    ("users.info", {}, "invalid_arguments"),
])  # fmt: skip
async def test_what_is_not_there_has_a_name(
    shared: Office, method: str, words: dict[str, Any], error: str
) -> None:
    assert (await refused(shared.slack.api_call(method, json=words)))["error"] == error


async def test_the_messages_of_people_are_not_the_apps_to_change(shared: Office) -> None:
    await shared.person(BEN).does("say", channel=HIRING, text="mine")
    ts = (await shared.person(BEN).messages())[-1]["ts"]
    answer = await refused(shared.slack.chat_update(channel=HIRING, ts=ts, text="yours"))
    assert answer["error"] == "cant_update_message"
    answer = await refused(shared.slack.chat_delete(channel=HIRING, ts=ts))
    assert answer["error"] == "cant_delete_message"


async def test_nothing_is_posted_where_nobody_reads(town: Office) -> None:
    room = (await town.slack.conversations_create(name="offer-ada"))["channel"]["id"]
    await town.slack.conversations_archive(channel=room)
    answer = await refused(town.slack.chat_postMessage(channel=room, text="so"))
    assert answer["error"] == "is_archived"
    answer = await refused(town.slack.conversations_archive(channel=room))
    assert answer["error"] == "already_archived"


async def test_a_home_tab_that_is_turned_off_cannot_be_published(tmp_path: Path) -> None:
    manifest = {**MANIFEST, "features": {**MANIFEST["features"], "app_home": {}}}
    async with office(tmp_path, manifest) as town:
        answer = await refused(town.slack.views_publish(user_id=ROSA, view=kit.home()))
        assert answer["error"] == "not_enabled"


@pytest.mark.parametrize(("body", "error"), [
    (b"{", "invalid_json"), (b"[]", "json_not_object"), (b'"so"', "json_not_object"), (b"\xff", "invalid_json"),
    (b"[" * 50_000, "invalid_json"),
])  # fmt: skip
async def test_a_body_that_is_no_json_object_is_refused(
    shared: Office, body: bytes, error: str
) -> None:
    headers = {"authorization": f"Bearer {shared.slack.token}", "content-type": "application/json"}
    answer = await shared.http.post("/api/chat.postMessage", content=body, headers=headers)
    assert answer.json() == {"ok": False, "error": error}


async def test_structured_arguments_may_come_as_json_text_in_a_form(shared: Office) -> None:
    form = {"channel": HIRING, "text": "so", "blocks": '[{"type": "divider"}]'}
    headers = {"authorization": f"Bearer {shared.slack.token}"}
    answer = await shared.http.post("/api/chat.postMessage", data=form, headers=headers)
    assert answer.json()["message"]["blocks"][0]["type"] == "divider"
    answer = await shared.http.post(
        "/api/chat.postMessage", data={**form, "blocks": "[{"}, headers=headers
    )
    assert answer.json()["error"] == "invalid_arguments"


ODD: tuple[Any, ...] = (0, -1, 1.5, True, "", "x", [], ["x"], [{}], {}, {"type": "modal"}, None)
ARGUMENTS = (
    "channel", "ts", "text", "blocks", "attachments", "metadata", "view", "trigger_id", "user", "users", "user_id", "view_id", "hash",
    "external_id", "name", "timestamp", "files", "filename", "length", "limit", "cursor", "email", "thread_ts", "message", "message_ts",
    "markdown_text", "channel_id",
)  # fmt: skip

STRUCTURED = ("blocks", "attachments", "metadata", "view", "files", "message")


@pytest.mark.parametrize("method", sorted(api.METHODS))
async def test_a_method_answers_whatever_it_is_asked(shared: Office, method: str) -> None:
    headers = {"authorization": f"Bearer {shared.slack.token}"}
    right = {"channel": HIRING, "user": ROSA, "ts": "1.1", "text": "so", "trigger_id": "1.1.a", "name": "x"}  # fmt: skip
    for odd in ODD:
        for words in (dict.fromkeys(ARGUMENTS, odd), {**right, **dict.fromkeys(STRUCTURED, odd)}):
            answer = await shared.http.post(f"/api/{method}", json=words, headers=headers)
            assert answer.status_code == 200, (method, words)
            assert answer.json()["ok"] in (True, False)
