"""What a candidate can be found by, and what somebody who typed something may have meant. Pure; holds no key."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from rapidfuzz.distance import OSA

from connectors import matching

RULES = 2  # raised when the same name gives other words than before: every index is then built anew
SHORT = 3  # prefixes up to so many letters have a list of people each; longer ones lead to words
# How a text leads to a word (or, OWN, to a person); a smaller number is the place of a letter left out.
WHOLE, PREFIX, LIST, OWN = 255, 254, 253, 252
_EMAIL = re.compile(r"[^\s@<>|:,;\"()]+@[^\s@<>|:,;\"()]+\.[^\s@<>|:,;\"()]+")
_PHONE = re.compile(r"[+(]*\d[\d\s()./+-]*")
_NO_DIGIT = bytes(set(range(128)) - set(b"0123456789"))
_EXTENSION = re.compile(r"(?i)\s*(?:ext\.?|x|#)\s*\d+$")
_BEGINS_EXTENSION = frozenset("xX#")
_LINK = re.compile(r"<?(?:https?://|www\.)[^\s<>|]+")
_HAS_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Question:
    """`keys` are tried first, in their order; each reading of `readings` asks for people who bear all its words."""

    keys: tuple[str, ...]
    readings: tuple[tuple[str, ...], ...]


def question(typed: str) -> Question:
    """An e-mail address, a link or a phone number asks for itself alone; anything else for names, or an id."""
    text = typed.strip()[:2_000]
    if found := _LINK.search(text):
        return Question(tuple(id_key(i) for i in _ids_in(found.group().lstrip("<"))), ())
    if addresses := _EMAIL.findall(text):
        return Question(tuple(k for a in addresses for k in email_keys(a)), ())
    keys = [id_key(text)] if _HAS_DIGIT.search(text) and not re.search(r"\s", text) else []
    bare = _EXTENSION.sub("", text)
    if _PHONE.fullmatch(bare) and (phone := phone_key(bare)):
        return Question((*keys, phone), ())
    return Question(tuple(keys), tuple(tuple(r) for r in matching.readings(text)))


def name_words(names: Sequence[str]) -> list[str]:
    """Every word of a person's names, at most 48: more is not a name."""
    if len(names) == 1:
        return matching.words(names[0])[:48]
    return list(dict.fromkeys(w for name in names for w in matching.words(name)))[:48]


def person_keys(emails: Iterable[str], phones: Iterable[str]) -> list[str]:
    """What a person has alone, or shares with few."""
    found = [k for e in emails for k in email_keys(e)] + [k for p in phones if (k := phone_key(p))]
    return list(dict.fromkeys(found))


def id_key(remote: str) -> str:
    return f"id:{remote}"


def email_keys(address: str) -> list[str]:
    """The address, and the same without its tag: `nora+jobs@x.example` is also found as `nora@x.example`."""
    whole = address.strip()
    whole = whole.lower() if whole.isascii() else unicodedata.normalize("NFKC", whole).casefold()
    if not matching.is_email(whole):
        return []
    local, _, domain = whole.rpartition("@")
    bare = local.split("+")[0] or local
    if bare == local:
        return [f"mail:{whole}"]
    return [f"mail:{whole}", f"mail:{bare}@{domain}"]


def phone_key(number: str) -> str | None:
    """The last nine digits, which are alike with and without a country's prefix; None for fewer than seven."""
    bare = number if _BEGINS_EXTENSION.isdisjoint(number) else _EXTENSION.sub("", number)
    if bare.isascii():
        digits = bare.encode().translate(None, _NO_DIGIT).decode()
    else:
        digits = "".join(str(unicodedata.decimal(c)) for c in bare if c.isdecimal())
    return f"phone:{digits[-9:]}" if len(digits) >= 7 else None


def forms(word: str, quiet: bool) -> list[tuple[str, int]]:
    """Texts that lead to a word, each with how: itself, its beginnings, and itself with one letter left out."""
    found = [(word, WHOLE)]
    if matching.is_sign(word):
        return found
    if not quiet:
        found += [(word[:n], LIST) for n in range(1, min(SHORT, len(word)) + 1)]
        found += [(word[:n], PREFIX) for n in range(SHORT + 1, len(word))]
    if len(word) >= 3:
        found += [(word[:n] + word[n + 1 :], n) for n in range(len(word))]
    return found


def is_begun(typed: str, alone: bool) -> bool:
    """Whether a typed word may be the beginning of one: a single letter only beside other words."""
    return not matching.is_sign(typed) and (len(typed) > 1 or not alone)


def shortened(typed: str) -> list[tuple[str, int]]:
    """What a typed word may be looked up as when one edit is forgiven: without each of its letters."""
    if len(typed) < 3:
        return []  # but a letter may be missing: `forgiven`
    return [(typed[:n] + typed[n + 1 :], n) for n in range(len(typed))]


def forgiven(left_out: int | None, how: int) -> bool:
    """Whether a text that leads to a word by `how` is one edit from what was typed.

    `left_out` is the place of the letter that was left out of the typed word to get the text, or None. One letter
    missing, one too many, one for another at the same place, or two neighbours that changed places.
    """
    if left_out is None:
        return how < OWN
    return how == WHOLE or (how < OWN and abs(how - left_out) <= 1)


def edits(typed: str, name: str) -> int | None:
    """How many of the typed words the name holds only after one edit each; None when it does not hold them all."""
    have = matching.words(name)
    counts = [_edits(reading, have) for reading in matching.readings(typed)]
    return min((c for c in counts if c is not None), default=None)


def _edits(reading: list[str], have: list[str]) -> int | None:
    count = 0
    for word in reading:
        begun = is_begun(word, alone=len(reading) == 1)
        if any(h == word or (begun and h.startswith(word)) for h in have):
            continue
        # of a typed word of two letters only a missing one is forgiven
        near = [h for h in have if len(word) > 2 or (len(word) == 2 and len(h) == 3)]
        if not any(OSA.distance(word, h, score_cutoff=1) <= 1 for h in near):
            return None
        count += 1
    return count


def _ids_in(link: str) -> list[str]:
    """Each part of a link's path, then of its query and fragment, that may be a candidate's id."""
    parts = urlsplit(link if "://" in link else f"https://{link}")
    texts = parts.path.split("/")[1:] + [value for _, value in parse_qsl(parts.query)]
    texts += re.split(r"[/?&=]", parts.fragment)
    return list(dict.fromkeys(unquote(t) for t in texts if t))[:40]
