"""One family of errors for every vendor, each named for what to do next; texts never hold personal data."""

from collections.abc import Mapping
from datetime import timedelta


class ConnectorError(Exception):
    """Something a vendor refused or could not do.

    `account` names the account, `code` is the vendor's own code, `request_id` what the vendor's support asks for.
    """

    def __init__(
        self, text: str = "", *, account: str = "", code: str = "", request_id: str = ""
    ) -> None:
        super().__init__(text or type(self).__name__)
        self.text = text
        self.account = account
        self.code = code
        self.request_id = request_id


class TryLater(ConnectorError):
    """Worth another attempt: a timeout, a rate limit, a 5xx. `after` is the vendor's own wish, if it told one."""

    def __init__(
        self,
        text: str = "",
        *,
        after: timedelta | None = None,
        account: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(text, account=account, code=code, request_id=request_id)
        self.after = after


class RateLimited(TryLater):
    """The vendor counted too many calls (429)."""


class Resting(TryLater):
    """It failed many times in a row, so nobody asks it before `after` has passed."""


class Reconnect(ConnectorError):
    """The account must be connected again by a person; retrying cannot help (401)."""


class MissingPermission(ConnectorError):
    """The key works but may not do this (403). `code` names the scope or permission that is missing."""


class NotSupported(ConnectorError):
    """This vendor has no such call. `fallback` says what we do instead; where it is not given, `text` does."""

    def __init__(
        self,
        text: str = "",
        *,
        fallback: str = "",
        account: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(text or fallback, account=account, code=code, request_id=request_id)
        self.fallback = fallback or text


class Gone(ConnectorError):
    """The thing asked for is not there any more (404, 410)."""


class Conflict(ConnectorError):
    """Somebody changed it meanwhile (409); read again, then decide. `changed` names what, if that is known."""

    def __init__(
        self,
        text: str = "",
        *,
        changed: str = "",
        account: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(text, account=account, code=code, request_id=request_id)
        self.changed = changed


class Rejected(ConnectorError):
    """The vendor refused the values (400, 422). `text` is a sentence; `fields` has one for each field it named."""

    def __init__(
        self,
        text: str = "",
        *,
        fields: Mapping[str, str] | None = None,
        account: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(text, account=account, code=code, request_id=request_id)
        self.fields = dict(fields or {})


class JobClosed(Rejected):
    """The job takes nobody any more; choose another one, or open it again."""


class AlreadyApplied(Rejected):
    """This person has an application for this job already. `application` is its id, where the vendor told it."""

    def __init__(
        self,
        text: str = "",
        *,
        application: str = "",
        fields: Mapping[str, str] | None = None,
        account: str = "",
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(text, fields=fields, account=account, code=code, request_id=request_id)
        self.application = application


class Unreadable(ConnectorError):
    """The answer cannot be followed, such as pages that go in a circle; the vendor, or our file for it, is wrong."""


class InDoubt(ConnectorError):
    """A write was sent and its answer was lost; look before repeating."""


class BadWebhook(ConnectorError):
    """A webhook whose signature is wrong or stale; never act on it."""
