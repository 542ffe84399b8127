"""Offers of the Ashby stand-in: a process, a form for each version, approvals step by step, and the answer."""

from typing import Any

from bot.workspace.ats.ashby import forms, values, webhooks
from bot.workspace.ats.ashby.desk import Desk, Doc, Refusal, call, is_uuid, keep, new_id, plain
from bot.workspace.ats.ashby.paging import page

AFTER = {
    "Accepted": "CandidateAccepted", "Declined": "CandidateRejected", "Cancelled": "OfferCancelled",
    "WaitingOnResponse": "WaitingOnCandidateResponse", "Pending": "WaitingOnCandidateResponse", "Created": "WaitingOnApprovalStart",
}  # fmt: skip
OVER = ("CandidateAccepted", "CandidateRejected", "OfferCancelled")
FIELDS = (("startDate", "Start date", "Date"), ("salary", "Salary", "Currency"))


def definition(desk: Desk) -> Doc:
    """The offer form: two fields of Ashby's own, and the organisation's custom fields of offers."""
    fields = [_field(path, title, kind, required=True) for path, title, kind in FIELDS]
    for row in desk.store.find("ashby_fields", objectType="Offer"):
        fields.append(
            _field(row["id"], row["title"], row["fieldType"], options=row.get("selectableValues"))
        )
    return {"sections": [{"title": "Offer", "fields": fields}]}


def _field(path: str, title: str, kind: str, *, required: bool = False, options: Any = None) -> Doc:
    field: Doc = {
        "id": new_id(),
        "type": kind,
        "path": path,
        "humanReadablePath": title,
        "title": title,
        "isNullable": not required,
    }
    field |= {"selectableValues": options} if options else {}
    return {"isRequired": required, "field": field}


def shown(desk: Desk, row: Doc) -> Doc:
    """An offer as the API gives it; private fields are left out for keys without the right to them."""
    versions = [_version(desk, version) for version in row["versions"]]
    told = {k: v for k, v in plain(row).items() if k not in ("versions", "processId", "createdAt")}
    return told | {
        "latestVersion": versions[-1],
        "versions": versions,
        "formDefinition": definition(desk),
    }


def _version(desk: Desk, row: Doc) -> Doc:
    custom = [f for f in row["customFields"] if desk.key.get("private") or not f["isPrivate"]]
    return {**row, "customFields": custom}


@call("offerProcess.start", "offersWrite")
def start_process(desk: Desk) -> Doc:
    application = desk.one("applications", "applicationId")
    for row in desk.store.find("ashby_processes", applicationId=application["id"]):
        if row["status"] not in OVER:
            raise Refusal(
                "offer_process_already_exists", "The application has an offer process already."
            )
    row = {"id": new_id(), "applicationId": application["id"], "status": "WaitingOnOfferCreation"}
    return plain(keep(desk.store, "processes", row))


@call("offer.start", "offersWrite")
def start(desk: Desk) -> Doc:
    process = desk.one("processes", "offerProcessId")
    if process["status"] in OVER:
        raise Refusal("offer_process_is_over", "The offer process is over.")
    form = {"id": new_id(), "processId": process["id"], "formDefinition": definition(desk)}
    desk.store.put("ashby_offer_forms", form["id"], form)
    return {"id": form["id"], "formDefinition": form["formDefinition"]}


@call("offer.create", "offersWrite")
def create(desk: Desk) -> Doc:
    """Fill in a form that was started; a second one for the same process is the next version."""
    process = desk.one("processes", "offerProcessId")
    form = desk.store.get("ashby_offer_forms", str(desk.body.get("offerFormId")))
    if form is None or form["processId"] != process["id"]:
        raise Refusal("offer_form_not_found", "offerFormId is not a form of this process")
    version = _filled(desk, forms.submitted(form["formDefinition"], desk.body.get("offerForm")), [])
    known = desk.store.find("ashby_offers", processId=process["id"])
    row = known[0] if known else {
        "id": new_id(), "applicationId": process["applicationId"], "processId": process["id"], "decidedAt": None,
        "createdAt": desk.now, "versions": [],
    }  # fmt: skip
    desk.store.delete("ashby_offer_forms", form["id"])
    row["versions"] = [*row["versions"], version]
    return _saved(
        desk, row, "Created", "WaitingOnApprovalStart", "offerUpdate" if known else "offerCreate"
    )


def _filled(desk: Desk, told: Doc, custom: list[Doc]) -> Doc:
    """A version of an offer with these values by path."""
    known = {row["id"]: row for row in custom}
    for row in desk.store.find("ashby_fields", objectType="Offer"):
        if row["id"] in told:
            known[row["id"]] = values.shown(row, told[row["id"]])
    made = {
        "id": new_id(), "createdAt": desk.now, "openingId": None, "customFields": list(known.values()), "fileHandles": [],
        "author": None, "approvalStatus": None,
    }  # fmt: skip
    return made | {path: told[path] for path, _, _ in FIELDS if path in told}


@call("offer.update", "offersWrite")
def update(desk: Desk) -> Doc:
    """Change the newest version; what the form leaves out stays as it is."""
    row = desk.one("offers", "offerId")
    newest, spec = row["versions"][-1], definition(desk)
    for field in spec["sections"][0]["fields"]:
        field["isRequired"] = False
    filled = _filled(
        desk, forms.submitted(spec, desk.body.get("offerForm")), newest["customFields"]
    )
    kept = {name: value for name, value in newest.items() if name not in ("customFields",)}
    fresh = {path: filled[path] for path, _, _ in FIELDS if path in filled}
    row["versions"][-1] = kept | fresh | {"customFields": filled["customFields"]}
    return _saved(desk, row, row["acceptanceStatus"], row["offerStatus"], "offerUpdate")


def _saved(desk: Desk, row: Doc, acceptance: str, status: str, event: str) -> Doc:
    row |= {"acceptanceStatus": acceptance, "offerStatus": status}
    process = desk.store.get("ashby_processes", row["processId"]) or {}
    keep(desk.store, "processes", {**process, "status": status})
    told = shown(desk, desk.save("offers", row))
    webhooks.tell(desk, event, {"offer": told})
    return told


@call("offer.info", "offersRead")
def info(desk: Desk) -> Doc:
    return shown(desk, desk.one("offers", "offerId"))


@call("offer.list", "offersRead")
def every(desk: Desk) -> Doc:
    rows = desk.store.all("ashby_offers")
    if application := desk.maybe("applications", "applicationId"):
        rows = [row for row in rows if row["applicationId"] == application["id"]]
    for field in ("offerStatus", "acceptanceStatus"):
        if wanted := desk.body.get(field):
            rows = [row for row in rows if row[field] in wanted]
    return page(desk, "offers", rows, lambda row: shown(desk, row))


@call("offer.setStatus", "offersWrite")
def set_status(desk: Desk) -> Doc:
    """The offer's own status follows from whether the candidate has accepted."""
    row, word = desk.one("offers", "offerId"), desk.text("acceptanceStatus")
    if word not in AFTER:
        raise Refusal("invalid_input", f"acceptanceStatus must be one of {', '.join(AFTER)}")
    row["decidedAt"] = desk.now if word in ("Accepted", "Declined") else None
    return _saved(desk, row, word, AFTER[word], "offerUpdate")


@call("offer.setDecidedAt", "offersWrite")
def set_decided(desk: Desk) -> Doc:
    row, at = desk.one("offers", "offerId"), desk.body.get("decidedAt")
    values.checked("Date", at)
    return _saved(
        desk, {**row, "decidedAt": at}, row["acceptanceStatus"], row["offerStatus"], "offerUpdate"
    )


@call("offer.startApprovalProcess", "offersWrite")
def start_approval(desk: Desk) -> Doc:
    """One step for the organisation's approvers; Ashby asks them itself."""
    row, version = _version_of(desk)
    if row["offerStatus"] != "WaitingOnApprovalStart":
        raise Refusal("approval_already_started", "The approval has been started already.")
    approvers = [user for user in desk.store.all("ashby_users") if user["_approver"]]
    seats = [
        {"id": new_id(), "userId": u["id"], "decision": "pending", "requestedAt": desk.now}
        for u in approvers
    ]
    approval = {
        "id": new_id(), "approvalDefinitionId": new_id(), "entityId": version["id"], "entityType": "offer", "createdAt": desk.now,
        "submittedAt": desk.now, "steps": [{"id": new_id(), "approvalsRequired": 1, "approvers": seats}],
    }  # fmt: skip
    keep(desk.store, "approvals", approval)
    version["approvalStatus"] = "WaitingOnApprovals"
    return _saved(desk, row, row["acceptanceStatus"], "WaitingOnOfferApproval", "offerUpdate")


@call("offer.approve", "offersWrite")
def approve(desk: Desk) -> Doc:
    """By force: one approver's decision when user and step are named, everybody's when neither is."""
    row, version = _version_of(desk)
    found = desk.store.find("ashby_approvals", entityId=version["id"])
    if not found:
        raise Refusal("approval_not_found", "The offer has no approval under way.")
    approval, user, step = found[0], desk.body.get("userId"), desk.body.get("approvalStepId")
    if (user is None) != (step is None):
        raise Refusal(
            "invalid_input", "userId and approvalStepId are given together, or not at all"
        )
    seats = [
        s
        for st in approval["steps"]
        if step in (None, st["id"])
        for s in st["approvers"]
        if user in (None, s["userId"])
    ]
    if not seats:
        raise Refusal("approver_not_found", "The user is not an approver of this step.")
    for seat in seats:
        seat |= {"decision": "approve", "decidedAt": desk.now}
    for part in approval["steps"]:
        if sum(s["decision"] == "approve" for s in part["approvers"]) >= part["approvalsRequired"]:
            part["completedAt"] = desk.now
    over = all("completedAt" in part for part in approval["steps"])
    keep(desk.store, "approvals", approval | ({"completedAt": desk.now} if over else {}))
    if not over:
        return shown(desk, row)
    version["approvalStatus"] = "Approved"
    return _saved(desk, row, "WaitingOnResponse", "WaitingOnCandidateResponse", "offerUpdate")


def _version_of(desk: Desk) -> tuple[Doc, Doc]:
    """The offer whose newest version is named, and that version itself."""
    id = desk.body.get("offerVersionId")
    if not is_uuid(id):
        raise Refusal("invalid_input", "offerVersionId is not a valid UUID")
    for row in desk.store.all("ashby_offers"):
        if row["versions"][-1]["id"] == id:
            return row, row["versions"][-1]
    raise Refusal("offer_version_not_found", "Offer version not found")


@call("approval.list", "approvalsRead")
def approvals(desk: Desk) -> Doc:
    rows = desk.store.all("ashby_approvals")
    for field in ("entityType", "entityId"):
        if wanted := desk.body.get(field):
            rows = [row for row in rows if row[field] == wanted]
    return page(desk, "approvals", rows, plain)
