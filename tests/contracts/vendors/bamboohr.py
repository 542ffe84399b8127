"""BambooHR's rows and refusals for the shared contract tests. It sends no webhooks about applicants."""

from bot.workspace.ats import bamboohr
from bot.workspace.store import Store
from tests.contracts.stand_ins import Kit, row


def _person(store: Store, given: str, family: str, email: str) -> str:
    """Copy Ada's application, which waits for an interview, without papers; gives its number."""
    id = store.next_id("bamboohr_added", 20001)
    ada = row(store, "bamboohr_applications", "4001")
    person = {**ada["applicant"], "id": id + 57, "firstName": given, "lastName": family, "email": email}  # fmt: skip
    store.put("bamboohr_applications", id, {**ada, "id": id, "applicant": person, "resumeFileId": None})  # fmt: skip
    return str(id)


def _odd(store: Store, candidate: str) -> None:
    """Jobs in a state nobody wrote down."""
    for job in store.all("bamboohr_jobs"):
        store.put("bamboohr_jobs", job["id"], {**job, "status": {"id": 99, "label": "Hibernating"}})


def _close(store: Store, job: str) -> None:
    kept = row(store, "bamboohr_jobs", job)
    store.put("bamboohr_jobs", job, {**kept, "status": {"id": 4, "label": "Filled"}})


kit = Kit(
    config={"subdomain": "brightwater"},
    secrets={"api_key": bamboohr.keys["api_key"]},
    page=20,
    add_person=_person,
    odd=_odd,
    close_job=_close,
    refusals={
        400: (400, {"x-bamboohr-error-message": "That was not possible."}, b""),
        403: (403, {"x-bamboohr-error-message": "You may not see this."}, b""),
    },
    alone=True,
)
