"""Ashby's offers: a process, a form for each version filled in by path, an acceptance that decides the status."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from connectors import model, values, words
from connectors.ats.ashby import fields, mapping
from connectors.ats.ashby.calls import Row
from connectors.ats.ashby.interviews import Interviews
from connectors.errors import Conflict, Gone, InDoubt, Rejected
from connectors.model import Custom, CustomField, Ref

OPEN = ("draft", "awaiting_approval", "approved", "sent")
ACCEPTANCE = {"sent": "WaitingOnResponse", "accepted": "Accepted", "declined": "Declined"}
PAY = re.compile(r"salary|base|compensation|\bpay\b")


class Offers(Interviews):
    """Offers of one account. `offer.approve` is by force of the key, so it is left to the people whom Ashby asks."""

    async def offers(self, application_id: str) -> list[model.Offer]:
        rows = await self.rows("offer.list", applicationId=self.known(application_id))
        known = await self.definitions("offer")
        return [read(row, self.account.id, known) for row in rows]

    async def create_offer(
        self, application_id: str, *, start_on: date, salary: str, key: str
    ) -> model.Offer:
        """One open offer an application: it is given back rather than doubled."""
        if known := await self._open(application_id):
            return known
        try:
            process = await self.write("offerProcess.start", applicationId=application_id)
        except Conflict:
            raise Rejected(
                "An offer was begun in Ashby already. Finish it or take it back there, then try again.",
                account=self.account.id, code="offer_process_already_exists",
            ) from None  # fmt: skip
        form = await self.write("offer.start", offerProcessId=process["id"])
        rows = self._filled(mapping.part(form, "formDefinition"), start_on, salary)
        wish = {"offerProcessId": process["id"], "offerFormId": form["id"]}
        try:
            made = await self.write("offer.create", **wish, offerForm={"fieldSubmissions": rows})
        except InDoubt:
            if known := await self._open(application_id):
                return known
            raise
        return read(made, self.account.id, await self.definitions("offer"))

    async def _open(self, application_id: str) -> model.Offer | None:
        found = await self.offers(application_id)
        return next((offer for offer in found if offer.status.kind in OPEN), None)

    def _filled(self, definition: mapping.Row, start_on: date, salary: str) -> list[Row]:
        """The form's start and pay. Raises Rejected when it wants more than that."""
        rows, missing, pay = [], [], money(salary)
        for field in mapping.asked(definition):
            name = f"{field.get('path')} {field.get('title')}".casefold()
            kind = str(field.get("type"))
            value: Any = None
            if kind == "Date" and "start" in name:
                value = start_on.isoformat()
            elif kind == "Currency" and PAY.search(name):
                value = pay
            elif kind in ("String", "LongText") and PAY.search(name):
                value = salary
            if value is not None:
                rows.append({"path": str(field.get("path")), "value": value})
            elif field.get("isRequired"):
                missing.append(str(field.get("title") or field.get("path")))
        if missing:
            said = f"Ashby's offer form also wants {', '.join(missing)}: make the offer in Ashby."
            raise Rejected(said, account=self.account.id, code="offer_form")
        return rows

    async def update_offer(
        self, application_id: str, offer_id: str, change: model.OfferChange
    ) -> model.Offer:
        """Change the newest version; what is not named stays."""
        offer = await self.one("offer.info", offerId=self.known(offer_id))
        asked = mapping.asked(mapping.part(offer, "formDefinition"))
        rows: list[Row] = []
        if change.start_on:
            start = _path(
                asked,
                lambda f: f.get("type") == "Date" and "start" in str(f.get("title")).casefold(),
            )
            rows.append({"path": start or "startDate", "value": change.start_on.isoformat()})
        known = [_as_field(field) for field in asked]
        for row in fields.written(known, change.custom, self.account.id):
            rows.append({"path": row["fieldId"], "value": row["fieldValue"]})
        if rows:
            offer = await self.write(
                "offer.update", offerId=offer_id, offerForm={"fieldSubmissions": rows}
            )
        return read(offer, self.account.id, await self.definitions("offer"))

    async def mark_offer(
        self, application_id: str, offer_id: str, status: str, on: date
    ) -> model.Offer | None:
        """Ashby derives the offer's status from the acceptance, and the day is set apart."""
        row = await self.one("offer.info", offerId=self.known(offer_id))
        known = await self.definitions("offer")
        now = read(row, self.account.id, known)
        if now.status.kind == status or status not in ACCEPTANCE:
            return now
        row = await self.write(
            "offer.setStatus", offerId=offer_id, acceptanceStatus=ACCEPTANCE[status]
        )
        if status in ("accepted", "declined"):
            try:
                row = await self.write(
                    "offer.setDecidedAt",
                    offerId=offer_id,
                    decidedAt=f"{on.isoformat()}T12:00:00.000Z",
                )
            except (
                Rejected,
                Gone,
            ):  # the answer counts; the day is then the one on which it was given
                row = row or {}
        return read(row, self.account.id, known)


def read(row: Row, account: str, known: dict[str, Row]) -> model.Offer:
    """An offer with the terms of its newest version; pay is one of its custom fields."""
    newest = mapping.part(row, "latestVersion")
    custom = fields.read(account, newest.get("customFields"), known)
    pay = mapping.part(newest, "salary")
    if pay:
        amount = values.money(pay.get("value"), pay.get("currencyCode"))
        custom["salary"] = Custom(key="salary", label="Salary", kind="money", value=amount)
    said = row.get("offerStatus") or row.get("acceptanceStatus")
    status = words.word(account, "offer.status", said, mapping.OFFER)
    if status.kind == "awaiting_approval" and newest.get("approvalStatus") == "Approved":
        status = model.Word(kind="approved", vendor=status.vendor)
    return model.Offer(
        ref=Ref(account=account, kind="offer", id=str(row["id"])),
        application=Ref(
            account=account, kind="application", id=str(row.get("applicationId") or "")
        ),
        status=status,
        start_on=values.day(newest.get("startDate")),
        decided_at=values.moment(row.get("decidedAt")),
        opening=values.ref(account, "opening", newest.get("openingId")),
        custom=custom,
        version=str(newest.get("id") or row.get("updatedAt") or ""),
        raw=row,
    )


def money(text: str) -> Row | None:
    """Pay as people write it ("EUR 82,000 a year") as Ashby takes it; None when no currency and amount stand in it."""
    found = re.search(r"\b([A-Z]{3})\s*([\d.,\s]*\d)", text) or None
    if found is None:
        return None
    digits = re.sub(r"[,.\s](?=\d{3}(\D|$))", "", found.group(2)).replace(",", ".")
    amount = values.number(digits)
    if amount is None:
        return None
    return {"value": int(amount) if amount.is_integer() else amount, "currencyCode": found.group(1)}


def _path(asked: list[mapping.Row], is_it: Callable[[Any], bool]) -> str | None:
    return next((str(field.get("path")) for field in asked if is_it(field)), None)


def _as_field(field: mapping.Row) -> CustomField:
    """A field of the offer form as a custom field, named by its path and its title."""
    return fields.defined({
        "id": field.get("path"), "title": field.get("title"), "fieldType": field.get("type"),
        "selectableValues": field.get("selectableValues"),
    })  # fmt: skip
