"""Does a person's name hold every word that was typed? Accents, case and punctuation do not count."""

import re
import unicodedata

UNMARKED = str.maketrans({
    "ø": "o", "ł": "l", "ı": "i", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
})  # fmt: skip


def words(text: str) -> list[str]:
    """Comparable words: `Siobhán O'Brien` gives siobhan, o, brien and obrien.

    Folded twice, since a compatibility letter may turn into a capital; some letters have a stroke that Unicode
    does not take for an accent.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c)).translate(UNMARKED)
    joined = re.sub(r"['’\-]", "", bare)
    return list(
        dict.fromkeys([w for w in re.split(r"[\W_]+", bare) + re.split(r"[\W_]+", joined) if w])
    )


def matches(typed: str, name: str) -> bool:
    """Every typed word begins a word of the name."""
    have = words(name)
    want = [w for w in re.split(r"[\W_]+", re.sub(r"['’\-]", "", " ".join(words(typed)))) if w]
    return bool(want) and all(any(h.startswith(w) for h in have) for w in want)


def is_email(text: str) -> bool:
    return re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text.strip()) is not None
