"""One-time codes of six digits that change every 30 seconds (RFC 6238, SHA-1), and recovery codes."""

import hmac
import re
from base64 import b32encode
from datetime import datetime
from struct import pack, unpack
from urllib.parse import quote, urlencode

STEP_S, DIGITS = 30, 6
SECRET_BYTES = 20
RECOVERY_BYTES = 15
"""120 random bits a recovery code: enough to keep a plain hash of it (ASVS 5.0, 6.5.2 asks for 112)."""
_STEPS_AROUND = 1
_CODE = re.compile("[0-9]{6}")
_BLANK = re.compile(r"[\s-]+")


def step_of(at: datetime) -> int:
    """Return the number of the 30 seconds in which an instant is, counted from 1970."""
    return int(at.timestamp()) // STEP_S


def code_at(secret: bytes, step: int) -> str:
    """Return the code of a step. Source: RFC 4226, 5.3; RFC 6238, 4.2.

    >>> code_at(b"12345678901234567890", 1)
    '287082'
    """
    digest = hmac.new(secret, pack(">Q", step), "sha1").digest()
    start = digest[-1] & 0xF
    number = unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def fitting_step(secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """Return the step whose code this is: that of `at` or one on either side, later than `after`; None for none."""
    if not _CODE.fullmatch(code):
        return None
    now = step_of(at)
    steps = range(max(0, now - _STEPS_AROUND), now + _STEPS_AROUND + 1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step), code) and step > after]
    return fitting[-1] if fitting else None


def shown_secret(secret: bytes) -> str:
    """Return a secret as people type it into an app: Base32 in groups of four.

    >>> shown_secret(b"12345678901234567890")
    'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ'
    """
    return _in_groups(b32encode(secret).decode(), " ")


def enrolment_link(secret: bytes, network: str, person: str) -> str:
    """Return the link that an app reads from a picture; its form is the one that all of them took over.

    >>> enrolment_link(b"1234567890", "Ads: x", "a.lee")
    'otpauth://totp/Ads%20x:a.lee?secret=GEZDGNBVGY3TQOJQ&issuer=Ads%20x&algorithm=SHA1&digits=6&period=30'
    """
    issuer = network.replace(":", "")
    values = {"secret": b32encode(secret).decode().rstrip("="), "issuer": issuer, "algorithm": "SHA1",
              "digits": DIGITS, "period": STEP_S}  # fmt: skip
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(person, safe='')}?{urlencode(values, quote_via=quote)}"


def recovery_code(random_bytes: bytes) -> str:
    """Return a recovery code as it is shown: Base32 in small letters, in groups of four.

    >>> recovery_code(bytes(range(15)))
    'aaaq-eaye-auda-ocaj-bifq-ydio'
    """
    return _in_groups(b32encode(random_bytes).decode().lower(), "-")


def typed_code(text: str) -> str:
    """Return a code as it is compared: in small letters, without blanks and hyphens.

    >>> typed_code(" 123 456 "), typed_code("AAAQ-EAYE")
    ('123456', 'aaaqeaye')
    """
    return _BLANK.sub("", text).lower()


def _in_groups(text: str, mark: str) -> str:
    return mark.join(text[start : start + 4] for start in range(0, len(text), 4))
