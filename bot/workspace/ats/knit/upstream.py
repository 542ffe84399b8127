"""The Workable account behind Knit, as far as `POST /passthrough` reaches into it: its own words, its own refusals."""

import re
from collections.abc import Callable
from typing import Any

from bot.workspace import asking
from bot.workspace.ats.knit import shapes
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
HOST = "https://brightwater.workable.com/spi/v3"


class Upstream(Exception):
    """Workable's refusal: `{"error": …}`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Workable:
    """What an account token with all scopes may read and write."""

    def __init__(self, store: Store, clock: WorkspaceClock) -> None:
        self.store, self.clock = store, clock

    def answer(self, method: str, path: str, query: Doc, body: Doc) -> Any:
        """The answer to one call, None where Workable's body is empty. Raises Upstream."""
        parts = [part for part in path.split("?")[0].split("/") if part]
        if method == "GET":
            return self._get(parts, query, "/".join(parts))
        if len(parts) != 3 or parts[0] != "candidates":
            raise Upstream(404, "Not found")
        row = self._candidate(parts[1])
        acts: dict[tuple[str, str], Callable[[], Doc | None]] = {
            ("POST", "comments"): lambda: self._comment(row, body),
            ("POST", "disqualify"): lambda: self._disqualify(row, body),
            ("POST", "revert"): lambda: self._revert(row, body),
            ("PUT", "tags"): lambda: self._tags(row, body),
        }
        act = acts.get((method, parts[2]))
        if act is None:
            raise Upstream(404, "Not found")
        return act()

    def _get(self, parts: list[str], query: Doc, path: str) -> Any:
        match parts:
            case ["members"]:
                return self._page("members", path, query, self.store.all("knit_members"))
            case ["disqualification_reasons"]:
                return self.store.all("knit_reasons")
            case ["events"]:
                rows = [self._event(row) for row in self.store.all("knit_events")]
                if wanted := query.get("candidate_id"):
                    rows = [row for row in rows if row["candidate"]["id"] == wanted]
                return self._page("events", path, query, rows)
            case ["jobs", shortcode, "stages"]:
                job = self.store.get("knit_jobs", shortcode)
                if job is None:
                    raise Upstream(404, "Not found")
                return {"stages": job["stages"]}
            case ["candidates", id]:
                return {"candidate": self._detail(self._candidate(id))}
            case ["candidates", id, "activities"]:
                rows = self.store.find("knit_activities", candidate=self._candidate(id)["id"])
                return self._page("activities", path, query, rows)
        raise Upstream(404, "Not found")

    def _page(self, name: str, path: str, query: Doc, rows: list[Doc]) -> Doc:
        """`since_id` starts at that row; `paging.next` is a full address."""
        size = query.get("limit", 50)
        if not re.fullmatch(r"[1-9]\d?|100", str(size)):
            raise Upstream(422, "limit is invalid")
        if since := query.get("since_id"):
            ids = [row["id"] for row in rows]
            if since not in ids:
                raise Upstream(422, "since_id is invalid")
            rows = rows[ids.index(since) :]
        answer: Doc = {name: rows[: int(size)], "paging": {}}
        if len(rows) > int(size):
            more = f"{HOST}/{path}?limit={size}&since_id={rows[int(size)]['id']}"
            answer["paging"] = {"next": more}
        return answer

    def _candidate(self, id: str) -> Doc:
        found = self.store.get("knit_candidates", id)
        if found is None:
            raise Upstream(404, "Not found")
        return found

    def _detail(self, row: Doc) -> Doc:
        stage = shapes.stage_of(self.store, row)
        files = self.store.find("knit_files", candidate=row["id"], type="RESUME")
        return {
            "id": row["id"], "name": f"{row['firstname']} {row['lastname'] or ''}".strip(), "firstname": row["firstname"],
            "lastname": row["lastname"], "headline": row["headline"], "email": row["email"], "phone": row["phone"],
            "address": row["address"], "tags": row["tags"], "stage": stage.get("name"), "stage_kind": stage.get("kind"),
            "job": {"shortcode": row["job"], "title": (self.store.get("knit_jobs", row["job"]) or {}).get("title")},
            "disqualified": row["disqualified"], "withdrew": row["withdrew"], "disqualified_at": row["disqualified_at"],
            "disqualification_reason": row["disqualification_reason"], "created_at": row["created_at"],
            "updated_at": row["updated_at"], "resume_url": shapes.link(files[-1]) if files else None,
            "profile_url": f"https://brightwater.workable.com/backend/jobs/{row['job']}/candidates/{row['id']}",
        }  # fmt: skip

    def _event(self, row: Doc) -> Doc:
        seats = [self.store.get("knit_members", id) or {} for id in row["members"]]
        return {
            "id": row["id"], "title": row["title"], "description": None, "type": row["type"], "starts_at": row["starts_at"],
            "ends_at": row["ends_at"], "cancelled": False, "candidate": {"id": row["candidate"]}, "conference": None,
            "members": [{"id": m.get("id"), "name": m.get("name"), "type": "Member", "status": "accepted"} for m in seats],
        }  # fmt: skip

    def _member(self, body: Doc) -> Doc:
        found = self.store.get("knit_members", str(body.get("member_id")))
        if found is None:
            raise Upstream(422, "member_id is not a member of this account")
        return {"id": found["id"], "name": found["name"], "type": "Member"}

    def _comment(self, row: Doc, body: Doc) -> Doc:
        member, comment = self._member(body), body.get("comment")
        said = comment.get("body") if isinstance(comment, dict) else None
        if not isinstance(said, str) or not said.strip():
            raise Upstream(422, "comment body is required")
        policy = comment.get("policy") or [] if isinstance(comment, dict) else []
        if not isinstance(policy, list) or not all(isinstance(role, str) for role in policy):
            raise Upstream(422, "policy is invalid")
        return {"id": self.act(row, "comment", member, body=said, visibility_roles=policy)["id"]}

    def _disqualify(self, row: Doc, body: Doc) -> None:
        member = self._member(body)
        known = body.get("disqualify_reason_id")
        reason = self.store.get("knit_reasons", str(known)) if known is not None else None
        if known is not None and reason is None:
            raise Upstream(422, "disqualify_reason_id is invalid")
        note = body.get("disqualify_note") or ""
        if not isinstance(note, str) or len(note) > 256:
            raise Upstream(422, "disqualify_note is too long")
        self.save(
            row, disqualified=True, withdrew=bool(body.get("withdrew")), disqualified_at=self.now(),
            disqualification_reason=reason["description"] if reason else None,
        )  # fmt: skip
        self.act(row, "disqualified", member, body=note or None)

    def _revert(self, row: Doc, body: Doc) -> None:
        member = self._member(body)
        self.save(row, disqualified=False, withdrew=False, disqualified_at=None, disqualification_reason=None)  # fmt: skip
        self.act(row, "reverted", member)

    def _tags(self, row: Doc, body: Doc) -> Doc:
        """The list replaces the one before."""
        tags = body.get("tags")
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise Upstream(422, "tags is invalid")
        self.save(row, tags=tags)
        return {"candidate": self._detail(row)}

    def act(self, row: Doc, action: str, member: Doc | None, **more: Any) -> Doc:
        """One line of the activity stream."""
        id = f"{self.store.next_id('knit_activity', 70_000):x}"
        told = {"id": id, "candidate": row["id"], "action": action, "stage_name": shapes.stage_of(self.store, row).get("name"),
                "created_at": self.now(), "updated_at": self.now(), "body": None, "visibility_roles": [], **more}  # fmt: skip
        return self.store.put("knit_activities", id, told | ({"member": member} if member else {}))

    def save(self, row: Doc, **values: Any) -> None:
        row |= {**values, "updated_at": self.now()}
        self.store.put("knit_candidates", row["id"], row)

    def now(self) -> str:
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(body: Doc) -> tuple[str, str, Doc, Doc]:
    """Method, path, query and body of a passthrough; its body travels as JSON text. Raises ValueError."""
    method, path, query, said = (body.get(k) for k in ("method", "path", "params", "body"))
    if not isinstance(method, str) or method.upper() not in ("GET", "POST", "PUT", "PATCH", "DELETE"):  # fmt: skip
        raise ValueError("method is invalid")
    if not isinstance(path, str) or not path.strip():
        raise ValueError("path is required")
    if not isinstance(query or {}, dict):
        raise ValueError("params is invalid")
    if said is not None and not isinstance(said, str):
        raise ValueError("body must be a string")
    try:
        return method.upper(), path, query or {}, asking.body((said or "").encode())
    except ValueError:
        raise ValueError("body is not JSON") from None
