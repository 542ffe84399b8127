"""The way from shadow to trained, for each person and interview type: counts and sign-offs, as plain values. Pure."""

from dataclasses import dataclass, replace
from typing import Literal

Stage = Literal["shadow", "reverse_shadow", "trained", "none"]
Did = Literal["shadow", "reverse_shadow"]


@dataclass(frozen=True, slots=True)
class Path:
    """What an interview type asks of a trainee: so many of each, and whether somebody signs each step off."""

    shadows: int = 2
    reverse_shadows: int = 2
    sign_off: bool = True


@dataclass(frozen=True, slots=True)
class Training:
    """Where one person is with one interview type. `signed` are the steps that a trained interviewer signed off."""

    stage: Stage = "none"
    shadows: int = 0
    reverse_shadows: int = 0
    signed: frozenset[Did] = frozenset()
    interviews: frozenset[str] = frozenset()


def begin(training: Training) -> Training:
    """Put somebody on the path. Somebody who is on it, or through it, stays where they are."""
    return replace(training, stage="shadow") if training.stage == "none" else training


def attended(training: Training, path: Path, did: Did, interview: str) -> Training:
    """Count one interview that took place. The same interview counts once; one out of turn does not count."""
    if training.stage != did or interview in training.interviews:
        return training
    seen = training.interviews | {interview}
    if did == "shadow":
        counted = replace(training, shadows=training.shadows + 1, interviews=seen)
    else:
        counted = replace(training, reverse_shadows=training.reverse_shadows + 1, interviews=seen)
    return _next(counted, path)


def sign_off(training: Training, path: Path, did: Did) -> Training:
    """A trained interviewer finds the step done well. Before its count is full it only waits for the rest."""
    return _next(replace(training, signed=training.signed | {did}), path)


def missing(training: Training, path: Path) -> tuple[int, bool]:
    """How many interviews the present step still needs, and whether it waits for a sign-off."""
    if training.stage == "shadow":
        left, did = path.shadows - training.shadows, "shadow"
    elif training.stage == "reverse_shadow":
        left, did = path.reverse_shadows - training.reverse_shadows, "reverse_shadow"
    else:
        return 0, False
    return max(left, 0), path.sign_off and did not in training.signed


def may_take(training: Training, kind: Literal["interviewer", "shadow", "reverse_shadow"]) -> bool:
    """Only the trained interview; a trainee takes the seat of the present step."""
    return training.stage == ("trained" if kind == "interviewer" else kind)


def _next(training: Training, path: Path) -> Training:
    """Move on, by as many steps as are complete."""
    if training.stage in ("shadow", "reverse_shadow") and missing(training, path) == (0, False):
        after: Stage = "reverse_shadow" if training.stage == "shadow" else "trained"
        return _next(replace(training, stage=after), path)
    return training
