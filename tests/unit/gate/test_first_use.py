"""What somebody meets who has not read the reference: paths as text, a network's folder, values of the wrong type."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from evenhand.gate import Gate, filter_bids
from evenhand.model.errors import BadInput, EvenhandError, RegisterInvalid, RegisterUnexpected
from tests.unit.gate.registers import FRESH_UNTIL, NOW, compiled_gate, open_gate, row

SETTINGS = """[network]
name = "Made up"
origin = "log.example/made-up"
[gate]
stale = "hold"
"""


def test_a_register_is_named_by_text_or_by_path(tmp_path: Path) -> None:
    """Both are how people write a path."""
    path = tmp_path / "register.jsonl"
    open_gate(tmp_path, row("a", domains=("a.example",)))

    assert Gate(str(path)).resolve(["a.example"]) == Gate(path).resolve(["a.example"]) == ("a",)
    assert Gate(str(path)).refresh() is False


def test_a_network_s_folder_is_its_register_with_its_choice_and_its_log(tmp_path: Path) -> None:
    """The compiled form counts first, as everywhere."""
    (tmp_path / "out").mkdir()
    (tmp_path / "evenhand.toml").write_text(SETTINGS)
    open_gate(tmp_path / "out", row("plain", domains=("a.example",)))
    assert Gate(tmp_path).resolve(["a.example"]) == ("plain",)
    compiled_gate(tmp_path / "out", row("compiled", domains=("a.example",)))

    gate = Gate(tmp_path)

    assert gate.resolve(["a.example"]) == ("compiled",)
    assert gate.verdict(adomain=["a.example"], at=FRESH_UNTIL).outcome == "hold"
    assert Gate(tmp_path, stale="allow").verdict(adomain=["a.example"], at=FRESH_UNTIL).outcome == "allow"
    (tmp_path / "evenhand.toml").write_text(SETTINGS.replace("made-up", "another"))
    with pytest.raises(RegisterUnexpected, match=r"register of another log: `log\.example/made-up`"):
        Gate(tmp_path)


@pytest.mark.parametrize("settings", ["", "[gate", "[gate]\nstale = 'perhaps'\n[network]\norigin = 'x'\n"])
def test_a_folder_with_broken_settings_is_told_by_its_file(tmp_path: Path, settings: str) -> None:
    """Not by what went wrong in a reader."""
    (tmp_path / "evenhand.toml").write_text(settings)

    with pytest.raises(RegisterInvalid, match=r"evenhand\.toml: the settings cannot be read"):
        Gate(tmp_path)


@pytest.mark.parametrize("path", [None, 7, b"register.jsonl", ["register.jsonl"]])
def test_what_is_no_path_is_told(path: Any) -> None:
    """With what was expected."""
    with pytest.raises(BadInput, match=r"Gate: not a path: .*expected a register's file or a network's folder"):
        Gate(path)


@pytest.mark.parametrize("path", ["", "no\0such", "x" * 300, "/"])
def test_a_path_where_no_register_is_is_told(path: str) -> None:
    """Whatever the system says of it."""
    with pytest.raises(RegisterInvalid):
        Gate(path)


@pytest.mark.parametrize("stale", ["Hold", "", "never", 7, True])
def test_a_choice_that_is_no_word_of_ours_is_told_at_once(tmp_path: Path, stale: Any) -> None:
    """And not when the register goes stale in the night."""
    open_gate(tmp_path, row("a"))

    with pytest.raises(BadInput, match=r"stale: unknown choice .*expected allow, hold, refuse, use-last"):
        Gate(tmp_path / "register.jsonl", stale)


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"adomain": 7}, "adomain"),
        ({"adomain": {"a.example"}}, "adomain"),
        ({"seat": 512}, "seat"),
        ({"adomain": ["a.example"], "bundle": 7}, "bundle"),
        ({"advertiser": 7}, "advertiser"),
        ({"country": 276, "advertiser": "a"}, "country"),
        ({"at": datetime(2026, 8, 1)}, "at"),
        ({"at": "2026-08-01T12:00:00Z"}, "at"),
        ({"at": None}, "at"),
    ],
)
def test_a_value_of_another_type_is_told_by_its_name(tmp_path: Path, asked: dict[str, Any], where: str) -> None:
    """In both forms of the register."""
    for gate in (open_gate(tmp_path, row("a")), compiled_gate(tmp_path, row("a"))):
        with pytest.raises(BadInput, match=f"^{where}: "):
            gate.verdict(**{"adomain": ["b.example"], "at": NOW, **asked})


@pytest.mark.parametrize("at", [datetime(2026, 8, 1), "now", None])
def test_a_filter_asked_at_no_instant_says_so(tmp_path: Path, at: Any) -> None:
    """As a verdict does."""
    with pytest.raises(BadInput, match="at: not an instant with a time zone"):
        filter_bids(b"{}", b"{}", open_gate(tmp_path, row("a")), at)


@pytest.mark.parametrize(
    ("request_", "response"), [("{}", b"{}"), (None, b"{}"), ({}, b"{}"), (b"{}", None), (b"{}", {})]
)
def test_a_filter_given_no_bytes_says_so(tmp_path: Path, request_: Any, response: Any) -> None:
    """Anyone who has parsed already must hand in what was received."""
    with pytest.raises(EvenhandError, match="bytes"):
        filter_bids(request_, response, open_gate(tmp_path, row("a")), NOW)
