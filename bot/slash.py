"""The grammar of the root command: VERB and the rest, unique prefixes, help everywhere, near misses. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from commands import blocks
from commands.router import Entry, Message


@dataclass(frozen=True, slots=True)
class Call:
    """A verb and what was typed after it."""

    entry: Entry
    text: str


@dataclass(frozen=True, slots=True)
class Guess:
    """No verb is called that; these come nearest, best first."""

    word: str
    rest: str
    verbs: tuple[str, ...]


def resolve(verbs: Mapping[str, Entry], root: str, word: str, text: str) -> Call | Guess:
    """Find the verb of `/word text`. `word` is the root command, or the alias of a verb."""
    text = text.strip()
    if word != root:
        for entry in verbs.values():
            if entry.alias == word:
                return _call(verbs, entry, text)
    first, _, rest = text.partition(" ")
    rest = rest.strip()
    if not first:
        return Call(verbs[""], "") if "" in verbs else Call(verbs["help"], "")
    name = first.casefold().lstrip("/")
    if name and name in verbs:
        return _call(verbs, verbs[name], rest)
    starts = sorted(verb for verb in verbs if verb and verb.startswith(name)) if name else []
    if len(starts) == 1:
        return _call(verbs, verbs[starts[0]], rest)
    return Guess(first, rest, tuple(starts[:4]) or nearest(name, verbs))


def _call(verbs: Mapping[str, Entry], entry: Entry, text: str) -> Call:
    if text.casefold() in ("help", "?") and entry.name != "help" and "help" in verbs:
        return Call(verbs["help"], entry.name)
    return Call(entry, text)


def nearest(word: str, verbs: Collection[str]) -> tuple[str, ...]:
    """At most three verbs that look like a slip of this word."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    found = process.extract(
        word,
        [v for v in verbs if v],
        scorer=DamerauLevenshtein.normalized_similarity,
        limit=3,
        score_cutoff=0.5,
    )
    return tuple(str(match[0]) for match in found)


def suggest(guess: Guess, root: str, may_find: bool) -> Message:
    """Buttons that run what was probably meant."""
    rows = [
        blocks.button(
            blocks.clip(f"/{root} {verb} {guess.rest}".strip(), 75),
            f"slash.run:{verb}",
            f"{verb} {guess.rest}".strip()[:2_000],
        )
        for verb in guess.verbs
    ]
    if may_find:
        said = f"{guess.word} {guess.rest}".strip()
        rows.append(
            blocks.button(
                blocks.clip(f"Find “{said}”", 75), "slash.run:find", f"find {said}"[:2_000]
            )
        )
        rows[-1]["action_id"] = "slash.run:find-words"
    rows.append(blocks.button("Help", "slash.run:help", "help"))
    text = f"I don't know `{blocks.escape(guess.word).replace('`', '')}`."
    text += (
        " Did you mean one of these?"
        if guess.verbs or may_find
        else f" `/{root} help` lists what you can do."
    )
    return blocks.said(text, blocks.actions(*rows[:5]))
