"""What a rulebook must show before the first decision is made by it (`policy.md` §13)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from evenhand.ledger import Ledger, LogReader
from evenhand.model.certificate import Certificate
from evenhand.model.errors import BadInput, RulebookInvalid
from evenhand.model.release import Answer, Approval, Certificates, Release
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
from evenhand.policy.rulebook import RulebookContents, mapping_changes
from evenhand.policy.rulebook_tests import REQUESTS, run_request_tests
from evenhand.store.network import Network
from evenhand.workflows.people.staff_leaf import removed_staff
from evenhand.workflows.rulebooks.approvals import checked_approval
from evenhand.workflows.rulebooks.kept_rulebooks import kept_folder


def release(network: Network, rulebook: Rulebook, ledger: Ledger, at: datetime) -> Release:
    """Return what the leaf of rules and mapping carries; nothing for those that were released, or a historic rulebook.

    The tests of new rules must come out as they say and their standing questions as every release's must. What follows
    another needs `release.toml` beside its rules: the hash of the difference to the one before, in rules and in what
    lists and places mean, and two who approved it, signed where the network has staff.
    A historic rulebook is no release, the first that is none follows nothing, and after it no new one is historic. What
    was released last of these rules may come back as it is.

    Raises:
        RulebookInvalid: one of these does not hold; the rulebook of the last run stays the one in force.
    """
    due = due_release(network, rulebook, ledger)
    if due is None:
        return Release()
    day, certificates = f"{at:%Y-%m-%d}", None
    if due.number == 0:
        rulebook.check_day(at.date())
        _check_tests(network.rulebook, rulebook)
        certificates = _shared(tuple(_proved(rulebook, day)))
    if due.older is None:
        return Release(certificates=certificates, number=due.number, is_taken=due.is_taken)
    wanted = _difference(due.older, rulebook, day)
    _check_staff(network, ledger, at)
    return Release(certificates=certificates, approval=checked_approval(network, wanted, at), number=due.number)


class DueRelease(NamedTuple):
    """A release that the next run makes: the `number`-th of its rules, and what it follows, if two have to approve it.

    `is_taken`: nobody has to, because no release says anything of the mapping in force.
    """

    number: int
    older: Rulebook | None
    is_taken: bool = False


def due_release(network: Network, rulebook: Rulebook, ledger: LogReader) -> DueRelease | None:
    """Return the release that a run under this rulebook makes; None for a historic one, or one that was released.

    Raises:
        RulebookInvalid: the rulebook before it was not kept; or it is historic, although this log has releases and has
            never seen it: what was in force before them is in the log, and what comes after is released.
    """
    if rulebook.historic:
        if not _was_in_force(ledger, rulebook) and last_released(ledger) is not None:
            raise RulebookInvalid(
                "a new rulebook cannot be historic where others were released", where=network.rulebook,
                got=rulebook.sha256[:12], expected="rules that this log has a record of",
                todo="set historic = false in evenhand.toml, and release the rules",
            )  # fmt: skip
        return None
    mapping, known = rulebook.source.mapping_files, releases_of(ledger, rulebook.sha256)
    if known and known[-1].mapping_files == mapping:
        return None
    before = last_released(ledger)
    if before is None:
        return DueRelease(len(known), None, is_taken=bool(known))
    in_force = releases_of(ledger, before)[-1].mapping_files
    if known and in_force is None:
        return DueRelease(len(known), None, is_taken=True)
    older = kept_release(network, before, in_force)
    if known and not mapping_changes(older.source, rulebook.source):
        return DueRelease(len(known), None)  # saved anew: the same rows in other bytes
    return DueRelease(len(known), older)


def _was_in_force(ledger: LogReader, rulebook: Rulebook) -> bool:
    """Return whether the log has a record of a rulebook, as a release or as a historic one."""
    return ledger.seq_of(release_key(rulebook)) is not None or ledger.seq_of(_key(rulebook.sha256, 0)) is not None


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
    return _difference(followed_rulebook(network, rulebook, ledger), rulebook, f"{at:%Y-%m-%d}")


def followed_rulebook(network: Network, rulebook: Rulebook, ledger: LogReader) -> Rulebook:
    """Return what a release of the network's rulebook follows, so that two have to approve the difference.

    Raises:
        BadInput, RulebookInvalid: as `due_difference`.
    """
    due = due_release(network, rulebook, ledger)
    if due is None or due.older is None:
        raise BadInput("this rulebook needs no approval", where=network.rulebook, got=rulebook.sha256[:12],
                       expected="one that differs from those that have decided")  # fmt: skip
    return due.older


def released_folder(network: Network, ledger: LogReader, sha256: str) -> Path:
    """Return where the rules of a release are kept with the mapping that was released with them last."""
    return kept_folder(network, sha256, releases_of(ledger, sha256)[-1].mapping_files or {})


def kept_release(network: Network, sha256: str, mapping: Mapping[str, str] | None) -> Rulebook:
    """Return kept rules with the mapping of their last release; with the one that they were kept with if it has none.

    Like all that has decided it is taken as historic.

    Raises:
        RulebookInvalid: it was not kept.
    """
    folder = kept_folder(network, sha256, mapping or {})
    kept = Rulebook.load(folder, historic=True) if folder.is_dir() else None
    if kept is None or kept.sha256 != sha256 or (mapping is not None and kept.source.mapping_files != mapping):
        raise RulebookInvalid(
            "the rulebook before this one was not kept", where=network.snapshots, got=sha256,
            todo="put its files back into snapshots/rulebooks",
        )  # fmt: skip
    return kept


def release_key(rulebook: Rulebook, number: int = 0) -> str:
    """Return the idempotency key of the leaf of a release; taken as historic it is another leaf."""
    if rulebook.historic:
        return f"rulebook:{rulebook.sha256}:historic"
    return _key(rulebook.sha256, number)


def _key(sha256: str, number: int) -> str:
    return f"rulebook:{sha256}{f':{number}' if number else ''}"


class ReleaseLeaf(msgspec.Struct, frozen=True):
    """What the leaf of a release says: the files of its mapping (None in one of version 0.2.0), and who approved."""

    mapping_files: dict[str, str] | None = None
    approval: Approval | None = None


def releases_of(ledger: LogReader, sha256: str) -> list[ReleaseLeaf]:
    """Return what each release of the same rules says, in order; nothing of one whose payload was erased."""
    payloads = map(ledger.payload, release_places(ledger, sha256))
    return [ReleaseLeaf() if each is None else msgspec.json.decode(each, type=ReleaseLeaf) for each in payloads]


def release_places(ledger: LogReader, sha256: str) -> list[int]:
    """Return the place of the leaf of each release of the same rules, in order."""
    places: list[int] = []
    while (seq := ledger.seq_of(_key(sha256, len(places)))) is not None:
        places.append(seq)
    return places


def approved_before(ledger: LogReader, sha256: str) -> set[str]:
    """Return the differences that led to rules and their mappings: an approval of one of them says nothing new."""
    return {each.approval.diff for each in releases_of(ledger, sha256) if each.approval is not None}


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
