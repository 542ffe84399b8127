"""What a person must hear: each error carries one plain sentence that says what to do next."""

from collections.abc import Sequence


class Refused(Exception):
    """The thing asked for was not done, nothing was changed, and `sentence` says why and what to do next.

    `field` names the modal block the sentence belongs under, when there is one.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(type(self).__name__)
        self.sentence = sentence
        self.field = field


class NotAllowed(Refused):
    """The asker's role does not permit it."""


class NotFound(Refused):
    """There is no such candidate, interview or offer (any more)."""


class AlreadyDone(Refused):
    """Somebody was faster; the sentence says who and when."""


class Taken(Refused):
    """The time was booked meanwhile; the caller should offer others."""


class MissingFacts(Refused):
    """A template cannot be sent; `facts` names what is missing."""

    def __init__(self, sentence: str, facts: Sequence[str]) -> None:
        super().__init__(sentence)
        self.facts = tuple(facts)


class LinkExpired(Refused):
    """A candidate link that is too old, revoked or altered."""


class Unreachable(Refused):
    """A system outside did not answer; what was typed is kept and can be tried again."""


class InDoubt(Exception):
    """An effect may or may not have happened, and nobody but a person can find out. `sentence` says what to look for.

    `effect` is the key under which the person's answer is found (`hiring/doubts.py`) when the job runs again.
    """

    def __init__(self, sentence: str, effect: str = "") -> None:
        super().__init__(type(self).__name__)
        self.sentence = sentence
        self.effect = effect
