"""A vendor with OAuth, over HTTP: it checks PKCE and the redirect, spends each refresh token once, and takes its API's bearers.

A refresh token that comes a second time ends the whole grant, as careful vendors do (RFC 9700 section 4.14.2).
"""

import asyncio
import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

APP = {"client_id": "callsheet-app", "client_secret": "app-hush"}


@dataclass
class Vendor:
    """Lever's own API behind its login. `grants` leaves scopes out, `lasts` is how long an access token is good."""

    api: ASGIApp
    leaves_out: frozenset[str] = frozenset()
    denies: bool = False
    lasts: int = 3_600
    slow: float = 0.0
    refreshed: int = 0
    ended: bool = False
    seen: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    bearers: set[str] = field(default_factory=set)
    refresh: str = ""
    spent: set[str] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        login = Starlette(
            routes=[
                Route("/authorize", self.authorize),
                Route("/oauth/token", self.token, methods=["POST"]),
            ]
        )
        path = scope.get("path", "")
        if path in ("/authorize", "/oauth/token"):
            await login(scope, receive, send)
            return
        headers = dict(scope["headers"])
        bearer = headers.get(b"authorization", b"").removeprefix(b"Bearer ").decode()
        if self.ended or bearer not in self.bearers:
            await JSONResponse({"code": "Unauthorized"}, 401)(scope, receive, send)
            return
        basic = base64.b64encode(b"lever-key:").decode()
        headers[b"authorization"] = f"Basic {basic}".encode()
        await self.api({**scope, "headers": list(headers.items())}, receive, send)

    async def authorize(self, request: Request) -> RedirectResponse:
        """The page where a person agrees, who does so at once."""
        asked = dict(request.query_params)
        self.seen = asked
        back = {"state": asked["state"]}
        if self.denies:
            return RedirectResponse(
                f"{asked['redirect_uri']}?{urlencode(back | {'error': 'access_denied'})}"
            )
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back | {'code': code})}")

    async def token(self, request: Request) -> JSONResponse:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if {name: form.get(name) for name in APP} != APP:
            return JSONResponse({"error": "invalid_client"}, 401)
        if form["grant_type"] == "refresh_token":
            return await self._refresh(form["refresh_token"])
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if asked["code_challenge_method"] != "S256" or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        given = [s for s in asked["scope"].split() if s not in self.leaves_out]
        return JSONResponse(self._tokens() | {"scope": " ".join(given)})

    async def _refresh(self, token: str) -> JSONResponse:
        if token in self.spent:
            self.ended = True
        if self.ended or token != self.refresh:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.spent.add(token)
        self.refreshed += 1
        await asyncio.sleep(self.slow)
        return JSONResponse(self._tokens())

    def _tokens(self) -> dict[str, Any]:
        access, self.refresh = secrets.token_hex(8), secrets.token_hex(8)
        self.bearers.add(access)
        return {"access_token": access, "refresh_token": self.refresh, "expires_in": self.lasts}
