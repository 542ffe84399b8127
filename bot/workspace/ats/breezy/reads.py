"""What the Breezy HR stand-in tells: bare lists, a stage's type as a word or an object, an unknown pipeline as the usual one."""

from typing import Any

from bot.workspace.ats.breezy import seed, webhooks
from bot.workspace.ats.breezy.refusal import Refusal
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
STATES = ("published", "draft", "closed", "archived", "pending")
LISTED = (
    "_id", "meta_id", "name", "headline", "email_address", "phone_number", "origin", "tags", "source", "creation_date", "updated_date",
    "resume", "overall_score",
)  # fmt: skip


class Reads:
    """All GETs below a company."""

    def __init__(self, store: Store, clock: WorkspaceClock | None) -> None:
        self.store, self.clock = store, clock

    def answer(self, path: list[str], query: Any) -> Any:
        """Raises Refusal."""
        match path:
            case ["positions"]:
                return self.page(query, self.positions(query.get("state", "published")))
            case ["position", id]:
                return self.row("breezy_positions", id)
            case ["position", id, "team"]:
                self.row("breezy_positions", id)
                return self.store.all("breezy_users")
            case ["position", id, "candidates"]:
                position = self.row("breezy_positions", id)["_id"]
                rows = self.store.find("breezy_candidates", position=position)
                return self.page(query, [self.listed(row) for row in rows])
            case ["position", _, "candidate", _]:
                return self.whole(self.candidate(path))
            case ["position", _, "candidate", _, "stream"]:
                return self.stream(self.candidate(path)["_id"], query)
            case ["position", _, "candidate", _, "documents"]:
                rows = self.store.find("breezy_documents", candidate=self.candidate(path)["_id"])
                return [{k: v for k, v in row.items() if k != "candidate"} for row in rows]
            case ["pipelines"]:
                return {row["_id"]: row for row in self.store.all("breezy_pipelines")}
            case ["pipeline", id]:
                return self.store.get("breezy_pipelines", id) or self.row("breezy_pipelines", "default")  # fmt: skip
            case ["candidates", "search"]:
                return self.search(query)
            case ["custom-attributes", "candidate"]:
                return self.store.all("breezy_attributes")
            case ["departments"]:
                names = {row["department"] for row in self.store.all("breezy_positions")}
                return [{"_id": f"5fd{place}", "name": name} for place, name in enumerate(sorted(names))]  # fmt: skip
            case ["webhook_endpoints"]:
                return {"data": webhooks.listed(self.store)}
        raise Refusal(404, "notFound", "There is no such thing.")

    def positions(self, state: str) -> list[Doc]:
        """Those in a state; one that nobody wrote down comes with the published."""
        rows = self.store.all("breezy_positions")
        return [row for row in rows if (row["state"] if row["state"] in STATES else "published") == state]  # fmt: skip

    def row(self, kind: str, id: str) -> Doc:
        found = self.store.get(kind, id)
        if found is None:
            raise Refusal(404, "notFound", "There is no such thing.")
        return found

    def candidate(self, path: list[str]) -> Doc:
        """The candidate of `position/{p}/candidate/{k}`; at another position than its own it is refused otherwise."""
        position, found = self.row("breezy_positions", path[1]), self.row("breezy_candidates", path[3])  # fmt: skip
        if found["position"] != position["_id"]:
            raise Refusal(412, "wrongPosition", "The candidate is on another position.")
        return found

    def page(self, query: Any, rows: list[Doc]) -> list[Doc]:
        """Whole without `page_size`; newest first."""
        rows = sorted(rows, key=lambda row: (row["creation_date"], row["_id"]), reverse=True)
        if "page_size" not in query:
            return rows
        size, number = int(query["page_size"]), int(query.get("page", "1"))
        if not 0 < size <= 50:
            raise Refusal(400, "badRequest", "page_size must be between 1 and 50.")
        return rows[(number - 1) * size : number * size]

    def stage(self, row: Doc) -> Doc:
        position = self.row("breezy_positions", row["position"])
        stages = self.row("breezy_pipelines", position["pipeline_id"])["pipeline"]
        found: Doc = next(one for one in stages if one["id"] == row["stage"])
        return found

    def listed(self, row: Doc) -> Doc:
        stage = self.stage(row)
        kind = {"id": stage["type"], "name": stage["type"].title(), "icon": stage["icon"]}
        told = {"id": stage["id"], "name": stage["name"], "type": kind}
        return {**{name: row[name] for name in LISTED}, "stage": told}

    def whole(self, row: Doc) -> Doc:
        stage = self.stage(row)
        told = {name: stage[name] for name in ("id", "name", "type")}
        return {**{k: v for k, v in row.items() if k != "position"}, "stage": told}

    def search(self, query: Any) -> list[Doc]:
        """By exact address. A hit is a slim row."""
        wanted = query.get("email_address", "").casefold()
        if not wanted:
            raise Refusal(400, "badRequest", "email_address is required.")
        return [
            {
                "_id": row["_id"], "name": row["name"], "creation_date": row["creation_date"],
                "position": {"_id": row["position"], "name": self.row("breezy_positions", row["position"])["name"]},
            }
            for row in self.store.all("breezy_candidates")
            if (row["email_address"] or "").casefold() == wanted
        ]  # fmt: skip

    def stream(self, id: str, query: Any) -> list[Doc]:
        rows = sorted(self.store.find("breezy_stream", candidate=id), key=lambda row: row["timestamp"], reverse=True)  # fmt: skip
        told = [{k: v for k, v in row.items() if k != "candidate"} for row in rows]
        if told:
            told[-1]["first_activity"] = True
        skip = int(query.get("skip", "0"))
        return told[skip : skip + 50]

    def now(self) -> str:
        assert self.clock is not None
        return seed.iso(self.clock.now())
