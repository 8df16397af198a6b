"""A rulebook's own tests: the ruling that each request must have, its mirrors, and which rules any test reaches."""

import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from evenhand.model.errors import BadInput
from evenhand.model.facts import Entity, Facts, Uid
from evenhand.model.record import Record
from evenhand.model.ruling import Ruling
from evenhand.policy.attribute_roles import roles, without_protected
from evenhand.policy.rulebook.reading import read_draft
from evenhand.policy.rulebook.rulebook import Rulebook
from evenhand.policy.ruling import rule_many

REQUESTS = "tests/requests.jsonl"
LINT = "tests/lint.jsonl"


class LintTest(Record, frozen=True, kw_only=True):
    """A line of `tests/lint.jsonl`: a file of policies, and each (code, rule) that the linter finds in it."""

    rulebook: str
    expect: tuple[tuple[str, str], ...]


class Expected(Record, frozen=True, kw_only=True):
    """The ruling that a request must have; what is None may be anything."""

    decision: str | None = None
    outcome: str | None = None
    reasons: tuple[str, ...] | None = None
    errors: tuple[str, ...] | None = None


class RequestTest(Record, frozen=True, kw_only=True):
    """A line of `tests/requests.jsonl`: facts and their ruling.

    `mirror_of` names a request that differs in what no rule may look at, and must have the same ruling.
    """

    id: str
    principal: Uid
    action: Uid
    resource: Uid
    context: dict[str, Any]
    entities: tuple[Entity, ...]
    expect: Expected = Expected()
    mirror_of: str | None = None
    note: str = ""

    @property
    def facts(self) -> Facts:
        """Return the request alone."""
        return Facts(
            principal=self.principal, action=self.action, resource=self.resource, context=self.context,
            entities=self.entities,
        )  # fmt: skip


class RequestTestResult(Record, frozen=True, kw_only=True):
    """What became of a test; `wrong` are sentences, none if all is as expected."""

    id: str
    decision: str
    outcome: str
    reasons: tuple[str, ...]
    errors: tuple[str, ...]
    wrong: tuple[str, ...]


class RuleCoverage(Record, frozen=True, kw_only=True):
    """How many tests a rule determined, made it err, or were about its actions and did neither.

    A permit determines nothing where a forbid is satisfied.
    """

    rule: str
    satisfied: int
    errored: int
    silent: int


class RulebookTestReport(Record, frozen=True, kw_only=True):
    """The tests of one rulebook; `lint` are sentences on what the linter should have said and did not, or did."""

    rulebook: str
    sha256: str
    tests: tuple[RequestTestResult, ...]
    lint: tuple[str, ...]
    rules: tuple[RuleCoverage, ...]
    unreached: tuple[str, ...]

    @property
    def failed(self) -> int:
        """Return how many tests are not as expected."""
        return sum(bool(each.wrong) for each in self.tests) + len(self.lint)


def run_rulebook_tests(folder: Path, variant: str = "", *, historic: bool = False) -> RulebookTestReport:
    """Return what the rulebook in `folder`, or a variant in it, makes of its own tests.

    Raises:
        RulebookInvalid: the rulebook does not hold.
        BadInput: a line of the tests is none, or a mirror is of nothing.
    """
    rulebook = Rulebook.load(folder, historic, variant)
    trials = read_request_tests(folder / REQUESTS)
    rulings = _rulings(rulebook, trials)
    rules = tuple(_reached(rulebook, trials, rulings))
    return RulebookTestReport(
        rulebook=rulebook.name,
        sha256=rulebook.sha256,
        tests=_all_tested(rulebook, trials, rulings),
        lint=tuple(_linted(folder)),
        rules=rules,
        unreached=tuple(each.rule for each in rules if not each.satisfied + each.errored),
    )


def run_request_tests(rulebook: Rulebook, folder: Path) -> tuple[RequestTestResult, ...]:
    """Return what a rulebook makes of the requests in its folder's tests, without what the linter says of variants.

    Raises:
        BadInput: a line of the tests is none, or a mirror is of nothing.
    """
    trials = read_request_tests(folder / REQUESTS)
    return _all_tested(rulebook, trials, _rulings(rulebook, trials))


def read_request_tests(path: Path) -> dict[str, RequestTest]:
    """Return the tests of a file by id, in its order.

    Raises:
        BadInput: no such file, a line that is no test, an id given twice, or a mirror of nothing.
    """
    trials: dict[str, RequestTest] = {}
    for number, line in _lines(path):
        try:
            trial = msgspec.json.decode(line, type=RequestTest)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadInput(str(error), where=path, line=number, expected="a test with facts and `expect`") from error
        if trial.id in trials:
            raise BadInput("duplicate test id", where=path, line=number, got=trial.id)
        trials[trial.id] = trial
    for trial in trials.values():
        if trial.mirror_of is not None and trial.mirror_of not in trials:
            raise BadInput(
                f"`mirror_of` of test {trial.id} names no test", where=path, got=trial.mirror_of, expected="a test's id"
            )
    return trials


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if not path.is_file():
        raise BadInput("no test file", where=path)
    for number, line in enumerate(path.read_bytes().removeprefix(codecs.BOM_UTF8).splitlines(), start=1):
        if line.strip():
            yield number, line


def _rulings(rulebook: Rulebook, trials: Mapping[str, RequestTest]) -> dict[str, Ruling]:
    return dict(zip(trials, rule_many([trial.facts for trial in trials.values()], rulebook), strict=True))


def _all_tested(
    rulebook: Rulebook, trials: Mapping[str, RequestTest], rulings: Mapping[str, Ruling]
) -> tuple[RequestTestResult, ...]:
    known = roles(rulebook.schema)
    bare = {name: without_protected(trial.facts, known) for name, trial in trials.items()}
    return tuple(_tested(trial, rulings, bare) for trial in trials.values())


def _tested(trial: RequestTest, rulings: Mapping[str, Ruling], bare: Mapping[str, object]) -> RequestTestResult:
    ruling = rulings[trial.id]
    wrong = list(_differences(trial.expect, ruling))
    if trial.mirror_of is not None:
        wrong += _unlike(trial.mirror_of, ruling, rulings) if bare[trial.mirror_of] == bare[trial.id] else [
            f"not a mirror of {trial.mirror_of}: it differs in more than protected attributes"
        ]  # fmt: skip
    return RequestTestResult(
        id=trial.id, decision=ruling.decision, outcome=ruling.outcome.value, reasons=ruling.reasons,
        errors=ruling.errors, wrong=tuple(wrong),
    )  # fmt: skip


def _unlike(other: str, ruling: Ruling, rulings: Mapping[str, Ruling]) -> list[str]:
    return [] if rulings[other] == ruling else [f"its mirror {other} is ruled {_told(rulings[other])}"]


def _differences(expected: Expected, ruling: Ruling) -> Iterator[str]:
    for name in Expected.__struct_fields__:
        want, got = getattr(expected, name), getattr(ruling, name)
        if want is not None and _sorted(want) != _sorted(got):
            yield f"{name} {_list(got)}; expected {_list(want)}"


def _sorted(value: str | Sequence[str]) -> str | list[str]:
    return str(value) if isinstance(value, str) else sorted(value)


def _list(value: str | Sequence[str]) -> str:
    return str(value) if isinstance(value, str) else ", ".join(value) or "none"


def _told(ruling: Ruling) -> str:
    return f"{ruling.outcome} by {_list(ruling.reasons)}, errors {_list(ruling.errors)}"


def read_lint_tests(folder: Path) -> Iterator[tuple[int, LintTest]]:
    """Yield the lines of a rulebook's `tests/lint.jsonl` with their numbers; nothing where there is no such file.

    Raises:
        BadInput: a line is none, or names a rulebook that is not in the folder.
    """
    path = folder / LINT
    for number, line in _lines(path) if path.is_file() else ():
        try:
            test = msgspec.json.decode(line, type=LintTest)
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadInput(str(error), where=path, line=number, expected="rulebook and expect") from error
        known = sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*.cedar"))
        if test.rulebook not in known:
            raise BadInput("`rulebook` names no file of the rulebook's folder", where=path, line=number,
                           got=test.rulebook, expected=" or ".join(known))  # fmt: skip
        yield number, test


def _linted(folder: Path) -> Iterator[str]:
    """Yield what the linter says otherwise than `tests/lint.jsonl`, of each rulebook and variant that it names."""
    for number, test in read_lint_tests(folder):
        found = {(each.code, each.rule) for each in read_draft(folder, test.rulebook).findings()}
        where = f"{LINT}, line {number}: {test.rulebook}"
        for pair in sorted(set(test.expect) - found):
            yield f"{where}: missed {' of '.join(pair)}: take {_written(pair)} out of `expect`"
        for pair in sorted(found - set(test.expect)):
            yield f"{where}: unexpected {' of '.join(pair)}: mend the rule, or add {_written(pair)} to `expect`"


def _written(pair: tuple[str, str]) -> str:
    return json.dumps(pair, ensure_ascii=False)


def _reached(
    rulebook: Rulebook, trials: Mapping[str, RequestTest], rulings: Mapping[str, Ruling]
) -> Iterator[RuleCoverage]:
    for rule_id, rule in rulebook.rules.items():
        satisfied = sum(rule_id in ruling.reasons for ruling in rulings.values())
        errored = sum(rule_id in ruling.errors for ruling in rulings.values())
        requests = sum(trial.action.id in rule.actions for trial in trials.values())
        yield RuleCoverage(rule=rule_id, satisfied=satisfied, errored=errored, silent=requests - satisfied - errored)
