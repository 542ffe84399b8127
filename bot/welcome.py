"""The demo's first message: what this is, and what to try."""

from commands import blocks
from commands.router import Message
from hiring.services import Services

KIND = "welcome"


async def draw(services: Services, team: str, user: str, subject: str) -> Message:
    """Drawn as a card, so that restarts do not repeat it."""
    person = await services.desk.person(team, user)
    root = services.company.command
    steps = [
        f"*Find somebody.* Type `/{root} find ada` in any channel. She is in two ATSs; you see one card.",
        "*Schedule.* Press Schedule on her card: book a proposed time, or send her a link and pick a time in "
        "her mailbox (Candidate’s mailbox, at the top, opens in a second tab).",
        f"*A whole loop.* `/{root} schedule amara`: three interviews, booked with one click. Switch to one of her "
        "interviewers, say that you can't make it, and see who could take over.",
        "*Feedback.* Move the demo clock past the interview and switch to the interviewer: a Scorecard button waits.",
        f"*Message.* `/{root} message ada` shows a letter with her facts before it goes out.",
        f"*Offer.* `/{root} offer ada`, then switch to Maya and press Approve; Ada signs on her page.",
    ]
    return Message(
        "Welcome to Callsheet",
        [
            blocks.header("Welcome to Callsheet"),
            blocks.section(
                f"Hello {blocks.escape(person.first_name)}. You are the recruiter of a made-up company, and "
                "everything here runs on this machine: this workspace, two ATSs, a calendar and a mail server."
            ),
            blocks.section("\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1))),
            blocks.actions(
                blocks.button("Find a candidate", "tasks.find", style="primary"),
                blocks.button("What can I do?", "tasks.help"),
            ),
            blocks.context(
                "Switch person at the top left. Nothing you do here leaves this machine."
            ),
        ],
    )
