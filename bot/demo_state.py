"""What the demo remembers between runs: made-up keys, and the ports it had."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hiring.secrets import new_key

FILE = "demo.json"
LEFT_BEHIND = ("callsheet.db*", "workspace.db*", FILE, "manifest.json", "high-water.json")


@dataclass(slots=True)
class State:
    """Kept in `var/demo.json`, readable by its owner only. Every key is good for the local stand-ins alone."""

    secret_key: str = field(default_factory=new_key)
    signing_secret: str = field(default_factory=new_key)
    bot_token: str = field(default_factory=lambda: f"xoxb-demo-{new_key()[:24]}")
    webhook_secret: str = field(default_factory=new_key)
    private_key: str = ""
    ports: dict[str, int] = field(default_factory=dict)


def read(var: Path) -> State:
    """The state of an earlier run, or a fresh one."""
    try:
        return State(**json.loads((var / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return State()


def write(var: Path, state: State) -> None:
    path = var / FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(state), indent=2))


def forget(var: Path) -> None:
    """Remove what earlier runs left; nothing else in that folder is touched."""
    for pattern in LEFT_BEHIND:
        for path in var.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def credentials(vendor: str, state: State, told: Mapping[str, str]) -> dict[str, str]:
    """An account's keys in the vendor's own words: what its stand-in `told`, with our secret put in."""
    if vendor == "google":
        return {"service_account": service_account(state)}
    return {name: value.replace("{secret}", state.webhook_secret) for name, value in told.items()}


def service_account(state: State) -> str:
    """A key file as Google hands it out, with a key of our own."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not state.private_key:
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
        state.private_key = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
    return json.dumps(
        {
            "type": "service_account",
            "client_email": "callsheet@brightwater.example",
            "private_key": state.private_key,
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )
