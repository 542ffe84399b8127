"""Message templates: files with declared facts, refused when a fact is missing, harmless whatever a fact holds."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import nh3
import yaml
from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment
from markdown_it import MarkdownIt

FOLDER = Path(__file__).parent / "templates"
Audience = Literal["candidate", "interviewer", "team"]
VOCABULARY = frozenset(
    [
        "candidate_name",
        "candidate_first_name",
        "job_title",
        "company",
        "recruiter_name",
        "recruiter_email",
        "stage",
        "interview_title",
        "interview_time",
        "interview_zone",
        "interview_place",
        "interviewers",
        "interview_schedule",
        "answer_link",
        "pick_link",
        "interview_link",
        "offer_link",
        "offer_expires",
        "reason",
        "next_step",
        "reply_by",
        "take_home_link",
    ]
)
SAMPLE: Mapping[str, str] = {
    "candidate_name": "Siobhán O'Brien <!channel>",
    "candidate_first_name": "Siobhán",
    "job_title": "Senior Backend Engineer",
    "company": "Brightwater Labs",
    "recruiter_name": "Rosa Delgado",
    "recruiter_email": "rosa@brightwater.example",
    "stage": "Technical interview",
    "interview_title": "Technical interview",
    "interview_time": "Tuesday 24 November 2026, 14:00–14:45, London time (GMT)",
    "interview_zone": "London",
    "interview_place": "Video call",
    "interviewers": "Ben Okafor, Chen Wei",
    "interview_schedule": "10:00–10:45 Technical interview; 11:00–12:00 Pair programming",
    "answer_link": "https://hire.example/c/jkl",
    "pick_link": "https://hire.example/c/abc",
    "interview_link": "https://hire.example/c/def",
    "offer_link": "https://hire.example/c/ghi",
    "offer_expires": "Tuesday 1 December 2026, 17:00, London time (GMT)",
    "reason": "an interviewer is ill",
    "next_step": "a talk with the team",
    "reply_by": "Friday 27 November 2026",
    "take_home_link": "https://hire.example/exercise",
}


class TemplateError(ValueError):
    """A template file that is not right; the text names the file and the fact."""


class MissingFacts(ValueError):
    """A message that may not be sent: `names` are the facts that are not known."""

    def __init__(self, template: str, names: frozenset[str]) -> None:
        super().__init__(f"template {template} misses {', '.join(sorted(names))}")
        self.template = template
        self.names = names


@dataclass(frozen=True, slots=True)
class Template:
    """One message. `when` says in a sentence when to send it; `version` is a hash of the file."""

    name: str
    title: str
    subject: str
    to: Audience
    when: str
    facts: frozenset[str]
    body: str
    version: str
    automatic: bool = False  # part of a flow (an invite, a signed offer), never sent by hand


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to send."""

    subject: str
    text: str
    html: str


_environment = SandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})


@cache
def load() -> dict[str, Template]:
    """All templates by name. Raises TemplateError when a file's declared facts differ from those it uses."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.md"))}


def read(path: Path) -> Template:
    """Read and check one file: YAML front matter between `---` lines, then the body in Markdown with Jinja facts."""
    found = re.fullmatch(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    if not found:
        raise TemplateError(f"{path.name} needs front matter between two lines of ---")
    head: dict[str, Any] = yaml.safe_load(found.group(1))
    body = found.group(2).strip() + "\n"
    try:
        used = meta.find_undeclared_variables(_environment.parse(head["subject"] + "\n" + body))
        declared = frozenset(head["facts"])
        template = Template(
            path.stem, head["title"], head["subject"], head["to"], head["when"], declared, body,
            hashlib.sha256(found.group(0).encode()).hexdigest()[:12], bool(head.get("automatic")),
        )  # fmt: skip
    except (KeyError, TypeError, TemplateSyntaxError) as error:
        raise TemplateError(f"{path.name}: {error}") from error
    for name in sorted(declared ^ used):
        raise TemplateError(
            f"{path.name}: fact {name} is {'not declared' if name in used else 'declared but not used'}"
        )
    for name in sorted(declared - VOCABULARY):
        raise TemplateError(f"{path.name}: there is no fact called {name}")
    return template


def render(template: Template, facts: Mapping[str, str | None]) -> Rendered:
    """Fill a template in. Raises MissingFacts, before anything is made, when a fact is unknown or empty.

    A fact is always plain text: Markdown or HTML inside it stays as it was typed.
    """
    missing = frozenset(name for name in template.facts if not (facts.get(name) or "").strip())
    if missing:
        raise MissingFacts(template.name, missing)
    known = {name: str(facts[name]).strip() for name in template.facts}
    subject = " ".join(_environment.from_string(template.subject).render(known).split())
    text = _environment.from_string(template.body).render(known)
    literal = {name: _literal(value) for name, value in known.items()}
    html = _markdown.render(_environment.from_string(template.body).render(literal))
    return Rendered(subject, _plain(text), _page(nh3.clean(html)))


def _literal(value: str) -> str:
    """Keep Markdown marks in a fact from meaning anything; addresses stay clickable."""
    if re.fullmatch(r"https?://[^\s<>\"]+", value):
        return f"<{value}>"
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~&])", r"\\\1", " ".join(value.split()))


def _plain(text: str) -> str:
    """Markdown links and emphasis as plain text reads them."""
    text = re.sub(r"\[([^\]]+)\]\((https?://[^)]+)\)", r"\1: \2", text)
    return re.sub(r"\*\*([^*]+)\*\*", r"\1", text)


def _page(body: str) -> str:
    style = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.55;color:#1d1c1d"
    return f'<!doctype html><html lang="en"><body style="{style};max-width:36em;margin:0 auto;padding:16px;overflow-wrap:anywhere">{body}</body></html>'
