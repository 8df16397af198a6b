"""How long a server asks to be left alone, in the header `Retry-After` of HTTP."""

from datetime import UTC
from email.utils import parsedate_to_datetime


def retry_after_s(text: str, now_s: float) -> float:
    """Return the seconds that `Retry-After` asks for, given as a number or as a date; 0 if it says neither.

    >>> retry_after_s("120", 0.0), retry_after_s("Thu, 01 Jan 1970 00:01:00 GMT", 20.0), retry_after_s("soon", 0.0)
    (120.0, 40.0, 0.0)
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return 0.0
    return max(0.0, until.replace(tzinfo=until.tzinfo or UTC).timestamp() - now_s)
