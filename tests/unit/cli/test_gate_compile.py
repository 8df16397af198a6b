"""`evenhand gate compile`: a plain register becomes the file that gates map, or nothing happens."""

import os
from pathlib import Path

import pytest

from evenhand.gate import write_register
from tests.commands import evenhand
from tests.unit.cli.test_block_lists import HEAD, ROWS
from tests.unit.gate.registers import SUFFIXES, head, row

GOOD = HEAD + ROWS


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "register.jsonl"
    path.write_text(GOOD)
    return path


def test_what_was_written_is_told(source: Path, tmp_path: Path) -> None:
    """Rows, keys and bytes; a doubt is a warning, not an error."""
    out = tmp_path / "register.evh"

    answer, plain = (
        evenhand("gate", "compile", source, "--out", out, "--json"),
        evenhand("gate", "compile", source, "--out", out),
    )

    warning = "advertiser y: `shop.quay.example` is below `quay.example`, the domain of advertiser x"
    assert answer.json == {"rows": 2, "keys": 5, "bytes": out.stat().st_size, "warnings": [warning]}
    assert plain.out == f"{out}: 2 rows, 5 keys, {out.stat().st_size:,} bytes\nwarning: {warning}\n"
    assert evenhand("gate", "check", "--register", out, "--stale", "last", "--adomain", "quay.example").status == 0


def test_the_hash_of_keys_is_drawn_anew_each_time(source: Path, tmp_path: Path) -> None:
    """An outsider chooses domains; nobody may know which collide."""
    for name in ("a.evh", "b.evh"):
        evenhand("gate", "compile", source, "--out", tmp_path / name)

    assert (tmp_path / "a.evh").read_bytes() != (tmp_path / "b.evh").read_bytes()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD + GOOD.split("\n")[1] + "\n", "advertiser x: a second row for the id `x`"),
        (
            GOOD.replace("shop.quay.example", "quay.example"),
            "advertiser y: advertiser x has the same key `quay.example`",
        ),
        (GOOD.replace("quay.example", "co.uk", 1), "advertiser x: a public suffix, open to anybody `co.uk`"),
        (GOOD.replace("quay.example", "no host", 1), "advertiser x: not a host `no host`"),
        (GOOD.replace('"decision":"d-x",', ""), "advertiser x: no decision or no reason"),
        (GOOD.replace('"fresh_until":"2026-03-03T12:00:00Z",', ""), "invalid head of a register"),
        (GOOD[:-3], "invalid row of a register"),
        ("", "the register is empty"),
        ("EVHREG\x01\x00", "invalid head of a register"),
    ],
)
@pytest.mark.parametrize("before", [None, b"the old register"])
def test_a_row_that_is_refused_leaves_no_file_or_the_old_one(
    source: Path, tmp_path: Path, text: str, says: str, before: bytes | None
) -> None:
    """A gate must never map half a register."""
    source.write_text(text)
    out = tmp_path / "out" / "register.evh"
    out.parent.mkdir()
    if before is not None:
        out.write_bytes(before)

    status, printed, err = evenhand("gate", "compile", source, "--out", out)

    assert (status, printed) == (2, "")
    assert says in err
    assert err.startswith(f"evenhand: {source}:")
    assert err.count("\n") == 1
    assert [each.name for each in out.parent.iterdir()] == ([] if before is None else [out.name])
    assert before is None or out.read_bytes() == before


def test_a_register_never_replaces_its_own_source(source: Path, tmp_path: Path) -> None:
    """The plain form is what people read and sign."""
    link = tmp_path / "link.evh"
    link.symlink_to(source)

    for out in (source, link):
        status, _, err = evenhand("gate", "compile", source, "--out", out)
        assert status == 2
        assert "would replace its own source" in err
    assert source.read_text() == GOOD


def test_what_is_no_regular_file_is_never_replaced(source: Path, tmp_path: Path) -> None:
    """A device that became a file would mislead every other program of the machine."""
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()

    for out in (pipe, folder):
        for verb in (["compile", source], ["export", "--format", "csv", "--register", source, "--stale", "last"]):
            status, _, err = evenhand("gate", *verb, "--out", out)
            assert status == 2
            assert "no regular file" in err
            assert err.count("\n") == 1
    assert pipe.is_fifo()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder", "pipe", "register.jsonl"]


def test_a_missing_source_or_folder_is_named(source: Path, tmp_path: Path) -> None:
    """Which of the two files it was, and why."""
    nowhere, nofolder = tmp_path / "no.jsonl", tmp_path / "no" / "r.evh"

    missing = evenhand("gate", "compile", nowhere, "--out", tmp_path / "r.evh")
    unwritable = evenhand("gate", "compile", source, "--out", nofolder)

    assert (missing.status, unwritable.status) == (2, 2)
    assert f"{nowhere}: cannot be read or written: `No such file or directory`" in missing.err
    assert f"{nofolder}.part: cannot be read or written: `No such file" in unwritable.err


def test_a_buyers_json_warns_of_seats_that_are_not_on_file(tmp_path: Path) -> None:
    """The register is compiled all the same; a file that cannot be read stops before."""
    source, out, claims = tmp_path / "register.jsonl", tmp_path / "register.evh", tmp_path / "buyers.json"
    write_register([row("x", "refuse", names=("X Trading",))], head(), source, SUFFIXES)
    claims.write_text('{"version":"1.0","buyers":[{"buyer_id":"9","buyer_type":"BOTH","name":"X Trading"}]}')

    done = evenhand("gate", "compile", source, "--out", out, "--buyers", claims, "--system", "dsp.example")
    refused = evenhand("gate", "compile", source, "--out", tmp_path / "other", "--buyers", tmp_path / "none")

    assert "seat dsp.example/9 is said to be `X Trading`: advertiser x, refuse" in done.out
    assert (done.status, refused.status) == (0, 2)
    assert "cannot be read" in refused.err
    assert not (tmp_path / "other").exists()
