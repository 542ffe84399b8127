"""One family of errors for every vendor, each named for what to do next; texts never hold personal data."""

from datetime import timedelta


class ConnectorError(Exception):
    """Something a vendor refused or could not do. `account` names the account, `code` the vendor's own code."""

    def __init__(self, text: str = "", *, account: str = "", code: str = "") -> None:
        super().__init__(text or type(self).__name__)
        self.text = text
        self.account = account
        self.code = code


class TryLater(ConnectorError):
    """Worth another attempt: a timeout, a rate limit, a 5xx. `after` is the vendor's own wish, if it told one."""

    def __init__(
        self, text: str = "", *, after: timedelta | None = None, account: str = "", code: str = ""
    ) -> None:
        super().__init__(text, account=account, code=code)
        self.after = after


class RateLimited(TryLater):
    """The vendor counted too many calls (429)."""


class Reconnect(ConnectorError):
    """The account must be connected again by a person; retrying cannot help (401)."""


class MissingPermission(ConnectorError):
    """The key works but may not do this (403). `code` names the scope or permission that is missing."""


class NotSupported(ConnectorError):
    """This vendor has no such call. `text` says what we do instead."""


class Gone(ConnectorError):
    """The thing asked for is not there any more (404, 410)."""


class Conflict(ConnectorError):
    """Somebody changed it meanwhile (409); read again, then decide."""


class Rejected(ConnectorError):
    """The vendor refused the values (400, 422). `text` is a sentence built from its field errors."""


class InDoubt(ConnectorError):
    """A write was sent and its answer was lost; look before repeating."""


class BadWebhook(ConnectorError):
    """A webhook whose signature is wrong or stale; never act on it."""


class JobClosed(Rejected):
    """Nobody can be added to this job, or moved in it, since it is closed."""


class AlreadyApplied(Conflict):
    """The person has an open application for this job already. `application` is its id, where told."""

    def __init__(
        self, text: str = "", *, application: str = "", account: str = "", code: str = ""
    ) -> None:
        super().__init__(text, account=account, code=code)
        self.application = application
