"""`evenhand reasons show`: the letter, the public record and the payload of a decision."""

from pathlib import Path

import msgspec
import pytest

from evenhand.cli.commands.demo import build_demo, use_rulebook
from tests.commands import DAY_1, DAY_2, evenhand, replace


def test_the_letter_is_what_is_shown_first(network: Path) -> None:
    """Lines are whole, so that the letter can be piped into a file."""
    status, out, _ = evenhand("reasons", "show", network, "a2")

    assert status == 0
    assert out.startswith("To Quandar Holding\n")
    assert "complaints" in out
    assert max(map(len, out.splitlines())) > 200


@pytest.mark.parametrize(("form", "holds"), [("public", "r-"), ("tdb", "ok"), ("record", "redress")])
def test_each_form_can_be_asked_for(network: Path, form: str, holds: str) -> None:
    """One object a statement, readable as it stands."""
    out = evenhand("reasons", "show", network, "a2", "--form", form).out
    as_json = evenhand("reasons", "show", network, "a2", "--form", form, "--json").json

    assert holds in out
    assert msgspec.json.decode(out) == as_json["statements"][0]


def test_a_decision_is_asked_by_its_id(network: Path) -> None:
    """A regulator has the id from the public record."""
    record = evenhand("reasons", "show", network, "a2", "--form", "record", "--json").json["statements"][0]

    assert evenhand("reasons", "show", network, record["decision"]).out.startswith("To Quandar Holding")


@pytest.mark.parametrize("about", ["a1", "d-0123", "d-/../../evenhand"])
def test_who_was_not_restricted_has_no_statement(network: Path, about: str) -> None:
    """An allowed advertiser, an id that is none or that looks like a path."""
    status, out, err = evenhand("reasons", "show", network, about)

    assert (status, out) == (2, "")
    assert "no statement of reasons for" in err


@pytest.mark.parametrize("about", ["nobody", "x\x1b[2J"])
def test_a_stranger_is_named_as_one(network: Path, about: str) -> None:
    """A misspelt id must not look like an advertiser that was never restricted."""
    status, out, err = evenhand("reasons", "show", network, about)

    assert (status, out) == (2, "")
    assert "no advertiser or payer" in err
    assert "\x1b" not in err


def test_a_letter_can_be_read_before_its_day(tmp_path: Path) -> None:
    """Thirty days' notice is worth nothing to somebody who cannot read why."""
    build_demo(tmp_path)
    use_rulebook(tmp_path, "house")
    evenhand("run", tmp_path, "--at", "2126-01-05T12:00:00Z", "--allow-future")

    answer = evenhand("reasons", "show", tmp_path, "qm-broadcaster")

    assert answer.out.startswith("To Vessari Telewave\n\nFrom 4 February 2126, 12:00 UTC on")


def test_an_unknown_form_is_named(network: Path) -> None:
    """With those that exist."""
    status, _, err = evenhand("reasons", "show", network, "a2", "--form", "fax")

    assert status == 2
    assert "expected notice, public, tdb, record" in err


def test_before_the_first_run_there_is_nothing(network: Path) -> None:
    """The file is named by what writes it."""
    (network / "out/register.jsonl").unlink()

    status, _, err = evenhand("reasons", "show", network, "a2")

    assert status == 2
    assert "no run yet" in err


@pytest.mark.parametrize("content", [b"{", b"{}", b"\xff", None])
def test_a_damaged_record_is_written_again_by_a_run(network: Path, content: bytes | None) -> None:
    """Delete it and run: the advice in the message must be true."""
    (record,) = (path for path in (network / "out/reasons").glob("r-*.json") if path.name.count(".") == 1)
    record.write_bytes(content) if content is not None else record.unlink()
    status, _, err = evenhand("reasons", "show", network, "a2")

    record.unlink(missing_ok=True)
    evenhand("run", network, "--at", DAY_2)

    assert status == 2
    assert "is missing or damaged" in err
    assert evenhand("reasons", "show", network, "a2").status == 0


def test_a_name_in_a_letter_cannot_command_the_terminal(network: Path) -> None:
    """Names come from outside; tables refuse control characters, so the turn of the line is tried."""
    replace("data/advertisers.csv", "Quandar Holding", "Quandar \u202eHolding [red]")(network)
    evenhand("run", network, "--at", DAY_2)

    out = evenhand("explain", network, "a2", "--at", DAY_2).out + evenhand("reasons", "show", network, "a2").out

    assert "\u202e" not in out
    assert "[red]" in out


def test_a_letter_keeps_words_whole_on_a_terminal(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal breaks anywhere, a letter between words."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")

    out = evenhand("reasons", "show", network, "a2").out

    assert max(map(len, out.splitlines())) <= 60
    assert DAY_1[:4] in out
