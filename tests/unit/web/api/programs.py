"""A program that uses the API of a console in the process of the test."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.testclient import TestClient

from evenhand.store.api_keys import ApiKeys
from evenhand.web.console.console import Console
from evenhand.web.site import make_site
from tests.unit.web.console.clients import ADDRESS

ALL_SCOPES = ("screen", "read", "work", "complain")
ROOT = "/api/v1"
_NUMBERS = itertools.count(1)


def secret_of(
    console: Console, person: str = "ana", scopes: Sequence[str] = ALL_SCOPES, per_minute: int = 10_000
) -> str:
    """Return the secret of a new key."""
    draw = lambda: f"made-up-{next(_NUMBERS)}"  # noqa: E731
    _, secret = ApiKeys(console.tables).add("made-up", person, scopes, datetime.now(UTC), draw, per_minute=per_minute)
    return secret


def program(console: Console, secret: str) -> TestClient:
    """Return what asks with a key."""
    return TestClient(
        make_site(console), base_url=ADDRESS + ROOT, headers={"authorization": f"Bearer {secret}"} if secret else {}
    )
