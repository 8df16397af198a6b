"""What people confirmed of parties by documents, laid over ownership and verification as the tables have them.

Nothing of it is kept but the ledger's records, so that a run that has lost `state/` comes to the same. Facts count by
their place in the ledger. One that was confirmed when the tables said something else is open again: until a person
confirms anew, the stricter of the two counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, TypeVar

import msgspec

from evenhand.intake import Tables
from evenhand.model.confirmed_fact import OF_LIST, ConfirmedFact, fact_text, percent
from evenhand.model.finding import Comparison, Finding
from evenhand.model.log import LogRecord
from evenhand.model.party import MILLIONTHS, Advertiser, Ownership, PartyKind, Payer, Verification
from evenhand.model.record import canonical, canonical_exact, record_sha256
from evenhand.screening.ownership.ownership_rows import in_force

FactKey = tuple[str, str, str]
FactState = Literal["counts", "open again", "overtaken", "no party"]
Anybody = TypeVar("Anybody", bound=Payer)

_EITHER = "ownership_or_control"


class RecordedFact(msgspec.Struct, frozen=True):
    """A confirmed fact and the index of its leaf."""

    seq: int
    fact: ConfirmedFact

    @property
    def source(self) -> str:
        """Return how findings name it."""
        return f"confirmed:{self.seq}"


class CountedFact(msgspec.Struct, frozen=True):
    """What came of a confirmed fact, and what the tables say of the same in words."""

    recorded: RecordedFact
    state: FactState
    tables: str
    laid_over: bool = False


Confirmed = Mapping[FactKey, Sequence[RecordedFact]]


def fact_key(fact: ConfirmedFact) -> FactKey:
    """Return what a fact is about: kind, party, owner; an id stands for one party, whatever its kind."""
    return fact.kind, fact.party_id, fact.owner_id


def fact_record(fact: ConfirmedFact, lists: str) -> LogRecord:
    """Return the leaf of a confirmed fact; one thing is confirmed once at an instant."""
    key = canonical_exact((*fact_key(fact), f"{fact.at:%Y-%m-%dT%H:%M:%SZ}")).decode()
    return LogRecord(
        kind="confirmed_fact", payload=canonical(fact), subject=fact.party_id, key=f"confirmed_fact:{key}", lists=lists
    )


def said_by_tables(tables: Tables, key: FactKey) -> str:
    """Return the SHA-256 of what the tables say of a fact, with the party's name: an id may be given to another."""
    kind, party_id, owner_id = key
    party = _named(tables, party_id)
    stated: object = None
    if kind == "verification" and party is not None:
        stated = int(party.verification.level), party.verification.until
    elif kind != "verification":
        stated = sorted(
            (row.kind, -1 if row.share is None else row.share, str(row.until))
            for row in tables.ownership
            if (row.owner, row.owned) == (owner_id, party_id)
        )
    return record_sha256({"party": party.name if party is not None else "", "said": stated})


def lay_over(tables: Tables, confirmed: Confirmed, day: date) -> tuple[Tables, tuple[CountedFact, ...]]:
    """Return the tables as they count after what people confirmed, and what came of each fact."""
    if not confirmed:
        return tables, ()
    rows = _Rows(tables, confirmed, day)
    counted = [each for key, known in confirmed.items() for each in _counted(rows, key, known)]
    over = {fact_key(each.recorded.fact): each.recorded for each in counted if each.laid_over}
    verified = {key[1]: each for key, each in over.items() if key[0] == "verification"}
    return replace(
        tables,
        advertisers=_circumventing(_verified(tables.advertisers, verified), over),
        payers=_verified(tables.payers, verified),
        ownership=_owned(tables.ownership, over),
    ), tuple(counted)


def sentences(counted: Iterable[CountedFact]) -> Iterator[str]:
    """Yield a sentence for each fact that is open again, each that contradicts a later one, and a count."""
    counts = 0
    for each in counted:
        counts += each.state == "counts"
        if each.state == "open again":
            yield (
                f"{fact_text(each.recorded.fact)} ({each.recorded.source}) is open again: the tables now say"
                f" {each.tables}; the stricter counts until a person confirms it anew"
            )
        elif each.state == "overtaken":
            yield (
                f"{fact_text(each.recorded.fact)} ({each.recorded.source}) contradicts a later confirmed fact,"
                " which counts"
            )
    if counts:
        yield f"{counts} {'fact' if counts == 1 else 'facts'} confirmed by people over what the tables say"


def fact_findings(counted: Iterable[CountedFact], kinds: Mapping[str, PartyKind]) -> Iterator[Finding]:
    """Yield, of each fact that counts instead of the tables, that it does: the party's next decision names the leaf."""
    for each in counted:
        fact = each.recorded.fact
        if each.laid_over and fact.party_id in kinds:
            line = Comparison(
                name=f"confirmed.{fact.kind}", ours=fact_text(fact).replace("`", ""), theirs=each.tables,
                similarity=1.0, weight=0.0, effect="for", source_field=each.recorded.source,
            )  # fmt: skip
            listed = (
                [msgspec.structs.replace(line, name="confirmed.listed", ours=fact.of.removeprefix(OF_LIST), theirs="")]
                if fact.of.startswith(OF_LIST)
                else []
            )
            yield Finding(
                party_kind=kinds[fact.party_id], party_id=fact.party_id, kind="recorded", score=1.0, certain=True,
                because=(line, *listed), sources=(each.recorded.source,),
            )  # fmt: skip


class _Rows:
    """What the tables say, looked up for the parties that somebody confirmed something of."""

    def __init__(self, tables: Tables, confirmed: Confirmed, day: date) -> None:
        self.tables, self.day = tables, day
        about = {key[1] for key in confirmed}
        self.parties = {each.id: each for each in (*tables.payers, *tables.advertisers) if each.id in about}
        pairs = {(key[2], key[1]) for key in confirmed if key[0] in ("share", "control")}
        self.owned = {row.owned for row in tables.ownership} & about
        held = [row for row in tables.ownership if (row.owner, row.owned) in pairs]
        self.held: dict[tuple[str, str], list[Ownership]] = {}
        for row in in_force(held, day):
            self.held.setdefault((row.owner, row.owned), []).append(row)

    def __contains__(self, party_id: str) -> bool:
        return party_id in self.parties or party_id in self.owned

    def share(self, key: FactKey) -> int | None:
        """Return the share that the table states of a pair; None where it is not known, or may be more."""
        rows = [row for row in self.held.get((key[2], key[1]), ()) if row.kind in ("ownership", _EITHER)]
        if any(row.kind == _EITHER or row.share is None for row in rows):
            return None
        return sum(row.share or 0 for row in rows)

    def control(self, key: FactKey) -> bool:
        return any(row.kind in ("control", _EITHER) for row in self.held.get((key[2], key[1]), ()))

    def words(self, key: FactKey) -> str:
        """Return what the tables say in words."""
        match key[0]:
            case "share":
                share = self.share(key)
                return "an unknown share" if share is None else percent(share)
            case "control":
                return "control" if self.control(key) else "no control"
            case "circumvention":
                return "no circumvention"
            case _:
                party = self.parties.get(key[1])
                level = party.verification.level_on(self.day).name.lower() if party is not None else "none"
                return f"level {level}"

    def is_stricter(self, fact: ConfirmedFact) -> bool:
        """Return whether a confirmed fact is stricter than what the tables say."""
        key = fact_key(fact)
        match fact.kind:
            case "share":
                share = self.share(key)
                return (fact.share_ppm or 0) > (MILLIONTHS // 2 - 1 if share is None else share)
            case "control":
                return bool(fact.control)
            case "circumvention":
                return True
            case _:
                party = self.parties.get(fact.party_id)
                stated = _verification(fact).level_on(self.day)
                return party is not None and stated < party.verification.level_on(self.day)


def _counted(rows: _Rows, key: FactKey, known: Sequence[RecordedFact]) -> Iterator[CountedFact]:
    *earlier, last = known
    tables = rows.words(key)
    for each in earlier:
        if _stated(each.fact) != _stated(last.fact):
            yield CountedFact(each, "overtaken", tables)
    if key[1] not in rows:
        yield CountedFact(last, "no party", tables)
    elif said_by_tables(rows.tables, key) == last.fact.against:
        yield CountedFact(last, "counts", tables, laid_over=True)
    else:
        yield CountedFact(last, "open again", tables, laid_over=rows.is_stricter(last.fact))


def _stated(fact: ConfirmedFact) -> tuple[object, ...]:
    return fact.share_ppm, fact.control, fact.level, fact.until, fact.of


def _named(tables: Tables, party_id: str) -> Payer | None:
    return next((each for each in (*tables.advertisers, *tables.payers) if each.id == party_id), None)


def _verification(fact: ConfirmedFact) -> Verification:
    level = Verification().level if fact.level is None else fact.level
    return Verification(level=level, by=fact.by, on=fact.at.date(), until=fact.until, documents=fact.documents)


def _verified(parties: tuple[Anybody, ...], over: Mapping[str, RecordedFact]) -> tuple[Anybody, ...]:
    if not over:
        return parties
    return tuple(
        msgspec.structs.replace(each, verification=_verification(over[each.id].fact)) if each.id in over else each
        for each in parties
    )


def _circumventing(advertisers: tuple[Advertiser, ...], over: Mapping[FactKey, RecordedFact]) -> tuple[Advertiser, ...]:
    confirmed = {key[1]: each.source for key, each in over.items() if key[0] == "circumvention"}
    if not confirmed:
        return advertisers
    return tuple(
        msgspec.structs.replace(each, circumvention_confirmed_by=confirmed[each.id]) if each.id in confirmed else each
        for each in advertisers
    )


def _owned(table: tuple[Ownership, ...], over: Mapping[FactKey, RecordedFact]) -> tuple[Ownership, ...]:
    """Return the ownership table with the pairs of owner and company that were confirmed.

    A row that states ownership or control, it does not say which, goes only where both were confirmed.
    """
    over = {key: each for key, each in over.items() if key[0] in ("share", "control")}
    if not over:
        return table
    shares = {(owner, owned) for kind, owned, owner in over if kind == "share"}
    controls = {(owner, owned) for kind, owned, owner in over if kind == "control"}
    gone = {"ownership": shares, "control": controls, _EITHER: shares & controls, "acts_for": frozenset()}
    kept = [row for row in table if (row.owner, row.owned) not in gone[row.kind]]
    named = {row.owner: row for row in table}
    lines = (_line(each, named.get(key[2])) for key, each in over.items())
    return (*kept, *(line for line in lines if line is not None))


def _line(recorded: RecordedFact, owner: Ownership | None) -> Ownership | None:
    """Return a confirmed fact as a line of ownership; None where it says that nothing is held."""
    fact = recorded.fact
    is_share = fact.kind == "share"
    if not (fact.share_ppm if is_share else fact.control):
        return None
    return Ownership(
        owner=fact.owner_id,
        owned=fact.party_id,
        share=fact.share_ppm if is_share else None,
        kind="ownership" if is_share else "control",
        confirmed_by=fact.by,
        owner_name=owner.owner_name if owner is not None else "",
        owner_country=owner.owner_country if owner is not None else "",
        row=recorded.source,
    )
