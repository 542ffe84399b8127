"""Every Web API method of the workspace, called with Slack's own client."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.workspace.slack import api
from tests.workspace import kit
from tests.workspace.office import BEN, BOT, GENERAL, HIRING, ROSA, Office

pytestmark = pytest.mark.anyio
Call = Callable[[Office], Awaitable[Any]]
ELSEWHERE = {"apps.connections.open", "oauth.v2.access"}  # they need tokens of other kinds


async def posted(town: Office, **more: Any) -> str:
    return str((await town.slack.chat_postMessage(channel=HIRING, text="so", **more))["ts"])


async def api_test(town: Office) -> None:
    assert (await town.slack.api_test(foo="bar"))["args"]["foo"] == "bar"


async def auth_test(town: Office) -> None:
    answer = await town.slack.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (
        "T0BRIGHT1",
        BOT,
        "B0CALLBOT",
    )


async def users_info(town: Office) -> None:
    user = (await town.slack.users_info(user=BEN))["user"]
    assert (user["real_name"], user["tz"], user["is_bot"]) == ("Ben Okafor", "Europe/London", False)


async def users_list(town: Office) -> None:
    seen: list[str] = []
    async for page in await town.slack.users_list(limit=4):
        assert len(page["members"]) <= 4
        seen += [member["id"] for member in page["members"]]
    assert len(seen) == len(set(seen)) == 9
    assert {ROSA, BOT} <= set(seen)


async def users_lookup_by_email(town: Office) -> None:
    answer = await town.slack.users_lookupByEmail(email="Rosa@Brightwater.example")
    assert answer["user"]["id"] == ROSA


async def conversations_open(town: Office) -> None:
    first = (await town.slack.conversations_open(users=[ROSA]))["channel"]["id"]
    again = (await town.slack.conversations_open(users=ROSA))["channel"]["id"]
    assert first == again
    assert first.startswith("D")


async def conversations_info(town: Office) -> None:
    room = (await town.slack.conversations_info(channel=HIRING))["channel"]
    assert (room["name"], room["is_private"], room["is_member"], room["is_ext_shared"]) == ("hiring", True, True, False)  # fmt: skip
    assert room["topic"]["value"] == "Open roles and interviews"


async def conversations_list(town: Office) -> None:
    rooms = (await town.slack.conversations_list())["channels"]
    assert GENERAL in {room["id"] for room in rooms}
    assert not any(room["is_im"] or room["is_private"] for room in rooms)
    mine = await town.slack.conversations_list(types="private_channel", exclude_archived=True)
    assert HIRING in {room["id"] for room in mine["channels"]}


async def conversations_members(town: Office) -> None:
    assert {ROSA, BEN, BOT} <= set(
        (await town.slack.conversations_members(channel=HIRING))["members"]
    )


async def conversations_create(town: Office) -> None:
    room = (await town.slack.conversations_create(name="panel-1", is_private=True))["channel"]
    assert (room["is_private"], room["is_member"]) == (True, True)


async def conversations_invite(town: Office) -> None:
    room = (await town.slack.conversations_create(name="panel-2"))["channel"]["id"]
    await town.slack.conversations_invite(channel=room, users=[ROSA, BEN])
    assert (await town.slack.conversations_members(channel=room))["members"] == [BOT, ROSA, BEN]


async def conversations_archive(town: Office) -> None:
    room = (await town.slack.conversations_create(name="panel-3"))["channel"]["id"]
    await town.slack.conversations_archive(channel=room)
    assert (await town.slack.conversations_info(channel=room))["channel"]["is_archived"]


async def chat_post_message(town: Office) -> None:
    ts = await posted(town)
    answer = await town.slack.chat_postMessage(channel=HIRING, text="reply", thread_ts=ts)
    assert answer["message"]["thread_ts"] == ts
    assert (await town.person().messages())[-1]["reply_count"] == 1
    direct = await town.slack.chat_postMessage(channel=ROSA, text="only you")
    assert "only you" in await town.person().texts(direct["channel"])


async def chat_unfurl(town: Office) -> None:
    url = "https://app.ats.example/people/5"
    await town.person().does("say", channel=HIRING, text=f"look: {url}")
    ts = (await town.person().messages())[-1]["ts"]
    await town.slack.chat_unfurl(channel=HIRING, ts=ts, unfurls={url: {"text": "somebody"}})
    assert (await town.person().messages())[-1]["attachments"][0]["text"] == "somebody"


async def chat_post_ephemeral(town: Office) -> None:
    await town.slack.chat_postEphemeral(channel=HIRING, user=ROSA, text="between us")
    assert "between us" in await town.person(ROSA).texts()
    assert "between us" not in await town.person(BEN).texts()


async def chat_update(town: Office) -> None:
    ts = await posted(town, blocks=[kit.section()])
    await town.slack.chat_update(channel=HIRING, ts=ts, text="changed")
    message = (await town.person().messages())[-1]
    assert (message["text"], len(message["blocks"])) == ("changed", 1)
    assert message["edited"]["user"] == BOT
    answer = await town.slack.chat_update(channel=HIRING, ts=ts, text="bare", blocks=[])
    assert answer["message"]["blocks"] == []


async def chat_delete(town: Office) -> None:
    ts = await posted(town)
    await town.slack.chat_delete(channel=HIRING, ts=ts)
    assert ts not in [message["ts"] for message in await town.person().messages()]


async def chat_get_permalink(town: Office) -> None:
    ts = await posted(town)
    answer = await town.slack.chat_getPermalink(channel=HIRING, message_ts=ts)
    assert answer["permalink"] == (
        f"https://brightwater.slack.com/archives/{HIRING}/p{ts.replace('.', '')}"
    )


async def reactions_add(town: Office) -> None:
    ts = await posted(town)
    await town.slack.reactions_add(channel=HIRING, timestamp=ts, name="eyes")
    message = (await town.person().messages())[-1]
    assert message["reactions"] == [{"name": "eyes", "users": [BOT], "count": 1}]
    assert "edited" not in message


async def files_upload(town: Office) -> None:
    """The client's own three steps: ask for a place, upload, complete."""
    await town.slack.files_upload_v2(
        channel=HIRING, filename="Ada's CV.txt", content="Hello", title="CV", initial_comment="here"
    )
    message = (await town.person().messages())[-1]
    file = message["files"][0]
    assert (message["text"], file["title"]) == ("here", "CV")
    assert (await town.http.get(file["url_private"])).text == "Hello"


async def views_open(town: Office) -> None:
    view = await town.opens(kit.modal(callback_id="offer", private_metadata="{}"))
    assert view["hash"]
    assert view["state"] == {"values": {}}
    assert (view["callback_id"], view["private_metadata"], view["app_id"]) == (
        "offer",
        "{}",
        "A0CALLSHT",
    )


async def views_push(town: Office) -> None:
    await town.opens(kit.modal())
    await town.slack.views_push(trigger_id=await town.trigger(), view=kit.modal())
    assert len(await town.person().modals()) == 2


async def views_update(town: Office) -> None:
    view = await town.opens(kit.modal())
    await town.slack.views_update(view_id=view["id"], view=kit.modal(callback_id="newer"))
    assert (await town.person().modals())[0]["callback_id"] == "newer"


async def views_publish(town: Office) -> None:
    await town.slack.views_publish(user_id=BEN, view=kit.home(callback_id="tasks"))
    assert (await town.person(BEN).sees("home"))["view"]["callback_id"] == "tasks"


async def blocks_validate(town: Office) -> None:
    assert (await town.slack.blocks_validate(blocks=[kit.section()]))["ok"]


CALLS: dict[str, Call] = {
    "api.test": api_test, "auth.test": auth_test, "users.info": users_info, "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email, "conversations.open": conversations_open, "conversations.info": conversations_info,
    "conversations.list": conversations_list, "conversations.members": conversations_members,
    "conversations.create": conversations_create, "conversations.invite": conversations_invite,
    "conversations.archive": conversations_archive, "chat.postMessage": chat_post_message,
    "chat.unfurl": chat_unfurl, "chat.postEphemeral": chat_post_ephemeral, "chat.update": chat_update, "chat.delete": chat_delete,
    "chat.getPermalink": chat_get_permalink, "reactions.add": reactions_add, "files.getUploadURLExternal": files_upload,
    "files.completeUploadExternal": files_upload, "views.open": views_open, "views.push": views_push,
    "views.update": views_update, "views.publish": views_publish, "blocks.validate": blocks_validate,
}  # fmt: skip


@pytest.mark.parametrize("method", sorted(set(api.METHODS) - ELSEWHERE))
async def test_slacks_own_client_gets_along_with(shared: Office, method: str) -> None:
    assert method in CALLS, "a method of the workspace that no test calls"
    await CALLS[method](shared)


async def test_a_reaction_is_given_once(shared: Office) -> None:
    ts = await posted(shared)
    await shared.slack.reactions_add(channel=HIRING, timestamp=ts, name="eyes")
    answer = await shared.http.post(
        "/api/reactions.add", json={"channel": HIRING, "timestamp": ts, "name": "eyes"},
        headers={"authorization": f"Bearer {shared.slack.token}"},
    )  # fmt: skip
    assert answer.json()["error"] == "already_reacted"


async def test_a_reply_may_show_in_the_channel_too(shared: Office) -> None:
    ts = await posted(shared)
    await shared.slack.chat_postMessage(channel=HIRING, text="quietly", thread_ts=ts)
    await shared.slack.chat_postMessage(
        channel=HIRING, text="aloud", thread_ts=ts, reply_broadcast=True
    )
    texts = await shared.person().texts()
    assert "aloud" in texts
    assert "quietly" not in texts
