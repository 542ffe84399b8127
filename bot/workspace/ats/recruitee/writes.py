"""What can be written to the Recruitee stand-in, all as the token's owner, with the webhooks of the real one."""

import base64
import hashlib
import hmac
import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.workspace.ats import hooks
from bot.workspace.ats.recruitee import seed
from bot.workspace.ats.recruitee.reads import Reads, Refusal

Doc = dict[str, Any]
OWNER = {"id": 508, "name": "Ines Duarte"}
STATES = {
    "publish": "published", "unpublish": "draft", "close": "closed", "archive": "archived", "unarchive": "closed",
}  # fmt: skip
TEXTS = ("emails", "phones", "links", "social_links", "sources", "tags")


class Writes(Reads):
    """All POSTs, PATCHes and DELETEs."""

    def write(self, method: str, path: list[str], body: Doc) -> Doc:
        """Raises Refusal."""
        match method, path:
            case "POST", ["candidates"]:
                return {"candidate": self.person(self.create(body))}
            case "PATCH", ["candidates", id]:
                row = {**self.row("recruitee_candidates", id), **self.told(body)}
                return {"candidate": self.person(self.save(row))}
            case "POST" | "DELETE", ["candidates", id, "tags"]:
                return self.tags(self.row("recruitee_candidates", id), method == "POST", body)
            case "POST", ["candidates", id, "notes"]:
                return {"note": self.note(self.row("recruitee_candidates", id), body)}
            case "POST", ["placements"]:
                return {"placement": self.place(body)}
            case "PATCH", ["placements", id, deed]:
                return {"placement": self.change(id, deed, body)}
            case "PATCH", ["offers", id, deed] if deed in STATES:
                row = self.row("recruitee_offers", id) | {"status": STATES[deed], "updated_at": self.now()}  # fmt: skip
                return {"offer": self.store.put("recruitee_offers", id, row)}
        raise Refusal(404, "Not found")

    def now(self) -> str:
        assert self.clock is not None
        return seed.iso(self.clock.now())

    def told(self, body: Doc) -> Doc:
        """What a candidate may be given."""
        given = body.get("candidate")
        if not isinstance(given, dict):
            raise Refusal(422, "candidate is missing", field="candidate")
        for name in TEXTS:
            held = given.get(name, [])
            if not isinstance(held, list) or not all(isinstance(one, str) for one in held):
                raise Refusal(422, f"{name} must be a list of texts", field=name)
        if "name" in given and (not isinstance(given["name"], str) or not given["name"].strip()):
            raise Refusal(422, "name can't be blank", field="name")
        return {name: given[name] for name in ("name", "cover_letter", *TEXTS) if name in given}

    def create(self, body: Doc) -> Doc:
        """Always somebody new, whoever is there already."""
        given, offers = self.told(body), body.get("offers") or []
        if "name" not in given:
            raise Refusal(422, "name can't be blank", field="name")
        if not isinstance(offers, list) or not all(self.store.get("recruitee_offers", str(o)) for o in offers):  # fmt: skip
            raise Refusal(422, "offers are invalid", field="offers")
        assert self.clock is not None
        at, id = self.clock.now(), self.store.next_id("recruitee_person", 6001)
        row = seed.person(id, given["name"], "", at) | {"emails": [], "admin_id": OWNER["id"]} | given  # fmt: skip
        row["placements"] = [
            seed.placement(self.store.next_id("recruitee_placed", 9501), id, int(offer), 601, at)
            for offer in offers
        ]
        self.store.put("recruitee_candidates", id, row)
        told = [self.named(int(offer)) for offer in offers]
        self.hook("new_candidate", "manual", row, offers=told)
        return row

    def tags(self, row: Doc, add: bool, body: Doc) -> Doc:
        wanted = body.get("tags")
        if not isinstance(wanted, list) or not all(isinstance(tag, str) for tag in wanted):
            raise Refusal(422, "tags must be a list of texts", field="tags")
        kept = [tag for tag in row["tags"] if tag not in wanted]
        self.save({**row, "tags": kept + (wanted if add else [])})
        return {"tags": kept + (wanted if add else [])}

    def note(self, row: Doc, body: Doc) -> Doc:
        note = body.get("note") or {}
        level = (note.get("visibility") or {}).get("level", "public")
        if not isinstance(note.get("body"), str) or not note["body"].strip():
            raise Refusal(422, "body can't be blank", field="body")
        if level not in ("public", "private"):
            raise Refusal(422, "visibility is invalid", field="visibility")
        id = self.store.next_id("recruitee_note", 5701)
        return self.store.put("recruitee_notes", id, {
            "id": id, "candidate": row["id"], "body": note["body"], "visibility": {"level": level}, "admin": OWNER, "created_at": self.now(),
        })  # fmt: skip

    def place(self, body: Doc) -> Doc:
        row = self.row("recruitee_candidates", str(body.get("candidate_id")))
        offer = self.row("recruitee_offers", str(body.get("offer_id")))
        if any(placed.get("offer_id") == offer["id"] for placed in row["placements"]):
            raise Refusal(422, "Candidate is already in this job", field="candidate_id")
        stage = self.known(body.get("stage_id", 601))
        assert self.clock is not None
        id = self.store.next_id("recruitee_placed", 9501)
        made = seed.placement(id, row["id"], offer["id"], stage["id"], self.clock.now())
        self.save({**row, "placements": [*row["placements"], made]})
        return made

    def known(self, id: Any) -> Doc:
        for stage in self.row("recruitee_pipelines", "31")["stages"]:
            if stage["id"] == id:
                return dict(stage)
        raise Refusal(422, "stage must exist", field="stage_id")

    def change(self, id: str, deed: str, body: Doc) -> Doc:
        """Move, disqualify or requalify. Moving somebody who is disqualified requalifies."""
        row, placed = self.placed(id)
        before, at = self.stage(placed), self.now()
        if deed == "disqualify":
            reason = self.store.get("recruitee_reasons", str(body.get("disqualify_reason_id")))
            if reason is None:
                raise Refusal(422, "disqualify reason must exist", field="disqualify_reason_id")
            placed |= {"disqualified_at": at, "disqualify_reason": reason["name"]}
            told, details = "disqualified", {"disqualify_reason": reason}
        elif deed in ("change_stage", "requalify"):
            stage = self.known(body.get("stage_id", placed["stage_id"]))
            told = "requalified" if placed["disqualified_at"] else "stage_changed"
            hired = stage["category"] == "hire"
            placed |= {"stage_id": stage["id"], "disqualified_at": None, "disqualify_reason": None}
            placed |= {"hired_at": at if hired else None, "hired_in_this_placement": hired}
            details = {"from_stage": before, "to_stage": stage}
        else:
            raise Refusal(404, "Not found")
        placed["updated_at"] = at
        others = [one for one in row["placements"] if one["id"] != placed["id"]]
        self.save({**row, "placements": [*others, placed]})
        offer = self.named(placed.get("offer_id") or placed["talent_pool_id"])
        self.hook("candidate_moved", told, row, offer=offer, details=details)
        return placed

    def placed(self, id: str) -> tuple[Doc, Doc]:
        for row in self.store.all("recruitee_candidates"):
            for placed in row["placements"]:
                if str(placed["id"]) == id:
                    return row, placed
        raise Refusal(404, "Not found")

    def named(self, offer: int) -> Doc:
        row = self.row("recruitee_offers", str(offer))
        return {name: row[name] for name in ("id", "title", "kind", "slug", "department")}

    async def attach(self, request: Request) -> Doc:
        """A form whose fields are named `attachment[…]`; without the person's id in it the file belongs to nobody."""
        try:
            form = await request.form()
        except HTTPException:
            raise Refusal(400, "The form cannot be read") from None
        part, person = form.get("attachment[file]"), str(form.get("attachment[candidate_id]", ""))
        if not isinstance(part, UploadFile) or not part.filename:
            raise Refusal(500, "Internal server error")
        id = self.store.next_id("recruitee_file", 5901)
        known = self.store.get("recruitee_candidates", person)
        content = base64.b64encode(await part.read()).decode()
        self.store.put("recruitee_bytes", f"file-{id}", {"content": content})
        row = {"id": id, "filename": part.filename, "url": f"/files/file-{id}/{part.filename}", "created_at": self.now()}  # fmt: skip
        self.store.put("recruitee_files", id, {**row, "candidate": known["id"] if known else None})
        return {"attachment": row}

    def save(self, row: Doc) -> Doc:
        return self.store.put("recruitee_candidates", row["id"], {**row, "updated_at": self.now()})

    def hook(self, event: str, more: str, row: Doc, **payload: Any) -> None:
        """Signed over the raw body in hex, without a time. Only a 200 is a success."""
        place = self.store.get("webhook", "recruitee")
        if place is None:
            return
        person = {name: row[name] for name in ("id", "name", "emails", "phones", "source", "created_at", "updated_at")}  # fmt: skip
        told = {
            "id": self.store.next_id("recruitee_delivery", 70001), "attempt_count": 1, "created_at": self.now(), "event_type": event,
            "event_subtype": more, "payload": {"candidate": person, "company": {"id": 12345, "name": "Brightwater Labs"}, **payload},
        }  # fmt: skip
        body = json.dumps(told).encode()
        digest = hmac.new(str(place["secret"]).encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/json",
            "user-agent": "Recruitee-Webhooks",
            "x-recruitee-signature": digest,
        }
        hooks.send(place["url"], body, headers, only=200)
