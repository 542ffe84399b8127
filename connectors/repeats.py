"""What a repeated write is known by where a vendor takes no key: eight letters, in a note's last line or a file's name."""

import hashlib
from collections.abc import Sequence


def marker(key: str) -> str:
    """Eight letters that stand for our key."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def marked_name(filename: str, key: str) -> str:
    """`letter-1a2b3c4d.pdf`: a file's name with the marker in it, the ending kept."""
    stem, dot, suffix = filename.rpartition(".")
    return f"{stem}-{marker(key)}.{suffix}" if dot else f"{filename}-{marker(key)}"


def tags_after(held: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> list[str]:
    """The whole list of tags once these are put on and taken off, in order; letter case tells no two apart."""
    gone, known = ({tag.casefold() for tag in tags} for tags in (remove, held))
    kept = [tag for tag in held if tag.casefold() not in gone]
    return kept + [tag for tag in dict.fromkeys(add) if tag.casefold() not in known]
