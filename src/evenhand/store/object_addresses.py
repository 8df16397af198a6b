"""Addresses of objects in a store that speaks S3, which settings can name in place of a table's path."""

import hashlib
import re
from typing import Final

FOLDER: Final = "objects"
COPIES: Final = f"state/{FOLDER}"
"""Where copies of objects are, in a network's folder; it may be deleted."""
_BUCKET: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
_UNSAFE: Final = re.compile(r"[^\w.-]+")
_MOST_KEY: Final = 1024  # bytes, as S3 allows
_MOST_NAME: Final = 60  # characters: at most 240 bytes of a file's name


def is_address(file: str) -> bool:
    """Return whether a table's file is at an address, and no path.

    >>> is_address("s3://acts/2026-11.parquet"), is_address("data/acts.parquet")
    (True, False)
    """
    return "://" in file


def wrong_address(address: str) -> str:
    """Return what is wrong with an address, ``""`` if nothing is; no part of it is in the answer, it may be a secret.

    >>> wrong_address("s3://acts/2026-11.parquet"), wrong_address("s3://acts")
    ('', 'names no object')
    """
    scheme, _, rest = address.partition("://")
    bucket, _, key = rest.partition("/")
    faults = (
        (scheme != "s3", "is an address of a scheme that is not known"),
        ("@" in bucket or ":" in bucket, "has credentials in its address"),
        (not bucket, "is an address without a bucket"),
        (not _BUCKET.fullmatch(bucket), "has a bucket of a name that no store takes"),
        (not key or key.endswith("/"), "names no object"),
        ("?" in key or "*" in key, "has `?` or `*` in its address"),
        (not address.isprintable() or len(key.encode()) > _MOST_KEY, "has a key that no store takes"),
    )
    return next((what for is_wrong, what in faults if is_wrong), "")


def copy_of(address: str) -> str:
    """Return the path of an object's copy in a network's folder: another for each address, with the object's name.

    >>> copy_of("s3://acts/2026/november 1.parquet")
    'state/objects/e5f5f8fd16a2a2c8/november-1.parquet'
    """
    name = _UNSAFE.sub("-", address.rpartition("/")[2])[-_MOST_NAME:].lstrip("-.") or "table"
    return f"{COPIES}/{hashlib.sha256(address.encode()).hexdigest()[:16]}/{name}"
