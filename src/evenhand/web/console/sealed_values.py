"""Values that a browser keeps for us between two requests of one log-in: sealed, short-lived, each used once."""

import hashlib
import hmac
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

import msgspec

_MOST_TEXT = 3000


class SealedValues:
    """Seals with a key of this process: what it sealed is void when it starts anew."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._used: dict[str, int] = {}
        self._lock = threading.Lock()

    def sealed(self, purpose: str, values: dict[str, str], at: datetime, lasts: timedelta) -> str:
        """Return values as a text for a cookie, which `opened` takes for the same purpose until it ends."""
        content = msgspec.json.encode((int((at + lasts).timestamp()), values))
        return f"{urlsafe_b64encode(content).decode()}.{self._mark(purpose, content)}"

    def opened(self, purpose: str, text: str, at: datetime) -> dict[str, str] | None:
        """Return what was sealed, None where it is another's, has been changed, or has ended."""
        body, _, mark = text.partition(".")
        if len(text) > _MOST_TEXT or not text.isascii():
            return None
        try:
            content = urlsafe_b64decode(body)
            if not hmac.compare_digest(mark, self._mark(purpose, content)):
                return None
            ends, values = msgspec.json.decode(content, type=tuple[int, dict[str, str]])
        except (ValueError, msgspec.MsgspecError):
            return None
        return values if at.timestamp() <= ends else None

    def use(self, name: str, at: datetime, lasts: timedelta) -> bool:
        """Return whether a name was not used yet, and remember for so long that it was."""
        now = int(at.timestamp())
        with self._lock:
            self._used = {each: ends for each, ends in self._used.items() if ends >= now}
            if name in self._used:
                return False
            self._used[name] = int((at + lasts).timestamp())
            return True

    def _mark(self, purpose: str, content: bytes) -> str:
        return hmac.new(self._key, purpose.encode() + b"\0" + content, hashlib.sha256).hexdigest()
