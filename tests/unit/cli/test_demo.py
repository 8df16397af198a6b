"""`evenhand demo`: built anew each time, and never over something that is not a demo."""

from pathlib import Path

from evenhand.cli.commands.demo import build_demo
from tests.commands import evenhand


def test_the_demo_shows_three_runs_and_where_to_look(tmp_path: Path) -> None:
    """A newcomer's first minute: what happened, and what to type next."""
    status, out, err = evenhand("demo", tmp_path / "demo")

    assert (status, err) == (0, "")
    assert [day for day in ("26 October 2017", "19 August 2019", "2 November 2026") if day in out] != []
    assert out.count("Outcomes in force") == 3
    assert f"  evenhand explain {tmp_path}/demo rt" in out
    assert (tmp_path / "demo/out/report.html").exists()


def test_a_second_demo_replaces_the_first(tmp_path: Path) -> None:
    """`make demo` is called more than once, and after somebody played with it."""
    build_demo(tmp_path / "demo")
    (tmp_path / "demo/data/advertisers.csv").write_text("id,name\n")

    again = evenhand("demo", tmp_path / "demo", "--json")

    assert again.json["advertisers"] > 50


def test_other_people_s_folders_are_left_alone(network: Path, tmp_path: Path) -> None:
    """Replacing deletes: only what has the sample's own settings may go."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/evenhand.toml").write_text("not toml")
    (tmp_path / "mine").write_text("a file")

    answers = [evenhand("demo", each) for each in (network, tmp_path / "notes", tmp_path / "mine")]

    assert [answer.status for answer in answers] == [2, 2, 2]
    assert all("holds no demo" in answer.err for answer in answers)
    assert (network / "ledger/private/signing.key").exists()
    assert (tmp_path / "mine").read_text() == "a file"
