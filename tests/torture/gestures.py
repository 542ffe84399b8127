"""What people do in a story, until the world has taken it: they type, press, fill in and send, and do it again where it went nowhere."""

from typing import Any

from tests.flows.person import Person, blocks_of, elements, words
from tests.flows.test_the_story import ROSA
from tests.torture.world import World


def fill(world: World, command: str, title: str, **fields: Any) -> None:
    types(world, world.person(ROSA), command, title)
    submit(world, ROSA, **choices(world.person(ROSA), fields))


def types(world: World, person: Person, command: str, title: str) -> None:
    """Type a command until its modal is there."""

    def gesture() -> None:
        close_all(person)
        person.types(command)

    world.insist(gesture, lambda: ready(person, title), f"the modal {title}")


def press(world: World, user: str, button: str, title: str) -> None:
    """Press a button of the newest card that has it until its modal is there."""
    person = world.person(user)

    def gesture() -> None:
        close_all(person)
        person.presses(button, card_with(person, button) or {})

    world.wait(lambda: card_with(person, button), f"a card with {button}")
    world.insist(gesture, lambda: ready(person, title), f"the modal {title}")


def press_once(world: World, user: str, button: str, then: str) -> None:
    """Press a button of the newest card that has it until their messages say so."""
    person = world.person(user)
    world.wait(lambda: card_with(person, button), f"a card with {button}")

    def said() -> bool:
        return any(then in words(blocks_of(m)) for m in person.messages(person.dm()))

    world.insist(lambda: person.presses(button, card_with(person, button) or {}), said, then)


def submit(world: World, user: str, **fields: Any) -> None:
    """Submit the modal on top until it is gone."""
    person = world.person(user)
    top = person.look("view")["stack"][-1]["id"]

    def gone() -> bool:
        stack = person.look("view")["stack"]
        return not stack or stack[-1]["id"] != top

    world.insist(lambda: gone() or person.submits(**fields), gone, "the modal to close")


def send(world: World, page: str, form: dict[str, str], then: str) -> None:
    """Send a form of a candidate's page until the page says so."""
    world.insist(
        lambda: world.http.post(page, data=form),
        lambda: read(world, page, then),
        f"the page to say {then}",
    )


def read(world: World, page: str, text: str) -> str:
    shown = world.http.get(page).text
    return shown if text in shown else ""


def ready(person: Person, title: str) -> bool:
    stack = person.look("view")["stack"]
    return (
        bool(stack) and stack[-1]["callback_id"] != "loading" and title in words(stack[-1]["title"])
    )


def close_all(person: Person) -> None:
    for view in reversed(person.look("view")["stack"]):
        person.ask("close", view_id=view["id"])


def card_with(person: Person, button: str) -> dict[str, Any] | None:
    """The newest direct message of the app that has this button."""
    channel = person.dm()
    has = [m for m in person.messages(channel) if button in buttons(m)] if channel else []
    return has[-1] | {"channel": channel} if has else None


def buttons(message: dict[str, Any]) -> list[str]:
    """What stands on its buttons."""
    return [e["text"]["text"] for _, e in elements(message) if e["type"] == "button"]


def choices(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """Options named by a word of theirs, the first that has it, become their values."""
    found = dict(fields)
    for block in blocks_of(person.modal()):
        label = (block.get("label") or {}).get("text", "").replace(" ", "_")
        for option in reversed((block.get("element") or {}).get("options") or []):
            if label in fields and str(fields[label]) in option["text"]["text"]:
                found[label] = option["value"]
    return found
