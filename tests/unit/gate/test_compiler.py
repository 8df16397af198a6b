"""The compiled register: everything of the plain form in one file, refused whole if one row or one byte is wrong."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evenhand.gate import Gate, compile_register
from evenhand.gate.registers.host_warnings import HostWarnings
from evenhand.gate.registers.layout import HEADER, Header
from evenhand.gate.registers.mapped_register import MappedRegister
from evenhand.gate.registers.row_keys import ACCOUNT, BUNDLE, DOMAIN, IDS, NAME, SEAT
from evenhand.gate.registers.row_references import row_content
from evenhand.model.errors import RegisterInvalid
from evenhand.model.outcome import Outcome
from evenhand.model.program import And, Is, Unknown, When
from evenhand.model.register import CampaignDecision, RegisterRow
from tests.unit.gate.registers import NOW, SEED, SUFFIXES, compiled_gate, head, open_gate, row

WHEN = (When(outcome=Outcome.LABEL, rule="political-label", instruct=("political",), program=Is("political", True)),)
DOUBT = (When(outcome=Outcome.HOLD, rule="x", program=And((Is("political", True), Unknown("label_present")))),)
ROWS = [
    row(
        "a1", "refuse", domains=("www.Ford.com", "форд.рф"), seats=("512", "DSP.example/512"), bundles=("com.ford",),
        accounts=("youtube/ford",), names=("A Made-Up Ford, Inc.", "Ford"), payers=("p1", "p2"), verification=3,
        until=datetime(2027, 1, 1, 0, 0, 0, 7, tzinfo=UTC), political_campaigns=("c1",),
    ),
    row("a2", "label", domains=("fiat.example",), seats=("512",), names=("FORD",), instruct=("sponsor",), when=WHEN),
    row("a3", decision="d-a3", when=WHEN),
    row("a4", "hold", reason="another-reason", until=datetime(1969, 1, 1, tzinfo=UTC), when=DOUBT),
    row("512", "hold", kind="seat"),
    row("a1", kind="payer"),
]  # fmt: skip


def compiled(path: Path, rows: list[RegisterRow], seed: bytes = SEED) -> MappedRegister:
    compile_register(rows, head(), path, SUFFIXES, seed)
    with path.open("rb") as file:
        return MappedRegister(file, path)


def test_what_was_compiled_is_read_back(tmp_path: Path) -> None:
    """Every field that the gate reads, and every key in every kind."""
    register = compiled(tmp_path / "r.evh", ROWS)

    def found(kind: bytes, text: str) -> list[str]:
        rows = map(register.row, register.find(kind, text))
        return [f"{each.kind} {each.id}" for each in rows]

    assert register.head == head()
    assert (register.rows, register.keys) == (6, 15)
    for kind, text in (
        (DOMAIN, "ford.com"),
        (DOMAIN, "xn--d1atgo.xn--p1ai"),
        (BUNDLE, "com.ford"),
        (ACCOUNT, "youtube/ford"),
    ):
        assert found(kind, text) == ["advertiser a1"]
    assert found(SEAT, "512") == ["advertiser a1", "advertiser a2", "seat 512"]
    assert found(SEAT, "dsp.example/512") == ["advertiser a1"]
    assert found(NAME, "ford") == ["advertiser a1", "advertiser a2"]
    assert found(NAME, "a made up ford") == ["advertiser a1"]
    assert found(NAME, "made up ford") == []
    for each in ROWS:
        (ref,) = register.find({"advertiser": b"a", "payer": b"p", "seat": b"t"}[each.kind], each.id)
        assert register.row(ref) == row_content(each)


def test_every_key_is_told_once_with_what_it_leads_to(tmp_path: Path) -> None:
    """Block lists are made from them."""
    register = compiled(tmp_path / "r.evh", ROWS)

    entries = {(kind, text): refs for kind, text, refs in register.entries()}

    assert len(entries) == register.keys
    assert all(register.find(kind, text) == refs for (kind, text), refs in entries.items())


@pytest.mark.parametrize(("rows", "message"), [
    ([row("a", domains=("co.uk",))], "a: a public suffix, open to anybody `co.uk`"),
    ([row("a", domains=("localhost",))], "a: not a host `localhost`"),
    ([row("a", domains=("a.eu",)), row("b", domains=("www.A.eu",))], "b: advertiser a has the same key `a.eu`"),
    ([row("a", bundles=("com.a",)), row("b", bundles=("com.a",))], "b: advertiser a has the same key `com.a`"),
    ([row("a", accounts=("x/aa",)), row("b", accounts=("x/aa",))], "b: advertiser a has the same key `x/aa`"),
    ([row("a", accounts=("play/a",)), row("b", bundles=("a",))], "b: advertiser a has the same key `a`"),
    ([row("a"), row("a", "hold")], "a: a second row for the id `a`"),
    ([row("a", "refuse", reason=None)], "a: no decision or no reason for `refuse`"),
])  # fmt: skip
def test_one_bad_row_refuses_the_whole_file_and_is_named(tmp_path: Path, rows: list[RegisterRow], message: str) -> None:
    """As for the plain form, with the same words; the old file stays."""
    path = tmp_path / "register.evh"
    path.write_text("the old one")

    with pytest.raises(RegisterInvalid) as caught:
        compile_register([row("fine"), *rows], head(), path, SUFFIXES, SEED)

    assert f"{path}: advertiser {message}; expected " in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == ["register.evh"]
    assert path.read_text() == "the old one"


@pytest.mark.parametrize(
    "until",
    [
        "1970-01-01T00:00:00Z", "1960-01-01T00:00:00Z", "0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00",
        "2026-08-01T14:00:00.000001+02:00",
    ],
)  # fmt: skip
def test_every_end_of_a_decision_is_the_same_in_both_forms(tmp_path: Path, until: str) -> None:
    """Before the count of the compiled form begins, and after the last year that it can say."""
    ends = msgspec.convert(until, datetime)
    refused = row("a1", "refuse", domains=("ford.example",), until=ends)
    plain, mapped = open_gate(tmp_path, refused), compiled_gate(tmp_path, refused)

    verdicts = [gate.verdict(adomain=["ford.example"], at=NOW) for gate in (plain, mapped)]

    assert verdicts[0] == verdicts[1]
    assert verdicts[0].outcome == ("allow" if ends <= NOW else "refuse")
    registers = [gate.register for gate in (plain, mapped)]
    assert len({str(each.row(*each.find(IDS["advertiser"], "a1")).until) for each in registers}) == 1


def test_an_empty_reason_is_none_in_both_forms(tmp_path: Path) -> None:
    """The compiled form says with an empty text that the reason is the decision's own."""
    allowed = row("a1", decision="d-1", reason="", domains=("ford.example",))

    for gate in (open_gate(tmp_path, allowed), compiled_gate(tmp_path, allowed)):
        verdict = gate.verdict(adomain=["ford.example"], at=NOW)
        assert (verdict.decision, verdict.reason) == ("d-1", None)


def test_doubtful_domains_are_warned_of(tmp_path: Path) -> None:
    """As for the plain form."""
    rows = [
        row("a", domains=("shop.big.example", "m.youtube.com")),
        row("b", domains=("big.example", "own.big.example")),
    ]

    assert compile_register(rows, head(), tmp_path / "r.evh", SUFFIXES, SEED) == (
        "advertiser a: `m.youtube.com` is below `youtube.com`, a platform's host: it may not say who advertises",
        "advertiser a: `shop.big.example` is below `big.example`, the domain of advertiser b",
        "advertiser b: `own.big.example` is below `big.example`, below which advertiser a has hosts too",
    )


class Counted(str):
    """A party's name that counts how often it is compared with another."""

    compared = 0

    def __lt__(self, other: str) -> bool:
        Counted.compared += 1
        return super().__lt__(other)


def test_hosts_of_very_many_below_one_domain_are_one_sentence_and_little_work() -> None:
    """A website builder's clients: one sentence each that names all others is two million names for 2,000."""
    many = 2_000
    warnings = HostWarnings(SUFFIXES, ())
    Counted.compared = 0
    for number in range(many):
        warnings.add(f"shop-{number:04}.builder.example", Counted(f"advertiser a-{number:04}"))

    (sentence,) = warnings.sentences({"builder.example": "advertiser owner"}.get)

    assert sentence == (
        "hosts below `builder.example`, the domain of advertiser owner, are used by 2,000 parties:"
        + "".join(f" advertiser a-{number:04} (`shop-{number:04}.builder.example`)," for number in range(5))[:-1]
        + " and 1,995 more"
    )
    assert Counted.compared <= 20 * many


def test_a_key_longer_than_a_slot_can_say_is_found_by_its_hash(tmp_path: Path) -> None:
    """The whole of it is hashed with SHA-256, so that no other key answers."""
    long = "s" * 400
    register = compiled(tmp_path / "r.evh", [row("a", seats=(long, long[:-1] + "t", "é" * 200))])

    assert register.find(SEAT, long)
    assert register.find(SEAT, "é" * 200)
    assert not register.find(SEAT, long + "s")
    assert not register.find(SEAT, hashlib.sha256(long.encode()).hexdigest())
    assert not register.find(SEAT, "\ud800")


def test_colliding_hashes_never_answer_for_one_another(tmp_path: Path) -> None:
    """With a prime of thirty bits a few of a hundred thousand keys share a hash; whole keys are compared."""
    chance = random.Random(8)
    seats = [f"{chance.getrandbits(64):x}" for _ in range(120_000)]
    there, absent = seats[:60_000], seats[60_000:]
    register = compiled(tmp_path / "r.evh", [row(f"a-{seat}", seats=(seat,)) for seat in there])

    hashes = {int.from_bytes(f"s{seat}".encode() + b"\xff") * register._factor % register._prime for seat in there}

    assert len(hashes) < len(there)
    assert all([register.row(ref).id for ref in register.find(SEAT, seat)] == [f"a-{seat}"] for seat in there)
    assert not any(register.find(SEAT, seat) for seat in absent)


def test_equal_rows_and_seed_give_equal_bytes(tmp_path: Path) -> None:
    """So that the format can have test vectors."""
    compiled(tmp_path / "one", ROWS)
    compiled(tmp_path / "two", ROWS)
    compiled(tmp_path / "other", ROWS, bytes(16))

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_an_empty_register_is_a_register(tmp_path: Path) -> None:
    """A network without decisions still says until when it is fresh."""
    register = compiled(tmp_path / "r.evh", [])

    assert (register.rows, register.keys, list(register.entries())) == (0, 0, [])
    assert register.find(DOMAIN, "ford.com") == ()


def sealed(data: bytes) -> bytes:
    return data[:-32] + hashlib.sha256(data[:-32]).digest()


def test_a_damaged_or_foreign_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    """Cut, changed, empty, of another version, or of parts that do not fit: one line, and the old register stays."""
    path = tmp_path / "r.evh"
    compiled(path, ROWS)
    good = path.read_bytes()
    header = Header(*HEADER.unpack_from(good)[1:])
    torn = [
        msgspec.structs.replace(header, **change).pack() + good[HEADER.size :]
        for change in (
            {"slots": header.slots - 1}, {"slots": 4}, {"keys": header.slots}, {"prime": 0},
            {"rows_at": header.keys_at - 8}, {"table_at": header.table_at + 8}, {"keys_at": header.keys_at + 8},
        )
    ]  # fmt: skip

    for data, message in (
        (b"", "truncated: `0 bytes`"),
        (good[:100], "truncated: `100 bytes`"),
        (good[:-1], "truncated, or longer than its header says"),
        (good + b"x", "truncated, or longer than its header says"),
        (b"EVHREX" + good[6:], "not a compiled register; it begins with `EVHREX`"),
        (good[:6] + b"\x03\x00" + good[8:], "a register of version `3`; expected version 1 or 2"),
        (good[:500] + bytes([good[500] ^ 1]) + good[501:], "changed since it was written"),
        (good[:-1] + bytes([good[-1] ^ 1]), "changed since it was written"),
        (sealed(good.replace(b'"register":1', b'"register":2')), "invalid head of a register"),
        *((sealed(each), "its parts do not fit") for each in torn),
    ):
        path.write_bytes(data)
        with pytest.raises(RegisterInvalid) as caught, path.open("rb") as file:
            MappedRegister(file, path)
        assert message in str(caught.value)
        assert str(caught.value).endswith(
            "do not put this file in place of the register in use; `evenhand run` or `gate compile` writes it anew"
        )
        assert "\n" not in str(caught.value)


def test_decisions_about_campaigns_are_read_back_and_change_the_version(tmp_path: Path) -> None:
    """A gate that knows nothing of them would take an order that is refused; without any the file is as ever."""
    late = datetime(2027, 1, 1, 0, 0, 0, 7, tzinfo=UTC)
    decided = (
        CampaignDecision(id="c1", outcome=Outcome.LABEL, decision="d-1", reason="r-1", instruct=("sponsor",)),
        CampaignDecision(id="c1", outcome=Outcome.REFUSE, decision="d-2", reason="another", begins=late),
        CampaignDecision(id="c2", outcome=Outcome.HOLD, decision="d-3", reason="r-3", until=late),
    )
    path = tmp_path / "r.evh"

    register = compiled(path, [row("a1", campaigns=decided), row("a2")])

    (first,), (second,) = (register.find(b"a", each) for each in ("a1", "a2"))
    assert (register.row(first).campaigns, register.row(second).campaigns) == (decided, ())
    assert path.read_bytes()[6:8] == b"\x02\x00"
    compiled(path, [row("a1"), row("a2")])
    assert path.read_bytes()[6:8] == b"\x01\x00"


def test_no_change_of_one_byte_passes(tmp_path: Path) -> None:
    """The hash covers all that stands before it, and itself."""
    path = tmp_path / "r.evh"
    compiled(path, ROWS)
    good = path.read_bytes()
    chance = random.Random(6)

    for place in chance.sample(range(len(good)), 300):
        path.write_bytes(good[:place] + bytes([good[place] ^ chance.randint(1, 255)]) + good[place + 1 :])
        with pytest.raises(RegisterInvalid), path.open("rb") as file:
            MappedRegister(file, path)


def test_a_forged_file_with_a_right_hash_ends_in_an_answer_or_one_error(tmp_path: Path) -> None:
    """Anyone who writes registers can write nonsense; the gate must not hang or fail on it."""
    path = tmp_path / "r.evh"
    compiled(path, ROWS)
    good = path.read_bytes()
    chance = random.Random(7)

    for _ in range(300):
        data = bytearray(good)
        for place in chance.sample(range(HEADER.size, len(good) - 32), 12):
            data[place] = chance.randint(0, 255)
        path.write_bytes(sealed(bytes(data)))
        try:
            with path.open("rb") as file:
                register = MappedRegister(file, path)
            for kind, text in ((DOMAIN, "ford.com"), (SEAT, "512"), (NAME, "ford"), (b"a", "a4")):
                for ref in register.find(kind, text):
                    register.row(ref)
            assert len(list(register.entries())) <= len(good)
        except RegisterInvalid:
            pass


@pytest.mark.parametrize("forged", [b"\xc3", b"\x80"])
def test_a_key_that_is_no_text_refuses_the_file_when_all_keys_are_read(tmp_path: Path, forged: bytes) -> None:
    """Shaping reads every key when a register is taken: one that cannot be read is a register that is none."""
    path = tmp_path / "r.evh"
    compiled(path, ROWS)
    path.write_bytes(sealed(path.read_bytes().replace(b"dford.com", b"dfor" + forged + b".com")))

    with path.open("rb") as file:
        register = MappedRegister(file, path)

    with pytest.raises(RegisterInvalid, match="invalid key of a register"):
        list(register.entries())


@pytest.mark.parametrize("fields", [b"\x93\x00\x04", b"\x93\x00\x03"])
def test_a_blocked_row_without_a_decision_answers_nothing(tmp_path: Path, fields: bytes) -> None:
    """Nobody has decided it, so nobody can be told why; and it must not pass for it."""
    path = tmp_path / "r.evh"
    compiled(path, [row("zz", domains=("zz.example",))])
    good = path.read_bytes()
    assert b"\x93\x00\x00\xa2zz" in good
    path.write_bytes(sealed(good.replace(b"\x93\x00\x00\xa2zz", fields + b"\xa2zz")))

    asked: dict[str, Any]
    for asked in ({"adomain": ["zz.example"]}, {"advertiser": "zz"}):
        with pytest.raises(RegisterInvalid, match="no decision or no reason for `zz`"):
            Gate(path).verdict(at=NOW, **asked)


def test_an_open_register_outlives_its_file(tmp_path: Path) -> None:
    """A verdict that has begun ends with the register that it began with."""
    path = tmp_path / "r.evh"
    register = compiled(path, ROWS)

    compile_register([], head(), path, SUFFIXES, SEED)
    path.unlink()

    assert register.find(DOMAIN, "ford.com")
    assert register.row(register.find(b"a", "a1")[0]).until == datetime(2027, 1, 1, tzinfo=UTC) + timedelta(
        microseconds=7
    )
