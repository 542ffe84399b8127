"""What can be written to the Breezy HR stand-in, all as the token's user; most of it is answered with nothing."""

from typing import Any

from bot.workspace.ats.breezy import seed, webhooks
from bot.workspace.ats.breezy.reads import Reads
from bot.workspace.ats.breezy.refusal import Refusal

Doc = dict[str, Any]
OWNER = {"_id": "5fa508", "name": "Ines Duarte", "email_address": "ines@brightwater.example"}
FIELDS = ("name", "email_address", "phone_number", "address", "summary", "headline", "tags")


class Writes(Reads):
    """All POSTs and PUTs below a company."""

    def write(self, method: str, path: list[str], body: Doc) -> Any:
        """The answer's body; None for 204. Raises Refusal."""
        match method, path:
            case "POST", ["position", id, "candidates"]:
                return self.create(self.row("breezy_positions", id), body)
            case "PUT", ["position", id, "state"]:
                return self.state(self.row("breezy_positions", id), body)
            case "PUT", ["position", _, "candidate", _]:
                row = self.candidate(path) | {k: body[k] for k in FIELDS if k in body}
                return self.whole(self.save(row))
            case "PUT", ["position", _, "candidate", _, "stage"]:
                return self.move(self.candidate(path), body)
            case "PUT", ["position", _, "candidate", _, "custom-attribute"]:
                return self.attribute(self.candidate(path), body)
            case "POST", ["position", _, "candidate", _, "stream"]:
                if not isinstance(body.get("body"), str) or not body["body"].strip():
                    raise Refusal(400, "badRequest", "body is required.")
                return self.happened(self.candidate(path), "noteAdded", {"body": body["body"], "user": OWNER})  # fmt: skip
            case "POST", ["position", _, "candidate", _, "documents"]:
                return self.document(self.candidate(path), body)
        raise Refusal(404, "notFound", "There is no such thing.")

    def create(self, position: Doc, body: Doc) -> Doc:
        """As sourced. An applicant is sent a form, and nobody is made; 202 stands for that."""
        if not isinstance(body.get("name"), str) or not body["name"].strip():
            raise Refusal(400, "badRequest", "name is required.")
        if body.get("origin", "sourced") == "applied":
            raise Refusal(202, "pendingForm", "The candidate was asked to fill in the form.")
        email = str(body.get("email_address") or "").casefold()
        for row in self.store.find("breezy_candidates", position=position["_id"]):
            if email and (row["email_address"] or "").casefold() == email:
                raise Refusal(409, "conflict", "The candidate is on this position already.")
        assert self.clock is not None
        id = f"5fe{self.store.next_id('breezy_candidate', 0x1000):x}"
        held = self.store.get("breezy_pipelines", position["pipeline_id"]) or {"pipeline": []}
        told = {name: body[name] for name in (*FIELDS, "custom_attributes") if name in body}
        if isinstance(body.get("source"), str):
            told["source"] = {"id": None, "name": body["source"], "type": "custom"}
        row = seed.candidate(id, position["_id"], held["pipeline"][0]["id"], self.clock.now(), told)
        self.store.put("breezy_candidates", id, row)
        self.happened(row, "candidateAdded", {})
        self.tell("candidateAdded", row)
        return self.whole(row)

    def state(self, position: Doc, body: Doc) -> None:
        if body.get("state") not in ("published", "draft", "archived", "closed"):
            raise Refusal(400, "badRequest", "state is not known.")
        row = position | {"state": body["state"], "updated_date": self.now()}
        self.store.put("breezy_positions", row["_id"], row)
        told = {name: row[name] for name in ("_id", "name", "state", "pipeline_id")}
        webhooks.tell(self.store, self.now(), "companyPositionStateUpdated", {"position": told})

    def move(self, row: Doc, body: Doc) -> None:
        position = self.row("breezy_positions", row["position"])
        stages = self.row("breezy_pipelines", position["pipeline_id"])["pipeline"]
        stage = next((one for one in stages if one["id"] == body.get("stage_id")), None)
        if stage is None:
            raise Refusal(400, "badRequest", "There is no such stage.")
        out = stage["type"] == "disqualified"
        row |= {"stage": stage["id"], "disposition_date": self.now() if out else None, "disposition_reason": None}  # fmt: skip
        self.save(row)
        self.happened(row, "candidateStatusUpdated", {"stage": stage})
        self.tell("candidateStatusUpdated", row)

    def attribute(self, row: Doc, body: Doc) -> Doc:
        """The same name again overwrites."""
        if not isinstance(body.get("name"), str) or not body["name"]:
            raise Refusal(400, "badRequest", "name is required.")
        kept = [one for one in row["custom_attributes"] if one["name"] != body["name"]]
        made = {"id": body["name"].casefold(), "name": body["name"], "value": str(body.get("value") or ""), "secure": False}  # fmt: skip
        return self.whole(self.save({**row, "custom_attributes": [*kept, made]}))

    def document(self, row: Doc, body: Doc) -> Doc:
        """A form with the field `data`."""
        part = body.get("data")
        if not isinstance(part, dict) or not part.get("file_name"):
            raise Refusal(400, "badRequest", "data is required.")
        id = f"5ff{self.store.next_id('breezy_document', 0x1000):x}"
        self.store.put("breezy_bytes", f"{row['_id']} {id}", {"content": part["content"]})
        told = {"_id": id, "file_name": part["file_name"], "url": f"{seed.home(row['position'], row['_id'])}/documents/{id}"}  # fmt: skip
        self.store.put("breezy_documents", id, {**told, "candidate": row["_id"]})
        return told

    def happened(self, row: Doc, kind: str, held: Doc) -> Doc:
        id = f"5fc{self.store.next_id('breezy_activity', 0x10000):x}"
        told = {"_id": id, "candidate": row["_id"], "type": kind, "object": held, "timestamp": self.now()}  # fmt: skip
        self.store.put("breezy_stream", f"{row['_id']} {id}", told)
        return {name: value for name, value in told.items() if name != "candidate"}

    def save(self, row: Doc) -> Doc:
        return self.store.put("breezy_candidates", row["_id"], {**row, "updated_date": self.now()})

    def tell(self, event: str, row: Doc) -> None:
        position, stage = self.row("breezy_positions", row["position"]), self.stage(row)
        about = {
            "position": {name: position[name] for name in ("_id", "name", "pipeline_id", "all_admins")},
            "stage": {"id": stage["id"], "name": stage["name"]}, "entered_stage": self.now(),
            "candidate": {name: row[name] for name in ("_id", "name", "email_address", "phone_number", "tags")}, "acting_user": OWNER,
        }  # fmt: skip
        webhooks.tell(self.store, self.now(), event, about)
