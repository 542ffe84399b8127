"""Does a person's name hold every word that was typed? Accents, alphabet, case and punctuation do not count."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

LONGEST = 32  # letters of a word that count
_JOINERS = "'’ʼ`´-‐‑"
_APOSTROPHES = str.maketrans("", "", "'’ʼ`´")
_ALL_JOINERS = str.maketrans("", "", _JOINERS)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile(  # each one is a word or a syllable: Chinese, Japanese and Korean put no spaces into a name
    "[\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]+"
)


def words(name: str) -> list[str]:
    """The words by which somebody may look for a name: `Siobhán O'Brien` gives siobhan, o, brien and obrien.

    Latin letters, whatever the alphabet was; a Chinese, Japanese or Korean name is also known by each of its signs,
    and by their sounds (in Chinese): 李小龙 gives 李, 小, 龙, li, xiao, long, xiaolong and lixiaolong.
    """
    folded = fold(name)
    if folded.isascii() and folded.replace(" ", "").isalnum():
        return list(dict.fromkeys(w[:LONGEST] for w in folded.split()))
    found: dict[str, None] = {}
    for text in dict.fromkeys(_punctuations(folded)):
        for word in _WORD.findall(text):
            if word.isascii():
                found[word[:LONGEST]] = None
            else:
                found.update(dict.fromkeys(w[:LONGEST] for w in _foreign(word)))
    return list(found)


def readings(typed: str) -> list[list[str]]:
    """What was typed as words that a name must all hold. `anne-lise` has two readings: annelise, and anne lise."""
    found: list[list[str]] = []
    for text in reversed(_punctuations(fold(typed))):
        parts = [w for word in _WORD.findall(text) for w in _read(word)]
        unique = list(dict.fromkeys(w[:LONGEST] for w in parts))
        if unique and unique not in found:
            found.append(unique)
    return found


def matches(typed: str, name: str) -> bool:
    """Every typed word begins a word of the name."""
    have = words(name)
    return any(
        all(any(h.startswith(w) for h in have) for w in reading) for reading in readings(typed)
    )


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text.strip()) is not None


def is_sign(word: str) -> bool:
    """A single sign that is a word or syllable by itself, unlike a single letter."""
    return len(word) == 1 and _SIGNS.fullmatch(word) is not None


def fold(text: str) -> str:
    """Without case, however it was written; twice, since a compatibility letter may turn into a capital.

    A mark that is no part of a letter becomes the vowel that it stands for, or nothing.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    whole = unicodedata.normalize("NFC", folded)
    return "".join(latin(c) if unicodedata.category(c)[0] == "M" else c for c in whole)


def _punctuations(folded: str) -> list[str]:
    """A name with hyphens and apostrophes as spaces, with the apostrophes left out, and with both left out."""
    return [folded, folded.translate(_APOSTROPHES), folded.translate(_ALL_JOINERS)]


@lru_cache(4_096)
def _foreign(word: str) -> tuple[str, ...]:
    """The words of one that is not in plain Latin letters: signs by sign and sound, the rest in Latin letters."""
    found: list[str] = []
    for part in _parts(word):
        if not _SIGNS.match(part):
            found.append(latin(part))
            continue
        sounds = [latin(sign) for sign in part]
        found += [*part, *sounds, "".join(sounds), "".join(sounds[1:])]
        if len(part) > 3:  # a family name of two signs
            found += ["".join(sounds[:2]), "".join(sounds[2:])]
    return tuple(w for w in found if w)


def _read(word: str) -> list[str]:
    """A typed word: signs one by one, the rest in Latin letters."""
    if word.isascii():
        return [word]
    return [
        w for part in _parts(word) for w in (part if _SIGNS.match(part) else [latin(part)]) if w
    ]


def _parts(word: str) -> list[str]:
    return [p for p in re.split(f"({_SIGNS.pattern})", word) if p]


def latin(word: str) -> str:
    """In Latin letters; a letter that has none stays, a mark that has none goes."""
    return "".join(
        "".join(_WORD.findall(anyascii(c).lower())) or (c if c.isalnum() else "") for c in word
    )
