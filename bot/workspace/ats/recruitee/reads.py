"""What the Recruitee stand-in tells: lists under their names, names of what they refer to beside some of them."""

import re
from typing import Any

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store

Doc = dict[str, Any]
LISTS = {
    "admins": "recruitee_admins", "disqualify_reasons": "recruitee_reasons",
}  # fmt: skip


class Refusal(Exception):
    """An answer that is not a success: texts in a list, by field where there is one; a bad token has its own shape."""

    def __init__(self, status: int, text: str, *, field: str = "", code: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.body: Doc = {"error": text, "error_code": code} if code else {"error": [text]}
        if field:
            self.body["error_fields"] = {field: [text]}
        self.headers = {"www-authenticate": 'Bearer realm="recruitee"'} if status == 401 else {}


class Reads:
    """All GETs."""

    def __init__(self, store: Store, clock: WorkspaceClock | None) -> None:
        self.store, self.clock = store, clock

    def answer(self, path: list[str], query: Any) -> Doc:
        """Raises Refusal."""
        match path:
            case ["admin"]:
                return {"admin": self.row("recruitee_admins", "508")}
            case ["candidates"]:
                rows = self.page(query, [self.person(row) for row in self.newest()])
                return {"candidates": rows}
            case ["candidates", id]:
                row = self.row("recruitee_candidates", id)
                return {"candidate": self.person(row), "references": self.references(row)}
            case ["candidates", id, "notes"]:
                person = self.row("recruitee_candidates", id)["id"]
                return {"notes": self.store.find("recruitee_notes", candidate=person), "references": []}  # fmt: skip
            case ["candidates", id, "attachments"]:
                person = self.row("recruitee_candidates", id)["id"]
                return {"attachments": self.store.find("recruitee_files", candidate=person)}
            case ["search", "new", "quick"]:
                return {"candidates": {"hits": self.quick(query), "total": 1}}
            case ["offers"]:
                return self.offers(query)
            case ["offers", id]:
                return {"offer": self.offer(id)}
            case ["offers", id, "placements"]:
                return {"stages": self.grouped(id), "references": []}
            case ["interview", "results"]:
                rows = self.store.all("recruitee_results")
                for name in ("candidate_id", "offer_id"):
                    rows = [row for row in rows if query.get(name) in (None, str(row[name]))]
                return {"interview_results": rows, "references": [], "hidden_results_preview": []}
            case ["custom_fields", "fields", "searchable"]:
                return {"fields": self.store.all("recruitee_fields")}
            case ["departments" | "locations" | "sources" | "tags"]:
                return {path[0]: self.words(path[0])}
            case [name] if name in LISTS:
                return {name: self.store.all(LISTS[name])}
        raise Refusal(404, "Not found")

    def row(self, kind: str, id: str) -> Doc:
        found = self.store.get(kind, id)
        if found is None:
            raise Refusal(404, "Not found")
        return found

    def newest(self) -> list[Doc]:
        rows = self.store.all("recruitee_candidates")
        return sorted(rows, key=lambda row: (str(row["created_at"]), row["id"]), reverse=True)

    def person(self, row: Doc) -> Doc:
        notes = self.store.find("recruitee_notes", candidate=row["id"])
        return {**row, "notes_count": len(notes), "example": row.get("example", False)}

    def page(self, query: Any, rows: list[Doc]) -> list[Doc]:
        """`limit` and `offset`; without a limit everything."""
        size, start = query.get("limit", "1000"), query.get("offset", "0")
        if not (size.isdigit() and start.isdigit()) or not 0 < int(size) <= 1000:
            raise Refusal(422, "limit is invalid", field="limit")
        return rows[int(start) : int(start) + int(size)]

    def quick(self, query: Any) -> list[Doc]:
        """Fuzzy: whoever shares a word with what is looked for, the likest first."""
        wanted = set(re.findall(r"\w+", query.get("query", "").casefold()))
        ranked = []
        for row in self.store.all("recruitee_candidates"):
            words = re.findall(r"\w+", " ".join([row["name"], *row["emails"]]).casefold())
            if shared := len(wanted & set(words)):
                ranked.append((shared, row))
        ranked.sort(key=lambda pair: pair[0], reverse=True)
        emails = query.get("with_emails") == "true"
        return [
            {"id": row["id"], "name": row["name"], **({"emails": row["emails"]} if emails else {})}
            for _, row in ranked[: int(query.get("limit", "10"))]
        ]

    def references(self, row: Doc) -> list[Doc]:
        """The stages and jobs that somebody's placements name."""
        found: list[Doc] = []
        for placed in row["placements"]:
            id = placed.get("offer_id") or placed.get("talent_pool_id")
            found.append({"type": "Stage", "id": placed["stage_id"], "name": self.stage(placed)["name"]})  # fmt: skip
            found.append({"type": "Offer", "id": id, "title": self.title(placed)})
        return found

    def title(self, placed: Doc) -> str:
        id = placed.get("offer_id") or placed.get("talent_pool_id")
        return str(self.row("recruitee_offers", str(id))["title"])

    def stage(self, placed: Doc) -> Doc:
        stages = self.row("recruitee_pipelines", "31")["stages"]
        found: Doc = next(one for one in stages if one["id"] == placed["stage_id"])
        return found

    def offers(self, query: Any) -> Doc:
        rows = self.store.all("recruitee_offers")
        if query.get("scope") == "not_archived":
            rows = [row for row in rows if row["status"] != "archived"]
        size, number = int(query.get("limit", "1000")), int(query.get("page", "1"))
        told = [{k: v for k, v in row.items() if k != "pipeline"} for row in rows]
        return {"offers": told[(number - 1) * size : number * size], "meta": {"total_count": len(rows)}}  # fmt: skip

    def offer(self, id: str) -> Doc:
        row = self.row("recruitee_offers", id)
        template = self.row("recruitee_pipelines", str(row.pop("pipeline")))
        return {**row, "pipeline_template": template}

    def grouped(self, id: str) -> list[Doc]:
        """A job's placements by stage."""
        offer = self.offer(id)
        placed = [
            placed
            for row in self.store.all("recruitee_candidates")
            for placed in row["placements"]
            if placed.get("offer_id") == offer["id"]
        ]
        found = []
        for stage in offer["pipeline_template"]["stages"]:
            mine = [one for one in placed if one["stage_id"] == stage["id"]]
            found.append({**stage, "placements_count": len(mine), "placements": mine})
        return found

    def words(self, name: str) -> list[Doc]:
        """The tags or sources in use, the departments and places of jobs."""
        rows = self.store.all("recruitee_candidates")
        if name in ("tags", "sources"):
            said = [word for row in rows for word in row[name]]
        else:
            field = {"departments": "department", "locations": "city"}[name]
            said = [row[field] for row in self.store.all("recruitee_offers") if row[field]]
        return [{"id": 9_500 + place, "name": word} for place, word in enumerate(dict.fromkeys(said))]  # fmt: skip
