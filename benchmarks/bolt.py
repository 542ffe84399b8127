"""The peer: a bare Bolt AsyncApp behind Starlette and uvicorn, in either of its two modes. `python -m benchmarks.bolt PORT MODE`."""

import re
import sys
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.load import SECRET


def serve(port: int, mode: str) -> None:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0BRIGHT1", bot_token="xoxb-bench")

    app = AsyncApp(
        signing_secret=SECRET,
        authorize=authorize,
        process_before_response=mode == "before-response",
    )

    async def listener(ack: Any) -> None:
        await ack()

    app.command("/hire")(listener)
    app.action(re.compile(".*"))(listener)
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    web = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
    uvicorn.run(web, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
