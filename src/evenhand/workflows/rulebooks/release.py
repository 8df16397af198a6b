"""What a rulebook must show before the first decision is made by it (`policy.md` §13)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from evenhand.ledger import Ledger, LogReader
from evenhand.model.certificate import Certificate
from evenhand.model.errors import BadInput, RulebookInvalid
from evenhand.model.release import Answer, Certificates, Release
from evenhand.policy import Rulebook
from evenhand.policy.proofs import (
    LIMIT_S,
    Prover,
    ReleaseQuestion,
    compare_within,
    describe_certificate,
    prove_within,
    prover_rulebook,
    release_questions,
)
from evenhand.policy.rulebook import RulebookContents
from evenhand.policy.rulebook_tests import REQUESTS, run_request_tests
from evenhand.store.network import Network
from evenhand.workflows.people.staff_leaf import removed_staff
from evenhand.workflows.rulebooks.approvals import checked_approval
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks


def release(network: Network, rulebook: Rulebook, ledger: Ledger, at: datetime) -> Release:
    """Return what the rulebook's first leaf carries; nothing for one that the ledger knows, or a historic one.

    Its tests must come out as they say and its standing questions as every release's must. One that follows another
    needs `release.toml` beside its rules: the hash of the difference to the one before, and two who approved it, signed
    where the network has staff.
    A historic rulebook is no release, and the first that is none follows nothing. One that was released before may
    come back as it is.

    Raises:
        RulebookInvalid: one of these does not hold; the rulebook of the last run stays the one in force.
    """
    if rulebook.historic or ledger.seq_of(release_key(rulebook)) is not None:
        return Release()
    rulebook.check_day(at.date())
    day = f"{at:%Y-%m-%d}"
    _check_tests(network.rulebook, rulebook)
    certificates = _shared(tuple(_proved(rulebook, day)))
    before = last_released(ledger)
    if before is None:
        return Release(certificates=certificates)
    wanted = _difference(_kept(network, before), rulebook, day)
    _check_staff(network, ledger, at)
    return Release(certificates=certificates, approval=checked_approval(network, wanted, at))


def _check_staff(network: Network, ledger: LogReader, at: datetime) -> None:
    """Refuse a release that took signatures while the network had a `staff.toml`, and would need two names now."""
    gone = removed_staff(ledger, network, at)
    if gone is not None and gone.warning():
        raise RulebookInvalid("no release without the staff", where=network.rulebook, todo=gone.warning())


def due_difference(network: Network, ledger: LogReader, at: datetime) -> str:
    """Return the hash of the difference that a release of the network's rulebook needs approved.

    Raises:
        BadInput: it needs no approval: it was released before, is historic, or the first one.
        RulebookInvalid: it does not hold, or the one before was not kept.
    """
    rulebook = Rulebook.load(network.rulebook, network.settings.rulebook.historic)
    before = last_released(ledger)
    if rulebook.historic or before is None or ledger.seq_of(release_key(rulebook)) is not None:
        raise BadInput("this rulebook needs no approval", where=network.rulebook, got=rulebook.sha256[:12],
                       expected="one that differs from those that have decided")  # fmt: skip
    return _difference(_kept(network, before), rulebook, f"{at:%Y-%m-%d}")


def _kept(network: Network, sha256: str) -> Rulebook:
    kept = Rulebooks(network).by_hash(sha256)
    if kept is None:
        raise RulebookInvalid(
            "the rulebook before this one was not kept", where=network.snapshots, got=sha256,
            todo="put its files back into snapshots/rulebooks",
        )  # fmt: skip
    return kept


def release_key(rulebook: Rulebook) -> str:
    """Return the idempotency key of the leaf that names a rulebook; taken as historic it is another leaf."""
    return f"rulebook:{rulebook.sha256}{':historic' if rulebook.historic else ''}"


def last_released(ledger: LogReader) -> str | None:
    """Return the hash of the rulebook that was the last to decide and is no historic one."""
    for seq in range(ledger.size - 1, -1, -1):
        sha256 = next(ledger.entries(start=seq))[1].rulebook.removeprefix("sha256:")
        if ledger.seq_of(f"rulebook:{sha256}") is not None:
            return sha256
    return None


def _check_tests(folder: Path, rulebook: Rulebook) -> None:
    """Refuse a rulebook that its own tests contradict; one that brings none has nothing to try."""
    if not (folder / REQUESTS).is_file():
        return
    failed = next((each for each in run_request_tests(rulebook, folder) if each.wrong), None)
    if failed is not None:
        raise RulebookInvalid(
            f"test {failed.id}: {failed.wrong[0]}", where=folder / "tests",
            todo="correct the rule or the test; `evenhand rules test` shows all",
        )  # fmt: skip


def _proved(rulebook: Rulebook, day: str) -> Iterator[Certificate]:
    """Yield the certificates of the standing questions that must be answered one way, for every set of rules."""
    prover = Prover(prover_rulebook(rulebook.source), second=True)
    must_hold = required_questions(prover, rulebook.source, day)
    answers = prove_within(prover, [each.question for each in must_hold], LIMIT_S)
    for standing, found in zip(must_hold, answers, strict=True):
        if found.result != standing.wanted:
            words = " · ".join(line.strip() for line in describe_certificate(found, prover.rulebook).splitlines())
            raise RulebookInvalid(
                f"a release must have it {standing.wanted}: {words}", where=rulebook.name,
                todo="correct the rule; `evenhand rules prove` shows all",
            )  # fmt: skip
        yield found


def required_questions(prover: Prover, source: RulebookContents, day: str) -> list[ReleaseQuestion]:
    """Return the questions that a release on a day must have answered one way, for every set of rules from then on."""
    return [
        each
        for first in _days(source, day)
        for each in release_questions(prover.in_force(first), source.schema, first)
        if each.wanted is not None
    ]


def _days(rulebook: RulebookContents, day: str) -> list[str]:
    """Return a day and every later one on which a rule begins or ends."""
    notes = (rule.annotations for rule in rulebook.rules.values())
    turns = {each[name] for each in notes for name in ("effective_from", "effective_until") if name in each}
    return [day, *sorted(turn for turn in turns if turn > day)]


def _shared(several: Sequence[Certificate]) -> Certificates:
    """Return certificates of one prover and day with what they share said once."""
    one = several[0]
    return Certificates(
        schema_sha256=one.schema_sha256,
        assumptions=one.assumptions,
        solver=one.solver,
        second_solver=one.second_solver,
        answers=tuple(
            Answer(
                property=each.property,
                parameters=each.parameters,
                at=each.at,
                result=each.result,
                by=each.by,
                second_result=each.second_result,
                smtlib_sha256=each.smtlib_sha256,
            )
            for each in several
        ),
    )


def _difference(older: Rulebook, newer: Rulebook, day: str) -> str:
    return f"sha256:{compare_within(older.source, newer.source, day, LIMIT_S).sha256}"
