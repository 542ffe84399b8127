"""How every ATS connector fails: one error for each thing to do next, and never a secret in its words."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from connectors import registry
from connectors.contract import Account, Ats
from connectors.errors import (
    ConnectorError,
    Gone,
    InDoubt,
    MissingPermission,
    Reconnect,
    Rejected,
    TryLater,
)
from tests.contracts.stand_ins import System

pytestmark = [pytest.mark.anyio, pytest.mark.needs("http")]
PRIVATE = ("nora.private@mailbox.example", "Quietly spoken words", "O'Secret")


async def everybody(found: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in found]


def reads(ats: Ats, candidate: str, application: str, job: str) -> list[Callable[[], Any]]:
    """One call of every read there is; those that a vendor does not tell are asked of nobody."""
    may_be_absent: dict[str, Callable[[], Any]] = {
        "team": lambda: ats.team(job),
        "interviews": lambda: ats.interviews(application),
        "scorecards": lambda: ats.scorecards(application),
        "notes": lambda: ats.notes(candidate),
        "resume": lambda: ats.resume(candidate),
        "offers": lambda: ats.offers(application),
    }
    if "listing" in ats.abilities:
        may_be_absent["find_candidates"] = lambda: everybody(ats.find_candidates("Nora"))
    own = {name for made in type(ats).__mro__ if made not in Ats.__mro__ for name in vars(made)}
    return [
        *(ask for name, ask in may_be_absent.items() if name in own),
        lambda: everybody(ats.find_candidates(PRIVATE[0])),
        lambda: everybody(ats.walk("candidate", None)),
        lambda: ats.candidate(candidate),
        lambda: ats.applications(candidate),
        lambda: ats.application(application),
        ats.jobs,
        lambda: ats.job(job),
        lambda: ats.memberships("508"),
        lambda: ats.stages(job),
        ats.users,
        lambda: ats.user_by_email("rosa@brightwater.example"),
        ats.reasons,
    ]


def writes(ats: Ats, candidate: str, application: str) -> list[Callable[[], Awaitable[Any]]]:
    """Those that the connector can do; what it cannot is refused before any call."""
    by_ability: dict[str, Callable[[], Awaitable[Any]]] = {
        "notes": lambda: ats.add_note(candidate, PRIVATE[1], key="n"),
        "attachments": lambda: ats.attach(candidate, "offer.pdf", b"%PDF-", kind="offer", key="a"),
        "move_stage": lambda: ats.move_stage(application, "99999999"),
        "reject": lambda: ats.reject(application, "99999999", PRIVATE[1]),
        "hire": lambda: ats.hire(application, start_on=date(2027, 1, 4)),
    }
    return [ask for ability, ask in by_ability.items() if ability in ats.abilities]


async def calls(system: System) -> list[Callable[[], Awaitable[Any]]]:
    """Every read and some writes about somebody new; asked while all is well."""
    candidate = system.person("Nora", PRIVATE[2], PRIVATE[0])
    application = (await system.ats.applications(candidate))[0]
    assert application.job is not None
    about = (candidate, application.ref.id)
    return [*reads(system.ats, *about, application.job.id), *writes(system.ats, *about)]


@pytest.mark.parametrize(
    ("status", "error"), [(401, Reconnect), (403, MissingPermission), (400, Rejected)]
)
async def test_a_refusal_says_what_to_do_next(
    system: System, status: int, error: type[ConnectorError]
) -> None:
    asked = await calls(system)
    system.gate.refuse = status
    for ask in asked:
        with pytest.raises(error) as refused:
            await fresh(system, ask)
        assert refused.value.account == system.ats.account.id
        assert refused.value.text.endswith((".", ")"))


async def fresh(system: System, ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask with nothing remembered from better days."""
    remembered = getattr(system.ats, "_static", {})
    remembered.clear()
    return await ask()


async def test_a_vendor_that_is_down_is_to_be_asked_later(system: System) -> None:
    candidate = system.person("Nora", "Quill")
    application = (await system.ats.applications(candidate))[0].ref.id
    system.break_down()
    for ask in (
        lambda: system.ats.candidate(candidate),
        lambda: everybody(system.ats.find_candidates(PRIVATE[0])),
        *writes(system.ats, candidate, application),
    ):
        with pytest.raises(TryLater):
            await ask()
    assert system.gate.written() == 0


async def test_a_check_never_raises_and_says_what_is_wrong(system: System) -> None:
    system.gate.refuse = 403
    findings = await system.ats.check()
    assert findings
    assert all(not finding.ok and finding.detail for finding in findings)


async def test_an_unreachable_vendor_is_to_be_asked_later(system: System) -> None:
    account = Account(
        "a",
        system.vendor,
        "Nowhere",
        system.parts.config,
        system.parts.secrets,
        "http://127.0.0.1:9",
    )
    nowhere = registry.make(account, system.ats.pool)
    assert isinstance(nowhere, Ats)
    with pytest.raises(TryLater):
        await nowhere.jobs()
    assert all(not finding.ok for finding in await nowhere.check())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 503])
async def test_no_secret_and_no_person_stands_in_an_error_or_a_log_line(
    system: System, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="connectors")
    asked = await calls(system)
    system.gate.refuse = status
    said = []
    for ask in asked:
        try:
            await fresh(system, ask)
        except (ConnectorError, InDoubt, Gone) as error:
            said += [str(error), repr(error), error.text, error.code, repr(error.__cause__)]
    said += [str(record) for record in system.records] + [repr(system.ats.account)]
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("connectors")]
    words = "\n".join(said + lines)
    for hidden in (*system.parts.secrets.values(), *PRIVATE):
        assert hidden not in words


async def test_the_call_log_has_paths_without_ids(system: System) -> None:
    application = await system.application()
    await system.ats.interviews(application.ref.id)
    paths = {call.path for call in system.records}
    assert paths
    assert not any(application.ref.id in path or "?" in path for path in paths)
