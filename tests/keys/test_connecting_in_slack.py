"""`/hire connect` and `/hire accounts`: for admins, tried before it is saved, and no secret is ever shown back."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot import acting
from commands import accounts, connect
from commands.router import Gesture, Message, View
from hiring import connecting
from hiring.errors import Refused
from tests.firm import ADMIN, ROSA, TEAM, Firm

pytestmark = pytest.mark.anyio
Doc = dict[str, Any]


@dataclass
class Seen:
    """What the person sees."""

    views: list[View] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    async def open(self, view: View) -> str:
        self.views.append(view)
        return "V1"

    async def update(self, view: View, view_id: str = "") -> None:
        self.views.append(view)

    async def whisper(self, message: Message) -> None:
        self.messages.append(message)

    async def replace(self, message: Message) -> None:
        self.messages.append(message)

    async def home(self, view: View) -> None:
        raise AssertionError

    async def hand_over(self, filename: str, content: bytes, title: str) -> None:
        raise AssertionError


@dataclass
class Admin:
    """Somebody at the forms."""

    office: Firm
    user: str = ADMIN
    seen: Seen = field(default_factory=Seen)

    async def does(self, handler: Any, **what: Any) -> Any:
        gesture = Gesture("action", TEAM, self.user, "", view_id="V1", **what)
        actor = await self.office.actor(self.user)
        return await handler(gesture, actor, self.office.services, self.seen)

    async def sends(self, choice: str, values: Doc) -> dict[str, str]:
        """Submit the form as Slack does: first what is wrong beside the fields, then the rest."""
        gesture = Gesture(
            "view", TEAM, self.user, "connect", view_id="V1", values=values, private={"choice": choice}
        )  # fmt: skip
        actor = await self.office.actor(self.user)
        wrong = dict(await connect._check(gesture, actor, self.office.services))
        if not wrong:
            await connect.submit(gesture, actor, self.office.services, self.seen)
        return wrong

    async def place(self, vendor: str) -> str:
        return str((await self.office.services.accounts.get(vendor)).base_url)

    async def names(self) -> set[str]:
        self.office.services.accounts._listed = (0.0, [])
        return {account.name for account in await self.office.services.accounts.listing()}


async def test_a_form_is_written_from_what_the_vendor_wants(office: Firm) -> None:
    admin = Admin(office)
    await admin.does(connect.choose)
    await admin.does(connect.fill_in, value="greenhouse")
    blocks = {b["block_id"]: b for b in admin.seen.views[-1]["blocks"] if b["type"] == "input"}
    assert list(blocks) == [
        "name", "key.client_id", "key.client_secret", "key.user_id", "key.webhook_secret", "base_url",
    ]  # fmt: skip
    assert not blocks["key.client_id"]["optional"]
    assert blocks["key.user_id"]["optional"]
    assert "Site Admin" in blocks["key.user_id"]["hint"]["text"]


async def test_what_works_is_saved_and_the_webhook_is_shown(office: Firm) -> None:
    admin = Admin(office)
    values = {
        "name": "Second", "key.client_id": "brightwater-labs", "key.client_secret": "s3cret-enough",
        "base_url": await admin.place("greenhouse"),
    }  # fmt: skip
    assert await admin.sends("greenhouse", values) == {}
    assert "Second" in await admin.names()
    account = await office.services.accounts.get("Second")
    shown = str(admin.seen.views[-1])
    assert f"/hooks/{account.id}" in shown
    assert account.secrets["webhook_secret"] in shown
    assert "s3cret-enough" not in shown


async def test_what_does_not_work_stays_in_the_form_and_is_not_saved(office: Firm) -> None:
    admin = Admin(office)
    office.gates["lever"].refuse = 403
    values = {"name": "Other", "key.api_key": "hush-hush", "base_url": await admin.place("lever")}
    wrong = await admin.sends("lever", values)
    assert "give it the right to read postings in Lever" in wrong["name"]
    assert await admin.sends("lever", {"name": "Other"}) == {
        "name": "Lever needs api_key: add --set or --secret for it."
    }
    assert "already" in (await admin.sends("lever", values | {"name": "lever"}))["name"]
    assert (
        "https"
        in (await admin.sends("lever", values | {"base_url": "http://x.example"}))["base_url"]
    )
    assert "Other" not in await admin.names()


async def test_a_vendor_that_is_slow_is_waited_for_and_secrets_are_never_put_back(
    office: Firm,
) -> None:
    admin = Admin(office)
    office.gates["lever"].refuse = 403
    values = {
        "name": "Slow", "key.api_key": "hush-hush", "key.user_id": "u-77", "base_url": await admin.place("lever")
    }  # fmt: skip
    gesture = Gesture("view", TEAM, ADMIN, "connect", values=values, private={"choice": "lever"})
    actor = await office.actor(ADMIN)
    await connect.submit(gesture, actor, office.services, admin.seen)  # the check had no time
    form = str(admin.seen.views[-1])
    assert "Nothing was saved" in form
    assert "u-77" in form
    assert "Slow" in form
    assert "hush-hush" not in form


async def test_somebody_who_is_no_admin_connects_and_removes_nothing(office: Firm) -> None:
    rosa = Admin(office, ROSA)
    entry = connect.router.verbs["connect"]
    with pytest.raises(Refused):
        await acting.allow(office.services, await office.actor(ROSA), entry)
    values = {"name": "Mine", "key.api_key": "k", "base_url": await rosa.place("lever")}
    with pytest.raises(Refused):
        await rosa.sends("lever", values)
    with pytest.raises(Refused):
        await rosa.does(connect.fill_in, value="lever")
    lever = await office.services.accounts.get("lever")
    for press in (accounts.remove, accounts.test):
        with pytest.raises(Refused):
            await rosa.does(press, value=lever.id)
    assert "lever" in await rosa.names()


async def test_signing_in_gives_a_button_that_is_a_link(office: Firm) -> None:
    admin = Admin(office)
    company = replace(office.services.company, public_url="https://hire.example.com")
    office = replace(
        office, parts=replace(office.parts, services=replace(office.services, company=company))
    )
    admin.office = office
    values = {"name": "In", "key.client_id": "app", "key.client_secret": "hush-hush"}
    assert await admin.sends("lever/sign_in", values) == {}
    button = admin.seen.views[-1]["blocks"][-1]["elements"][0]
    assert button["url"].startswith("https://hire.example.com/connect/lever?ticket=")
    assert "hush" not in str(admin.seen.views)


async def test_accounts_are_shown_tested_and_removed(office: Firm) -> None:
    admin = Admin(office)
    office.gates["lever"].refuse = 403
    await admin.does(accounts.listing)
    assert ":red_circle: *lever*" in str(admin.seen.messages[-1].blocks)
    office.gates["lever"].refuse = 0
    lever = await office.services.accounts.get("lever")
    await admin.does(accounts.test, value=lever.id)
    assert ":large_green_circle: *lever*" in str(admin.seen.messages[-1].blocks)
    await admin.does(accounts.remove, value=lever.id)
    assert "lever is removed" in str(admin.seen.messages[-1].blocks)
    assert "lever" not in await admin.names()
    with pytest.raises(Refused):
        await admin.does(accounts.remove, value=lever.id)


async def test_nobody_in_slack_names_a_path_of_the_server(office: Firm, tmp_path: Path) -> None:
    (tmp_path / "candidates.csv").write_text("id,name,email,job\n1,Ada,ada@mailbox.example,QA\n")
    office.services.accounts.pool.folders = (str(tmp_path),)
    admin = Admin(office)
    await admin.does(connect.choose)
    assert "CSV files" not in str(admin.seen.views[0])
    with pytest.raises(Refused):
        await admin.does(connect.fill_in, value="csv")
    wrong = await admin.sends("csv", {"name": "Ours", "key.folder": str(tmp_path)})
    assert "callsheet accounts add csv" in str(wrong)
    wish = connecting.Wish("csv", "Ours", {"folder": str(tmp_path)}, {})
    with pytest.raises(Refused):
        await connecting.connect(office.services, wish, actor=ADMIN)
    made = await connecting.connect(office.services, wish)
    with pytest.raises(Refused):
        await connecting.change(office.services, made.account.id, {"folder": "/"}, {}, actor=ADMIN)
