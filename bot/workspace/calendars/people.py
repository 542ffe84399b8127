"""What people do in their calendars: answer an invitation, or propose another time."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace.calendars.book import Book

ANSWERS = ("accepted", "declined", "tentative", "needsAction")


def route(book: Book) -> Route:
    """`POST /client/answer` with `uid`, `email`, `answer`, and if wished `comment` and `proposed` (start and end)."""

    async def answer(request: Request) -> Response:
        wish: dict[str, Any] = await request.json()
        if wish.get("answer") not in ANSWERS:
            return JSONResponse({"error": f"An answer is one of {', '.join(ANSWERS)}."}, 400)
        known = book.answer(
            str(wish.get("uid")), str(wish.get("email")), wish["answer"], str(wish.get("comment") or ""),
            wish.get("proposed"),
        )  # fmt: skip
        return JSONResponse({"ok": known}, 200 if known else 404)

    return Route("/client/answer", answer, methods=["POST"])
