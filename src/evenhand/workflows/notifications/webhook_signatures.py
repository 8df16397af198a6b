"""Signatures of webhooks as Standard Webhooks 1.0.0 has them: made by the sender, checked by the receiver.

Signed are id, timestamp and body, joined by full stops, with HMAC-SHA-256; a secret is `whsec_` and base64.

Source: https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, version 1.0.0.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence

from evenhand.model.errors import BadInput, NotVerified

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_S = 300
_PREFIX = "whsec_"
_VERSION = "v1,"
_SECRET_BYTES = range(24, 65)
_WHOLE_NUMBER = re.compile("[0-9]{1,12}")


def secret_keys(text: str, where: str) -> tuple[bytes, ...]:
    """Return the keys of one secret or several, the newest first, separated by blanks or line ends.

    With several a message has a signature by each, so that receivers can change from one to the next.

    Raises:
        BadInput: there is none, or one is no secret; the message never shows it.
    """
    keys = tuple(_key(each, where) for each in text.split())
    if not keys:
        raise BadInput("no secret of a webhook", where=where, expected=_EXPECTED, todo=_MAKE_ONE)
    return keys


def signed_headers(keys: Sequence[bytes], event: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message: its id, the instant of this attempt in Unix seconds, a signature by each key.

    >>> signed_headers([bytes(24)], "evt_1", 1772452800, b"{}")["webhook-signature"]
    'v1,vhxOcwiZUqcJjAjl8yCraNfrWslqPsS0zaJVZh+VMfc='
    """
    signatures = " ".join(f"{_VERSION}{_signature(key, event, str(timestamp), body)}" for key in keys)
    return {ID: event, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def verify_webhook(
    keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now_s: float, tolerance_s: int = TOLERANCE_S
) -> str:
    """Return the id of a message that was signed with one of the keys, and not long ago; for receivers.

    `body` are the bytes as they came. A receiver that keeps ids for a while takes no message twice.

    Raises:
        NotVerified: a header is missing or malformed, the timestamp is too far from `now_s`, or no signature fits.
    """
    stated = {name.lower(): value for name, value in headers.items()}
    event, timestamp, signatures = (stated.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not event or not signatures or not _WHOLE_NUMBER.fullmatch(timestamp):
        raise NotVerified("not a signed webhook", expected=f"headers {ID}, {TIMESTAMP} and {SIGNATURE}")
    if abs(now_s - int(timestamp)) > tolerance_s:
        raise NotVerified("webhook is too old or from the future", got=timestamp, expected=f"{tolerance_s} s at most")
    given = [each.removeprefix(_VERSION).encode() for each in signatures.split() if each.startswith(_VERSION)]
    right = [_signature(key, event, timestamp, body).encode() for key in keys]
    # No `any`: how long it takes must not say which signature fits.
    if not sum(hmac.compare_digest(one, other) for one in given for other in right):
        raise NotVerified(
            "no signature of the webhook fits", where=event, expected="a signature with the shared secret"
        )
    return event


def _signature(key: bytes, event: str, timestamp: str, body: bytes) -> str:
    signed = f"{event}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _key(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True) if text.startswith(_PREFIX) else b""
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in _SECRET_BYTES:
        raise BadInput("no secret of a webhook", where=where, expected=_EXPECTED, todo=_MAKE_ONE)
    return key


_EXPECTED = "`whsec_` and the base64 of 24 to 64 random bytes"
_MAKE_ONE = 'make one with `echo "whsec_$(openssl rand -base64 32)"`'
