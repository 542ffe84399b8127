"""Every command, used by every kind of person in a company whose names were chosen to do harm."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

import commands
from hiring import issues
from tests.commands.crawl import Crawl
from tests.firm import ADMIN, BEN, CHEN, MAYA, ROSA, TOM, Firm, firm

EVIL = "<!channel> <!here> <@U0EVIL001> <https://evil.example|click> *b* `c` & &lt;!channel&gt;"
LONG = "Wolfeschlegelsteinhausen" * 9  # 216 letters
RIGHT_TO_LEFT = "\u202eعبد الرحمن\u202c محمد"
WORD = "Zyx"  # in the name of each of them, so that one search finds them
RENAMED = {
    "gh_jobs": "name", "gh_job_interview_stages": "name", "gh_rejection_reasons": "name", "gh_sources": "name",
    "gh_job_interviews": "name", "gh_scorecard_questions": "question", "lever_postings": "text", "lever_stages": "text",
    "lever_archive_reasons": "text",
}  # fmt: skip


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def crawled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crawl]:
    async with firm(Path(tmp_path_factory.mktemp("firm"))) as office, office.at_work():
        _spoil(office)
        crawl = Crawl(office, commands.load(), WORD)
        for user in (ROSA, MAYA, ADMIN, BEN, TOM):
            await crawl.types(user, "", WORD, f"{WORD} O'Brien", EVIL, LONG, RIGHT_TO_LEFT)
            await crawl.goes_on()
        await _everything_is_over(office)
        issue = await issues.open_issue(
            office.services, kind="offer.announce", key="k", sentence=f"{EVIL} {LONG * 20}"
        )
        await crawl.looks_at(ROSA, "issue", issue)
        for user in (BEN, CHEN, ROSA):
            await crawl.types(user, "")
            await crawl.goes_on()
        yield crawl


def _spoil(office: Firm) -> None:
    """Names that page people, names too long for every limit, and more namesakes than Slack lists."""
    for kind, name in RENAMED.items():
        for row in office.store.all(kind):
            office.store.put(kind, row["id"], row | {name: f"{row.get(name)} {EVIL} {LONG}"})
    names = [("O'Brien", EVIL), (LONG, EVIL), (RIGHT_TO_LEFT, "محمد"), ("Plain", "Person")]
    for given, family in names:
        for vendor in ("greenhouse", "lever"):
            office.person(f"{WORD} {given}", family, vendor=vendor)
    with office.store.batch():
        for number in range(120):
            office.person("Crowd", f"{EVIL} {number}")


async def _everything_is_over(office: Firm) -> None:
    """Booked interviews lie in the past now, so that scorecards are owed."""
    await office.waits(days=timedelta(days=30).days)
