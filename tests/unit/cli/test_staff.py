"""`evenhand staff`: who works for the network, and what nobody could do."""

import json

import pytest

from evenhand.cli.app import run
from tests.networks import MadeNetwork, empty_network
from tests.people import block, write_staff


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    network = empty_network(tmp_path_factory.mktemp("staff") / "network")
    network.write()
    return network


def test_everybody_is_shown_with_what_nobody_could_do(made: MadeNetwork, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever sets it up sees what is missing before somebody needs it."""
    gone = block("ben", ["reviewer"], more="active_until = 2026-01-31")
    (made.folder / "staff.toml").write_text(block("ana", ["analyst"]) + gone + block("lea", ["legal"], key=""))

    assert run(["staff", str(made.folder), "--at", "2026-03-01T12:00:00Z"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["ana  Made-up Ana", "  analyst; active"]
    assert lines[4] == "  reviewer; not active, until 2026-01-31"
    assert lines[8] == "  key none"
    assert max(map(len, lines)) <= 80
    assert "warning: lea has no key and can sign nothing" in lines
    assert "warning: nobody can `review`" in lines
    assert "warning: only one person can `release hold`, which can take two" in lines
    assert lines[-1].startswith("Rules: as shipped, sha256 ")


def test_enough_people_leave_no_warning(made: MadeNetwork, capsys: pytest.CaptureFixture[str]) -> None:
    """Two for whatever takes two."""
    write_staff(made.folder)

    assert run(["staff", str(made.folder), "--json"]) == 0

    shown = json.loads(capsys.readouterr().out)
    assert (shown["verified"], shown["problems"], len(shown["people"])) == (True, [], 8)


def test_without_a_file_persons_are_not_verified(made: MadeNetwork, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no error: many networks have none."""
    (made.folder / "staff.toml").unlink(missing_ok=True)

    assert run(["staff", str(made.folder)]) == 0
    assert "persons are not verified" in capsys.readouterr().out
