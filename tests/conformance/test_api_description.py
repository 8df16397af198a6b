"""The API holds what its description says, tried by schemathesis with requests that it makes of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp, Receive, Scope, Send

from evenhand.web.site import make_site
from tests.unit.web.api.programs import ROOT, secret_of
from tests.unit.web.console.clients import console_of, copy_network

OPERATIONS = 15
EXAMPLES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 6


@pytest.fixture(scope="module")
def site(built_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ASGIApp, str]]:
    with console_of(copy_network(built_sample, tmp_path_factory.mktemp("api") / "network")) as console:
        yield at_own_host(make_site(console)), secret_of(console)


def at_own_host(app: ASGIApp) -> ASGIApp:
    """Return the application asked by the host name that it knows: schemathesis has one of its own."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # each request begins and ends one, and its end closes the tables
            for phase in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{phase}.complete"})
            return
        headers = [(name, b"127.0.0.1" if name == b"host" else value) for name, value in scope.get("headers", ())]
        await app({**scope, "headers": headers}, receive, send)

    return asked


@pytest.fixture(scope="module")
def described(site: tuple[ASGIApp, str]) -> schemathesis.BaseSchema:
    app, _ = site
    return schemathesis.openapi.from_asgi(f"{ROOT}/openapi.json", app)


@pytest.mark.parametrize("place", range(OPERATIONS))
def test_every_operation_answers_as_the_description_says(
    described: schemathesis.BaseSchema, site: tuple[ASGIApp, str], place: int
) -> None:
    """Statuses, types and bodies: what a generated client relies on; and nothing is a fault of the server.

    That what fits the types is also accepted is not held: a task may be answered already, a name may be no name.
    """
    app, secret = site
    operation = list(described.get_all_operations())[place].ok()

    @settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy())
    def answers(case: Case) -> None:
        case.call_and_validate(
            app=app, headers={"Authorization": f"Bearer {secret}"}, excluded_checks=[positive_data_acceptance]
        )

    answers()


def test_the_description_names_every_operation(described: schemathesis.BaseSchema) -> None:
    """A schema of nothing would pass every test above."""
    assert len(list(described.get_all_operations())) == OPERATIONS
