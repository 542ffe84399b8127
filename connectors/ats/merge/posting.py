"""How a write goes through Merge: who does it, whether the ATS can, problems inside a 201, and lost answers."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from connectors.abilities import ABILITIES
from connectors.ats.merge import mapping
from connectors.ats.merge.copy import once_only
from connectors.ats.merge.fresh import Row
from connectors.ats.merge.reading import Reading
from connectors.errors import (
    AlreadyApplied,
    ConnectorError,
    InDoubt,
    MissingPermission,
    NotSupported,
    Reconnect,
    Rejected,
)
from connectors.model import Ref

PROBLEMS: dict[str, type[ConnectorError]] = {
    "CREDENTIAL_REFRESH_FAILED": Reconnect, "DISABLED_MODEL_WRITE": MissingPermission, "MISSING_PERMISSION": MissingPermission,
}  # fmt: skip
MODELS = {"candidates": "Candidate", "applications": "Application", "activities": "Activity"}
UNTOLD = "untold"


class Posting(Reading):
    """The one way in which anything is written."""

    def connect(self) -> None:
        super().connect()
        self._doubts: dict[
            str, str
        ] = {}  # by our key: the model's last sync when an answer was lost
        self._repeats = self.account.config.get("idempotency", "").casefold() in ("yes", "true")

    async def acting(self, author: Ref | None) -> str:
        """The RemoteUser a write is done as: the author, the account's `user_id`, else the first super admin."""
        if author is not None:
            return author.id
        if known := self.account.config.get("user_id"):
            return known
        for user in await self.users():
            if user.admin and user.active:
                return user.ref.id
        said = "Merge needs a user to act as: set user_id on this account."
        raise Rejected(said, account=self.account.id)

    async def able(self, ability: str, name: str, verb: str) -> None:
        """Raises NotSupported where Merge says that the ATS behind it takes no such write."""
        told = await self.static("available-actions")
        rows = [r for r in told.get("available_model_operations") or () if isinstance(r, dict)]
        verbs = [str(v) for r in rows if r.get("model_name") == name for v in r.get("available_operations") or ()]  # fmt: skip
        if rows and verb not in verbs:
            ats = mapping.name_of(told.get("integration")) or "This ATS"
            said = f"{ats} cannot {ABILITIES[ability].words} through Merge: {ABILITIES[ability].instead}."
            raise NotSupported(said, account=self.account.id)

    async def wanted(self, resource: str, known: Row) -> Row:
        """What the ATS wants besides the common fields, as far as we know it: Ashby and Lever name the person twice."""
        told = await self.static(f"{resource}/meta/post")
        found: Any = told.get("request_schema")
        for name in ("properties", "model", "properties", "integration_params", "properties"):
            found = found.get(name) if isinstance(found, dict) else None
        given = {k: v for k, v in known.items() if isinstance(found, dict) and k in found}
        return {"integration_params": given} if given else {}

    async def call(self, method: str, path: str, body: Row, key: str = "") -> Row:
        """Send a write and give the model it made. A problem may come with a 201. Raises InDoubt when it says nothing."""
        ask = self.http.patch if method == "PATCH" else self.http.post
        with once_only(_mark(path, body, key) if key else ""):
            answer = await ask(path, body)
        told = answer.json if isinstance(answer.json, dict) else {}
        if problems := [p for p in told.get("errors") or () if isinstance(p, dict)]:
            raise self._problem(path, problems)
        made = told.get("model")
        if not isinstance(made, dict) or not made.get("id"):
            raise InDoubt("Merge did not say what it wrote.", account=self.account.id)
        return made

    async def send(self, method: str, path: str, fields: Row, who: str, key: str = "") -> Row:
        """A write of a common model's fields, done as `who`. Gives only what Merge told back."""
        made = await self.call(method, path, {"model": fields, "remote_user_id": who}, key)
        return {name: value for name, value in made.items() if value is not None}

    async def once(
        self,
        resource: str,
        fields: Row,
        who: str,
        *,
        key: str,
        look: Callable[[], Awaitable[Row | None]],
    ) -> Row:
        """Create a row unless `look` finds it.

        After a lost answer Merge's copy cannot tell before its next sync whether the row is there, so until then a
        repeat raises InDoubt; where Merge keeps idempotency keys for the organisation it is safe at once.
        """
        await self._settle(resource, key)
        if known := await look():
            return known
        try:
            made = await self.send("POST", resource, fields, who, key)
        except InDoubt:
            if not self._repeats:
                self._doubts[key] = ""
                self._doubts[key] = await self._synced(resource)
                raise
            made = await self.send("POST", resource, fields, who, key)
        kept = {name: value for name, value in fields.items() if name != "integration_params"}
        return self.fresh.wrote(resource, {**kept, **made}, None)

    async def _settle(self, resource: str, key: str) -> None:
        """Nothing where no answer was lost, or Merge has synced since. Raises InDoubt."""
        if key not in self._doubts:
            return
        then, now = self._doubts[key], await self._synced(resource)
        if then in ("", now) and now != UNTOLD:
            self._doubts[key] = now
            said = "The answer was lost and Merge has not synced since; it is tried again after its next sync."
            raise InDoubt(said, account=self.account.id)
        del self._doubts[key]

    async def _synced(self, resource: str) -> str:
        """When Merge's last sync of a model began; UNTOLD where it does not say."""
        for row in await self.rows("sync-status"):
            if row.get("model_id") == f"ats.{MODELS[resource]}":
                return str(row.get("last_sync_start") or UNTOLD)
        return UNTOLD

    def _problem(self, path: str, problems: list[Row]) -> ConnectorError:
        """The error for problems that came with a success, in the vendor's words without addresses."""
        code = str(problems[0].get("problem_type") or "")
        kind = PROBLEMS.get(code, Rejected)
        if code == "DUPLICATE_MODEL_EXISTS" and path == "applications":
            kind = AlreadyApplied
        said = "; ".join(str(p.get("detail") or p.get("title") or "It refused the write") for p in problems)  # fmt: skip
        clean = re.sub(r"\S+@\S+", "…", said)[:300].rstrip(".")
        return kind(f"{clean}.", account=self.account.id, code=code)


def _mark(path: str, body: Row, key: str) -> str:
    """The same for the same write; another body has another, since Merge refuses a key that was used differently."""
    told = json.dumps([key, path, body], sort_keys=True).encode()
    return hashlib.sha256(told).hexdigest()[:36]
