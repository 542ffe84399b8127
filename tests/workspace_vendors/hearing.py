"""A receiver of webhooks: keeps what arrives and answers as told."""

import asyncio
import json
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.workspace.ats import hooks


class Hearing:
    """An app for `serve`; `bodies` is what came."""

    def __init__(self, status: int = 200) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._status = status
        self.app = Starlette(routes=[Route("/", self._take, methods=["POST"])])

    async def next(self) -> dict[str, Any]:
        """The newest delivery, once everything under way has been sent."""
        await self.quiet()
        return self.bodies[-1]

    async def quiet(self) -> None:
        """Wait until nothing is being sent any more."""
        await asyncio.gather(*hooks.under_way())

    async def _take(self, request: Request) -> Response:
        self.bodies.append(json.loads(await request.body()))
        self.headers.append(dict(request.headers))
        return Response(status_code=self._status)
