"""The rulebook as people read it: each rule in words beside its text, what its own tests say, how it was released."""

from collections import defaultdict
from datetime import datetime
from pathlib import Path

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.record import Record
from evenhand.model.release import Approval, Certificates
from evenhand.policy import Rulebook
from evenhand.policy.annotations import in_force, legal_basis
from evenhand.policy.rulebook import read_draft
from evenhand.policy.rulebook.explain import RuleExplanation, explain
from evenhand.policy.rulebook_tests import REQUESTS, RulebookTestReport, run_rulebook_tests
from evenhand.store.network import Network
from evenhand.workflows.rulebooks.kept_rulebooks import FOLDER
from evenhand.workflows.rulebooks.release import release_places


class ShownRule(Record, frozen=True, kw_only=True):
    """A rule in words and as written: `file` and the `line` where it begins, `tests` in which it applies.

    `verdict` is that of a forbid, and `allow` of a permit. `law` is `""` where the rule names none.
    """

    words: RuleExplanation
    verdict: str
    law: str
    text: str
    file: str
    line: int
    effective_from: str
    effective_until: str
    is_in_force: bool
    tests: tuple[str, ...]


class RulebookPage(Record, frozen=True, kw_only=True):
    """A rulebook with its rules in the order of the text; `tests` is None where it brings none."""

    name: str
    sha256: str
    mapping_files: dict[str, str]
    historic: bool
    rules: tuple[ShownRule, ...]
    tests: RulebookTestReport | None

    def rule(self, rule_id: str) -> ShownRule | None:
        """Return the rule of this id, None where there is none."""
        return next((each for each in self.rules if each.words.id == rule_id), None)


class PastRelease(Record, frozen=True, kw_only=True):
    """A rulebook that has decided: `seq` and `at` (to the minute, UTC) of its leaf, what it rests on.

    `proved` of `questions` required properties were proved; both 0 where the record was erased, is of a historic one,
    or the `number`-th of the same rules, with another mapping. `mapping_files` are None where no record has them.
    """

    seq: int
    at: str
    sha256: str
    historic: bool
    questions: int
    proved: int
    approval: Approval | None
    number: int = 0
    mapping_files: dict[str, str] | None = None


class _Leaf(msgspec.Struct):
    certificates: Certificates | None = None
    approval: Approval | None = None
    historic: bool = False
    mapping_files: dict[str, str] | None = None


def read_overview(folder: Path, at: datetime, *, historic: bool = False) -> RulebookPage:
    """Return the rulebook in a folder as of a UTC day.

    Raises:
        RulebookInvalid: it does not hold.
        BadInput: a line of its tests is none.
    """
    rulebook = Rulebook.load(folder, historic)
    has_tests = (folder / REQUESTS).is_file()
    tests = run_rulebook_tests(folder, historic=historic) if has_tests else None
    decided = defaultdict[str, list[str]](list)
    for test in tests.tests if tests else ():
        for rule_id in (*test.reasons, *test.errors):
            decided[rule_id].append(test.id)
    return RulebookPage(
        name=rulebook.name, sha256=rulebook.sha256, mapping_files=dict(rulebook.source.mapping_files),
        historic=historic, tests=tests,
        rules=tuple(_shown(folder, rulebook, decided, at)),
    )  # fmt: skip


def _shown(folder: Path, rulebook: Rulebook, decided: dict[str, list[str]], at: datetime) -> list[ShownRule]:
    found = []
    for each in read_draft(folder).policies:
        notes, span, text = each.policy.annotations, each.file.spans[each.place], each.file.text
        basis = legal_basis(notes)
        found.append(ShownRule(
            words=explain(rulebook.source, each.policy.id),
            verdict=notes.get("verdict", "") if each.policy.effect == "forbid" else "allow",
            law=", ".join(basis[:2]) if basis else "", text=text[span.start : span.end],
            file=each.file.where.name, line=text.count("\n", 0, span.start) + 1,
            effective_from=notes["effective_from"], effective_until=notes.get("effective_until", ""),
            is_in_force=in_force(notes, at.date()), tests=tuple(decided[each.policy.id]),
        ))  # fmt: skip
    return found


def past_releases(network: Network, ledger: LogReader) -> list[PastRelease]:
    """Return the rulebooks that have decided and were kept, the latest first; only their own leaves are read."""
    kept = network.snapshots / FOLDER
    names = [each.name for each in kept.iterdir() if each.is_dir()] if kept.is_dir() else []
    historic = [(ledger.seq_of(f"rulebook:{name}:historic"), name, 0) for name in names]
    released = [(seq, name, number) for name in names for number, seq in enumerate(release_places(ledger, name))]
    places = [(seq, name, number) for seq, name, number in (*historic, *released) if seq is not None]
    return [_past(ledger, *each) for each in sorted(places, reverse=True)]


def _past(ledger: LogReader, seq: int, sha256: str, number: int) -> PastRelease:
    _, leaf, payload = next(ledger.entries(start=seq))
    known = _Leaf() if payload is None else msgspec.json.decode(payload, type=_Leaf)
    answers = known.certificates.answers if known.certificates else ()
    return PastRelease(
        seq=seq, at=leaf.at, sha256=sha256, historic=known.historic, questions=len(answers),
        proved=sum(each.result == "proved" for each in answers), approval=known.approval,
        number=number, mapping_files=known.mapping_files,
    )  # fmt: skip


def is_released(rulebook: RulebookPage, releases: list[PastRelease]) -> bool:
    """Return whether a rulebook has decided already, so that the next run may use it as it is."""
    found = [each for each in releases if (each.sha256, each.historic) == (rulebook.sha256, rulebook.historic)]
    return bool(found) and (rulebook.historic or found[0].mapping_files in (None, rulebook.mapping_files))
