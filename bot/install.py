"""The install page for many workspaces: Bolt's own flow over our sealed store, with signed one-time states."""

import hashlib
import secrets
import time
from urllib.parse import urlsplit

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.manifest import SCOPES
from bot.wiring import Parts
from hiring.inbox import Inbox
from hiring.installations import Installations
from hiring.keys import Keys

MINUTES = 10  # how long an install may take
_PURPOSE = "slack-install"


def flow(parts: Parts) -> AsyncOAuthFlow | None:
    """The install flow, or None while no client id is set."""
    settings = parts.settings
    secret = settings.client_secret.get_secret_value()
    if not (settings.client_id and secret):
        return None
    slack = urlsplit(settings.slack_api_url)
    return AsyncOAuthFlow(
        client=parts.clients.make(None),
        settings=AsyncOAuthSettings(
            client_id=settings.client_id,
            client_secret=secret,
            scopes=list(SCOPES),
            redirect_uri=f"{parts.services.company.public_url}/slack/oauth_redirect",
            install_path="/slack/install",
            redirect_uri_path="/slack/oauth_redirect",
            authorization_url=f"{slack.scheme}://{slack.netloc}/oauth/v2/authorize",
            state_store=States(parts.services.seal, parts.inbox),
            state_expiration_seconds=MINUTES * 60,
            installation_store=SealedInstallations(parts.installations),
        ),
    )


class States(AsyncOAuthStateStore):
    """States that only we can make, good once and for ten minutes."""

    def __init__(self, seal: Keys, inbox: Inbox) -> None:
        self._seal = seal
        self._inbox = inbox

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return self._seal.sign(_PURPOSE, f"{int(time.time())}.{secrets.token_urlsafe(12)}")

    async def async_consume(self, state: str) -> bool:
        try:
            issued = int(self._seal.unsign(_PURPOSE, state).partition(".")[0])
        except ValueError:
            return False
        if not 0 <= time.time() - issued <= MINUTES * 60:
            return False
        return await self._inbox.accept(f"state:{hashlib.sha256(state.encode()).hexdigest()}")


class SealedInstallations(AsyncInstallationStore):
    """Hands what Slack gave us to the sealed store."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_save(self, installation: Installation) -> None:
        await self._installations.save(
            enterprise=installation.enterprise_id or "",
            team="" if installation.is_enterprise_install else installation.team_id or "",
            token=installation.bot_token or "",
        )
