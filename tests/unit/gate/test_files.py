"""Writing a register: all or nothing, the same bytes for the same rows, and warnings for what is doubtful."""

from pathlib import Path

import pytest

from evenhand.gate import Gate, compile_register, write_register
from evenhand.gate.registers.plain_form import decode_register
from evenhand.model.errors import RegisterInvalid
from evenhand.model.register import RegisterRow
from tests.unit.gate.registers import SEED, SUFFIXES, head, row


def test_equal_rows_in_any_order_give_equal_bytes(tmp_path: Path) -> None:
    """The ledger records the hash of the rows; a new one must mean that something changed."""
    rows = [row("b", kind="payer"), row("b", "hold", domains=("b.example",)), row("a", seats=("1",))]

    write_register(rows, head(), tmp_path / "one", SUFFIXES)
    write_register(rows[::-1], head(), tmp_path / "two", SUFFIXES)

    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two").read_bytes()
    assert [(each.kind, each.id) for each in decode_register(data.split(b"\n"), tmp_path)[1]] == [
        ("advertiser", "a"), ("advertiser", "b"), ("payer", "b"),
    ]  # fmt: skip


def test_a_row_is_written_with_its_domains_as_hosts(tmp_path: Path) -> None:
    """Anyone who reads the plain form may compare texts; a leading `www.` means the domain below it."""
    path = tmp_path / "register.jsonl"

    write_register([row("a", domains=("www.Ford.de", "ford.de", "пример.рф"))], head(), path, SUFFIXES)

    assert path.read_text("utf-8").splitlines() == [
        '{"checkpoint":"log.example/made-up\\n7\\ncm9vdA==\\n","fresh_until":"2026-08-02T00:00:00Z",'
        '"policy":{"malformed":"allow","mismatch":"note","missing":"allow","unknown":"allow"},"political_categories":{},'
        '"purchase":{"budget_micros":{},"closed_to_political":[],"verification":{}},"register":1,'
        '"rows_sha256":"9754930d3ffd2d65b58e18ee1f2a28cdd235cdb4ce39991e66005c54b8981203","shared_hosts":[],"unions":{}}',
        '{"domains":["ford.de","xn--e1afmkfd.xn--p1ai"],"id":"a","kind":"advertiser","outcome":"allow"}',
    ]


@pytest.mark.parametrize(("rows", "message"), [
    ([row("a", domains=("co.uk",))], "a: a public suffix, open to anybody `co.uk`"),
    ([row("a", domains=("github.io",))], "a: a public suffix, open to anybody `github.io`"),
    ([row("a", domains=("localhost",))], "a: not a host `localhost`"),
    ([row("a", domains=("a.eu",)), row("b", domains=("www.A.eu",))], "b: advertiser a has the same key `a.eu`"),
    ([row("a", bundles=("com.a",)), row("b", bundles=("com.a",))], "b: advertiser a has the same key `com.a`"),
    ([row("a", accounts=("x/aa",)), row("b", accounts=("x/aa",))], "b: advertiser a has the same key `x/aa`"),
    ([row("a", accounts=("play/a",)), row("b", bundles=("a",))], "b: advertiser a has the same key `a`"),
    ([row("a"), row("a", "hold")], "a: a second row for the id `a`"),
    ([row("a", "refuse", reason=None)], "a: no decision or no reason for `refuse`"),
    ([row("a", "label", decision=None)], "a: no decision or no reason for `label`"),
])  # fmt: skip
def test_one_bad_row_refuses_the_whole_file_and_is_named(tmp_path: Path, rows: list[RegisterRow], message: str) -> None:
    """Half a register would let through whom the other half refuses; the old one stays."""
    path = tmp_path / "register.jsonl"
    path.write_text("the old one")

    with pytest.raises(RegisterInvalid) as caught:
        write_register([row("fine"), *rows], head(), path, SUFFIXES)

    assert f"{path}: advertiser {message}; expected " in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == ["register.jsonl"]
    assert path.read_text() == "the old one"


def test_a_key_below_a_domain_that_others_use_is_warned_of(tmp_path: Path) -> None:
    """A sub-host may be a tenant's or the owner's own; a person should look."""
    rows = [
        row("a", domains=("shop.big.example", "www.small.example")),
        row("b", domains=("big.example", "own.big.example")),
    ]

    warnings = write_register(rows, head(), tmp_path / "register.jsonl", SUFFIXES)

    assert warnings == (
        "advertiser a: `shop.big.example` is below `big.example`, the domain of advertiser b",
        "advertiser b: `own.big.example` is below `big.example`, below which advertiser a has hosts too",
    )


def test_who_has_a_host_beside_another_is_not_said_to_have_the_domain(tmp_path: Path) -> None:
    """The clients of a blog service that the suffix rules do not name have nothing of it but a host each."""
    rows = [row("a", domains=("a.blogs.example",)), row("b", domains=("b.blogs.example",))]

    assert write_register(rows, head(), tmp_path / "register.jsonl", SUFFIXES) == (
        "advertiser a: `a.blogs.example` is below `blogs.example`, below which advertiser b has hosts too",
        "advertiser b: `b.blogs.example` is below `blogs.example`, below which advertiser a has hosts too",
    )


def test_tenants_of_a_hosting_service_are_strangers_to_each_other(tmp_path: Path) -> None:
    """Below a private public suffix everybody has a domain of their own."""
    rows = [row("a", domains=("a.github.io",)), row("b", domains=("b.github.io",))]

    assert write_register(rows, head(), tmp_path / "register.jsonl", SUFFIXES) == ()


def test_a_platforms_host_is_warned_of(tmp_path: Path) -> None:
    """It leads to no row, and its writer should know; one below it leads to its row, which may be wrong."""
    rows = [row("a", domains=("m.youtube.com", "youtube.com", "clips.example", "a1.clips.example"))]

    warnings = write_register(rows, head(shared_hosts=("clips.example",)), tmp_path / "r", SUFFIXES)

    gate = Gate(tmp_path / "r", stale=None)
    assert gate.resolve(["youtube.com", "clips.example"]) == ()
    assert gate.resolve(["m.youtube.com", "a1.clips.example"]) == ("a",)
    assert warnings == (
        "advertiser a: `a1.clips.example` is below `clips.example`, a platform's host: it may not say who advertises",
        "advertiser a: `clips.example` is a platform's host: it does not say who advertises and matches no row",
        "advertiser a: `m.youtube.com` is below `youtube.com`, a platform's host: it may not say who advertises",
        "advertiser a: `youtube.com` is a platform's host: it does not say who advertises and matches no row",
    )


@pytest.mark.parametrize("checkpoint", ["made-up", "log.example/made-up\nseven\ncm9vdA==\n"])
def test_what_the_gate_would_not_open_is_not_written(tmp_path: Path, checkpoint: str) -> None:
    """A text that is not a checkpoint refuses the register; the one in force stays, in either form."""
    plain, compiled = tmp_path / "register.jsonl", tmp_path / "register.evh"
    for path in (plain, compiled):
        path.write_text("the old one")

    with pytest.raises(RegisterInvalid, match="not a checkpoint"):
        write_register([], head(checkpoint=checkpoint), plain, SUFFIXES)
    with pytest.raises(RegisterInvalid, match="not a checkpoint"):
        compile_register([], head(checkpoint=checkpoint), compiled, SUFFIXES, SEED)

    assert [path.read_text() for path in (plain, compiled)] == ["the old one"] * 2


def test_a_write_that_fails_leaves_the_old_register(tmp_path: Path) -> None:
    """A full disk or a lost folder must not take away the decisions in force."""
    path = tmp_path / "register.jsonl"
    path.write_text("the old one")
    (tmp_path / "register.jsonl.part").mkdir()

    with pytest.raises(IsADirectoryError):
        write_register([row("a")], head(), path, SUFFIXES)

    assert path.read_text() == "the old one"
