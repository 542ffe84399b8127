"""The outer layer: the instance's keys (CALLSHEET_SECRET_KEYS), which wrap the data keys of `hiring/keys.py`.

Earlier releases sealed rows and signed links with them directly, so both still open here.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from itsdangerous import BadSignature, URLSafeSerializer

LOST = "this was sealed with a key that is not in CALLSHEET_SECRET_KEYS"


def new_key() -> str:
    """A fresh key for CALLSHEET_SECRET_KEYS: 32 bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


class Seal:
    """Fernet with several keys: the first seals, all open. Raises ValueError for a key or a seal that is not right."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError(
                "CALLSHEET_SECRET_KEYS needs at least one key; `callsheet doctor` makes one"
            )
        try:
            self._fernets = MultiFernet([Fernet(key.encode()) for key in keys])
            self._first = Fernet(keys[0].encode())
        except (ValueError, TypeError) as error:
            raise ValueError(
                "a key in CALLSHEET_SECRET_KEYS is not 32 bytes in URL-safe base64"
            ) from error
        self._keys = [hashlib.sha256(b"sign:" + base64.urlsafe_b64decode(k)).digest() for k in keys]

    def close(self, plain: str | bytes) -> str:
        return self._fernets.encrypt(plain.encode() if isinstance(plain, str) else plain).decode()

    def open(self, sealed: str) -> bytes:
        try:
            return self._fernets.decrypt(sealed.encode())
        except InvalidToken:
            raise ValueError(LOST) from None

    def open_text(self, sealed: str) -> str:
        return self.open(sealed).decode()

    def close_json(self, value: Any) -> str:
        return self.close(json.dumps(value, separators=(",", ":")))

    def open_json(self, sealed: str) -> Any:
        return json.loads(self.open(sealed))

    def sign(self, purpose: str, payload: str) -> str:
        """Short text safe in an address; readable, but not alterable."""
        return str(URLSafeSerializer(self._keys[0], salt=purpose).dumps(payload))

    def unsign(self, purpose: str, token: str) -> str:
        """Raises ValueError when the text was altered or made for another purpose."""
        for key in self._keys:
            try:
                return str(URLSafeSerializer(key, salt=purpose).loads(token))
            except BadSignature:
                continue
        raise ValueError("not signed by us")

    def by_first(self, sealed: str) -> bool:
        """Whether the first key alone opens this."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True
