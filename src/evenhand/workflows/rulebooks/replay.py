"""Every recorded ruling derived again from its recorded facts and rulebook: it must come out the same."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal

import msgspec

from evenhand.model.decision import Decision
from evenhand.model.facts import Facts
from evenhand.model.record import Record, canonical_exact
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many
from evenhand.store.network import Network
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.history import recorded_decisions
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks

if TYPE_CHECKING:
    from evenhand.policy.sql import Proposer

Engine = Literal["cedar", "sql"]

_AT_ONCE = 10_000


class Difference(Record, frozen=True, kw_only=True):
    """A decision whose ruling comes out otherwise."""

    seq: int
    recorded: Ruling
    replayed: Ruling


class Replayed(Record, frozen=True, kw_only=True):
    """What came of replaying a ledger; every decision is in one of the four.

    `erased` decisions have no payload any more, those of `rulebook_missing` no rulebook that was kept; `routed` of the
    others were ruled by Cedar because SQL does not say what their rules say.
    """

    engine: Engine
    decisions: int
    same: int
    different: tuple[Difference, ...]
    erased: tuple[int, ...]
    rulebook_missing: tuple[int, ...]
    routed: int = 0


def replay(network: Network, engine: Engine, progress: Progress) -> Replayed:
    """Return how the recorded rulings compare with what the engine makes of the same facts and rulebook today.

    Raises:
        NotFound: there is no ledger.
        RulebookInvalid: a kept rulebook is damaged.
    """
    rulebooks, proposers = Rulebooks(network), dict[str, "Proposer"]()
    same = routed = done = 0
    different: list[Difference] = []
    erased: list[int] = []
    missing: list[int] = []
    for part in _parts(recorded_decisions(network.ledger)):
        progress("replaying", done, done + len(part))
        done += len(part)
        erased += [seq for seq, decision in part if decision is None]
        by_rulebook: dict[str, list[tuple[int, Decision]]] = {}
        for seq, decision in part:
            if decision is not None:
                by_rulebook.setdefault(decision.inputs.rulebook.removeprefix("sha256:"), []).append((seq, decision))
        for sha256, several in by_rulebook.items():
            rulebook = rulebooks.by_hash(sha256)
            if rulebook is None:
                missing += [seq for seq, _ in several]
                continue
            rulings, by_cedar = _ruled([facts_of(each) for _, each in several], rulebook, engine, proposers)
            routed += by_cedar
            found = list(_differences(several, rulings))
            different += found
            same += len(several) - len(found)
    progress("replaying", done, done)
    return Replayed(
        engine=engine,
        decisions=done,
        same=same,
        different=tuple(sorted(different, key=lambda each: each.seq)),
        erased=tuple(erased),
        rulebook_missing=tuple(sorted(missing)),
        routed=routed,
    )


def facts_of(decision: Decision) -> Facts:
    """Return the facts that a decision was ruled on."""
    return msgspec.convert(decision.facts, Facts)


def ruling_of(decision: Decision) -> Ruling:
    """Return the ruling that a decision adopted."""
    return Ruling(
        outcome=decision.outcome, decision=decision.decision, reasons=decision.reasons, errors=decision.errors
    )


def _ruled(
    facts: Sequence[Facts], rulebook: Rulebook, engine: Engine, proposers: dict[str, "Proposer"]
) -> tuple[Sequence[Ruling], int]:
    """Return the rulings, and how many of them Cedar made for SQL."""
    if engine == "cedar":
        return rule_many(facts, rulebook), 0
    if rulebook.sha256 not in proposers:
        from evenhand.policy.sql import Proposer  # noqa: PLC0415  sqlglot: 15 MB that a console seldom needs

        proposers[rulebook.sha256] = Proposer(rulebook)
    proposed = proposers[rulebook.sha256].propose(facts)
    return proposed.rulings, len(proposed.routed)


def _differences(several: Iterable[tuple[int, Decision]], rulings: Sequence[Ruling]) -> Iterator[Difference]:
    for (seq, decision), ruling in zip(several, rulings, strict=True):
        recorded = ruling_of(decision)
        if canonical_exact(recorded) != canonical_exact(ruling):
            yield Difference(seq=seq, recorded=recorded, replayed=ruling)


def _parts(decisions: Iterator[tuple[int, Decision | None]]) -> Iterator[list[tuple[int, Decision | None]]]:
    while part := list(islice(decisions, _AT_ONCE)):
        yield part
