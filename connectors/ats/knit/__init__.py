"""Knit, a unified API over other ATSs: what it tells live, what its syncs push, and Workable's own words behind it."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from connectors import model
from connectors.ats.knit import webhooks
from connectors.ats.knit.writing import Writing
from connectors.contract import Account
from connectors.errors import Gone, NotSupported, Rejected
from connectors.http import Pool

# What a sync pushes. Ids come inside `info` only, beside names: those are dropped when a delivery is read.
SYNCS = {
    "ats_applications": ["application_info", "application_stage", "application_rejection", "application_interviews", "application_offers"],
    "ats_jobs": ["job_info", "job_stages", "job_hiringManagers", "job_recruiters"],
}  # fmt: skip
RELAYED = ["ats_applications_new", "ats_applications_modified", "ats_applications_deleted"]


class Knit(Writing):
    """One integration of a Knit account: one customer's ATS."""

    label = "Knit"
    required = frozenset({"api_key", "integration_id"})
    optional = frozenset({"webhook_secret", "origin_org_id", "app", "region"})
    secret_keys = frozenset({"api_key", "webhook_secret"})
    checked = "Knit's documents (their longer pages in part only) and the local stand-in, not a live account"
    key_help: ClassVar[Mapping[str, str]] = {
        "api_key": "Knit's dashboard, API keys. It also signs Knit's webhooks: when it changes, change it here too.",
        "integration_id": "Knit's dashboard, Integrations: the id of the connected ATS.",
        "webhook_secret": "Leave it out: Knit signs its webhooks with the API key.",
        "origin_org_id": "Your own id of this company at Knit, to see whether the integration is alive.",
        "app": "The ATS behind it, such as workable.",
        "region": "eu or sandbox; leave it out for the others.",
    }
    abilities = frozenset(
        [
            "listing", "search_email", "resumes", "teams", "create_candidate", "notes", "attachments", "move_stage", "reject",
            "unreject", "hire", "read_interviews", "read_scorecards", "read_offers", "webhooks", "register_webhook",
        ]
    )  # fmt: skip
    fallbacks: ClassVar[dict[str, str]] = {
        "changes": "Knit's lists know no time: everything is listed and compared, and its syncs tell the rest",
        "custom_fields": "fields mapped in Knit are shown as text; their types and choices are not told",
        "history": "Knit tells the present stage only: stages are noted from the day of connecting on",
        "create_application": "Knit adds a person together with an application only: add the application in the ATS",
        "private_notes": "Knit has no private notes: one is not written, rather than shown to everyone",
        "scorecards": "Knit takes no scorecards: they stay in Callsheet",
        "tags": "Knit's call for tags is not described: tag the person in the ATS",
        "search_name": "Knit searches by address only: people are found through the search index",
    }
    remarks = (
        "Read live: jobs, stages, hiring teams, applications, people inside applications, files, offers. Pushed only, by"
        " syncs: that something changed; of a push Callsheet keeps ids, stage and status, and reads the rest again.",
        "Knit has no notes, rejections or ratings of its own: with Workable behind it they pass through to Workable;"
        " with another ATS behind it they are not available.",
        "Behind another ATS than Workable a person's applications are looked for in the list of all applications.",
        "Knit sends one address everything of all its integrations: set Callsheet's address in Knit's dashboard (Webhooks,"
        " category ATS) before connecting; Callsheet starts the syncs, and Knit's dashboard stops them.",
        "The first sync tells of active applications only, and later ones as often as Knit's plan lets them.",
        "How Knit wants a move to a stage worded was not seen in its documents: were it otherwise, Knit refuses the move and"
        " nothing is changed.",
        "Stages have no kind at Knit: it is guessed from the name until an admin says it.",
    )

    def __init__(self, account: Account, pool: Pool) -> None:
        super().__init__(account, pool)
        self.connect()

    def read_webhook(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[model.Event]:
        """Deliveries are repeated for four days and carry no time outside their body, so an old one is no lie."""
        return webhooks.read(
            headers, body, account=self.account.id, integration=self.integration,
            keys=(self.key, self.account.secrets.get("webhook_secret", "")),
        )  # fmt: skip

    async def webhooks(self, url: str) -> list[model.Webhook]:
        """Knit lists none: that the syncs were started is known by the key that the account keeps from then on."""
        started = self.account.secrets.get("webhook_secret") == self.key
        org = self.account.config.get("origin_org_id")
        alive = started and (org is None or (await self.alive(org)).ok)
        return [model.Webhook(id=self.integration, url=url, active=alive)] if started else []

    async def register_webhook(self, url: str, secret: str) -> str:
        """Start the syncs, and the relay of what the ATS tells at once where there is one.

        The address itself can be set in Knit's dashboard only; Knit refuses the relay while it has none.
        """
        try:
            await self.write("events.subscribe", {"events": RELAYED})
        except Gone:
            pass  # this ATS tells Knit nothing at once: the syncs do
        except Rejected as error:
            raise Rejected(
                f"Set the address for webhooks in Knit's dashboard first (category ATS). Knit says: {error.text}",
                account=self.account.id,
            ) from None
        for kind, models in SYNCS.items():
            await self.write("sync.start", {"dataType": kind, "models": models})
        return self.key

    async def unregister_webhook(self, url: str) -> None:
        """There is no call that stops a sync, short of cutting off the ATS from Knit."""
        raise NotSupported("Stop the syncs in Knit's dashboard.", account=self.account.id)


connector = Knit
