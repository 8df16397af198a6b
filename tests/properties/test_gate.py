"""The gate against its plain twin: a scan of the rows, written as the table of `gate.md` §5 is read."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evenhand.gate import Gate, compile_register, write_register
from evenhand.model.hosts import SHARED_HOSTS, host_of
from evenhand.model.outcome import Outcome
from evenhand.model.register import GatePolicy, RegisterHead, RegisterRow, Verdict
from tests.unit.gate.registers import FRESH_UNTIL, NOW, SEED, SUFFIXES

IDS = ["a", "b", "c"]
DOMAINS = ["big.example", "shop.big.example", "x.shop.big.example", "google.com", "youtube.com", "пример.рф"]
VALUES = [
    *DOMAINS,
    "https://www.SHOP.big.example/x",
    "play.google.com",
    "notbig.example",
    "m.youtube.com",
    "broken",
    "",
    None,
    7,
]
SEATS, BUNDLES = ["1", "2"], ["com.one", "com.two"]
PLAIN = {"1 ": "1", "2.0": "2", " com.one": "com.one", "play.google.com/x?id=com.two": "com.two"}
CHOICES = st.sampled_from(["allow", "hold", "refuse"])
INSTANTS = st.sampled_from(
    [NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2), FRESH_UNTIL, FRESH_UNTIL + timedelta(days=9)]
)


@st.composite
def registers(draw: st.DrawFn) -> list[RegisterRow]:
    """Rows with distinct ids and keys, except that seats may be shared."""
    parties = draw(st.lists(st.tuples(st.sampled_from(["advertiser", "payer"]), st.sampled_from(IDS)), unique=True))
    parties += [("seat", seat) for seat in draw(st.lists(st.sampled_from(SEATS), unique=True))]
    if not parties:
        return []
    owner = {key: draw(st.sampled_from([None, *parties])) for key in (*DOMAINS, *BUNDLES)}
    return [
        RegisterRow(
            kind=kind, id=party,
            outcome=draw(st.sampled_from(Outcome)), decision=f"d-{kind}-{party}", reason=f"r-{kind}-{party}",
            domains=tuple(key for key in DOMAINS if owner[key] == (kind, party)),
            bundles=tuple(key for key in BUNDLES if owner[key] == (kind, party)),
            seats=() if kind == "seat" else tuple(draw(st.lists(st.sampled_from(SEATS)))),
            instruct=("sponsor-label",), until=draw(st.none() | INSTANTS),
        )
        for kind, party in parties
    ]  # fmt: skip


QUESTIONS = st.fixed_dictionaries({
    "adomain": st.none() | st.lists(st.sampled_from(VALUES), max_size=4),
    "seat": st.none() | st.sampled_from([*SEATS, "1 ", "2.0"]),
    "bundle": st.none() | st.sampled_from([*BUNDLES, "com.none", " com.one", "play.google.com/x?id=com.two"]),
    "advertiser": st.none() | st.sampled_from(IDS),
    "at": INSTANTS,
})  # fmt: skip
MISMATCH = st.sampled_from(["note", "hold", "refuse"])
POLICIES = st.builds(GatePolicy, unknown=CHOICES, missing=CHOICES, malformed=CHOICES, mismatch=MISMATCH)


@given(
    registers(),
    POLICIES,
    st.lists(QUESTIONS, min_size=1, max_size=5),
    st.sampled_from(["allow", "hold", "refuse", "last"]),
)
def test_the_gates_verdict_is_that_of_a_scan_of_the_rows(
    rows: list[RegisterRow], policy: GatePolicy, questions: list[dict[str, Any]], stale: Any
) -> None:
    """Law of every fast path: two ways, same answer."""
    head = RegisterHead(policy=policy, fresh_until=FRESH_UNTIL, checkpoint="")
    with tempfile.TemporaryDirectory() as folder:
        plain, compiled = Path(folder) / "register.jsonl", Path(folder) / "register.evh"
        write_register(rows, head, plain, SUFFIXES)
        compile_register(rows, head, compiled, SUFFIXES, SEED)
        gate, mapped = Gate(plain, stale), Gate(compiled, stale)

    for question in questions:
        verdict = gate.verdict(**question)
        assert mapped.verdict(**question) == verdict
        assert verdict.stale == (question["at"] >= FRESH_UNTIL)
        if verdict.stale and stale != "last":
            assert (verdict.outcome, verdict.codes) == (stale, ())
        else:
            assert said(verdict) == scan(rows, policy, **question)
            assert all(row.outcome == verdict.outcome for row in rows if row.decision == verdict.decision)


def said(verdict: Verdict) -> tuple[str, set[str]]:
    return str(verdict.outcome), set(verdict.codes)


def scan(
    rows: list[RegisterRow], policy: GatePolicy, *,
    adomain: list[object] | None, seat: str | None, bundle: str | None, advertiser: str | None, at: datetime,
) -> tuple[str, set[str]]:  # fmt: skip
    """Return outcome and codes, slowly: each row is looked at for each value."""

    seat, bundle = PLAIN.get(seat or "", seat), PLAIN.get(bundle or "", bundle)

    def outcome(row: RegisterRow) -> Outcome:
        return Outcome.ALLOW if row.until is not None and row.until <= at else row.outcome

    named = [row for value in adomain or [] for row in owners(rows, value)]
    asked = [row for row in rows if row.id == advertiser and row.kind == "advertiser"]
    asked = asked or [row for row in rows if row.id == advertiser and row.kind == "payer"]
    sharing = [row for row in rows if seat in row.seats]
    if len(sharing) > 1 and {outcome(row) for row in sharing} - {Outcome.HOLD, Outcome.REFUSE}:
        sharing = []
    ways = {
        "seat-blocked": sharing + [row for row in rows if row.kind == "seat" and row.id == seat],
        "advertiser-blocked": named + asked,
        "bundle-blocked": [row for row in rows if bundle in row.bundles],
    }
    effects = [(code, outcome(row)) for code, found in ways.items() for row in found]
    codes = {code for code, effect in effects if effect in {Outcome.HOLD, Outcome.REFUSE}}
    chosen = [] if adomain is None else choices(adomain, seat, named + asked, policy)
    order = ["note", "allow", "label", "limit", "hold", "refuse"]
    strictest = max([str(effect) for _, effect in effects + chosen], key=order.index, default="allow")
    strictest = "allow" if strictest == "note" else strictest
    answer = "unknown" if strictest == "allow" and not effects else strictest
    unknown = {"advertiser-unknown"} if advertiser and not asked else set[str]()
    return answer, codes | unknown | {code for code, _ in chosen}


def choices(
    adomain: list[object], seat: str | None, rows: list[RegisterRow], policy: GatePolicy
) -> list[tuple[str, str]]:
    """Return what the operator chose for what is wrong with the bid itself; `rows` are those it names."""
    malformed = [value for value in adomain if host_of(value) is None]
    advertisers = {row.id: row for row in rows if row.kind == "advertiser"}
    wrong = {
        ("adomain-missing", policy.missing): not adomain,
        ("adomain-malformed", policy.malformed): bool(malformed),
        ("adomain-unknown", policy.unknown): len(malformed) < len(adomain) and not rows,
        ("adomain-conflict", policy.mismatch): len(advertisers) > 1,
        ("seat-mismatch", policy.mismatch): bool(seat and len(advertisers) == 1)
        and all(row.seats and seat not in row.seats for row in advertisers.values()),
    }
    return [choice for choice, is_so in wrong.items() if is_so]


def owners(rows: list[RegisterRow], value: object) -> Iterator[RegisterRow]:
    """Yield the row with the longest domain at or above the host, unless a platform stands between."""
    host = host_of(value)
    if host is None:
        return
    at_or_above = {host, *(host[at + 1 :] for at, letter in enumerate(host) if letter == ".")}
    platform = max((len(each) for each in at_or_above & SHARED_HOSTS), default=0)
    claims = [(len(key), row) for row in rows for key in map(host_of, row.domains) if key in at_or_above]
    best = max((length for length, _ in claims), default=0)
    if best > platform:
        yield from (row for length, row in claims if length == best)
