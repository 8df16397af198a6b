"""What was found out about a draft of the rulebook: tests, proofs, the difference to the rules in force, the shadow."""

from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from evenhand.ledger import LogReader
from evenhand.model.certificate import Certificate
from evenhand.model.errors import RulebookInvalid
from evenhand.model.record import Record
from evenhand.model.release import RulebookDifference
from evenhand.policy.proofs import describe_difference, prover_rulebook
from evenhand.policy.proofs.example_sides import ExampleSides, example_sides
from evenhand.policy.rulebook import read_folder
from evenhand.policy.rulebook_tests import RulebookTestReport
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.rulebooks.drafts import draft_folder, folder_sha256
from evenhand.workflows.rulebooks.kept_rulebooks import FOLDER
from evenhand.workflows.rulebooks.release import last_released, released_folder
from evenhand.workflows.rulebooks.shadow import Shadow

CheckName = Literal["test", "prove", "diff", "shadow"]
CHECKS: Final[tuple[CheckName, ...]] = ("test", "prove", "diff", "shadow")

_FILE = Path("drafts") / "checks.json"


class Proofs(Record, frozen=True, kw_only=True):
    """The answers to all questions that a release must have proved; `wrong` of them are not."""

    certificates: tuple[Certificate, ...]
    wrong: int


class DraftChecks(Record, frozen=True, kw_only=True):
    """What is known of one text of the draft: `draft` is the hash of its folder, `at` when it was asked.

    What is None was not answered yet, or could not be: `problems` says why, by check. `before` is the hash of the
    rulebook that decided last, `""` where none has, and `kept` the folder that has it with what lists mean under it.
    """

    draft: str
    before: str
    at: datetime
    kept: str = ""
    tests: RulebookTestReport | None = None
    proofs: Proofs | None = None
    difference: RulebookDifference | None = None
    shadow: Shadow | None = None
    problems: dict[str, str] = {}


def new_checks(network: Network, ledger: LogReader | None, at: datetime) -> DraftChecks:
    """Return the checks of the draft as it is now, none of them answered."""
    before = None if ledger is None else last_released(ledger)
    kept = "" if ledger is None or before is None else released_folder(network, ledger, before).name
    return DraftChecks(draft=folder_sha256(draft_folder(network)), before=before or "", at=at, kept=kept)


def check_arguments(network: Network, checks: DraftChecks, check: CheckName) -> tuple[str, ...] | None:
    """Return the words of `evenhand` that answer a check, None where there is nothing to ask."""
    draft, at = str(draft_folder(network)), f"{checks.at:%Y-%m-%dT%H:%M:%SZ}"
    kept = network.snapshots / FOLDER / checks.kept
    match check:
        case "test":
            return ("rules", "test", draft, "--json")
        case "prove":
            return ("rules", "prove", draft, "--release", "--at", at, "--json")
        case "diff":
            return ("rules", "diff", str(kept), draft, "--at", at, "--json") if checks.before else None
        case "shadow":
            return ("rules", "shadow", str(network.folder), draft, "--at", at, "--json") if checks.before else None


def answered(checks: DraftChecks, check: CheckName, output: bytes, errors: str) -> DraftChecks:
    """Return the checks with what a verb has printed, or with what it said of why it could not."""
    kinds = {"test": RulebookTestReport, "prove": Proofs, "diff": RulebookDifference, "shadow": Shadow}
    fields = {"test": "tests", "prove": "proofs", "diff": "difference", "shadow": "shadow"}
    try:
        found = msgspec.json.decode(output, type=kinds[check])
    except msgspec.DecodeError:
        lines = [line for line in errors.splitlines() if line.strip()]
        message = lines[0].removeprefix("evenhand: ") if lines else "it ended without an answer"
        return msgspec.structs.replace(checks, problems=checks.problems | {check: message})
    return msgspec.structs.replace(checks, **{fields[check]: found})


def read_checks(network: Network) -> DraftChecks | None:
    """Return what was found out about the draft as it is now, None where nothing was, or of another text."""
    path = network.folder / _FILE
    if not path.is_file() or not draft_folder(network).is_dir():
        return None
    try:
        checks = msgspec.json.decode(path.read_bytes(), type=DraftChecks)
    except msgspec.DecodeError:
        return None  # of another version of this program: it is asked again
    return checks if checks.draft == folder_sha256(draft_folder(network)) else None


def write_checks(network: Network, checks: DraftChecks) -> None:
    """Keep what was found out."""
    write_whole(network.folder / _FILE, msgspec.json.encode(checks))


def release_faults(checks: DraftChecks | None) -> tuple[str, ...]:
    """Return sentences on what keeps a draft from being approved; none where a run would take it with two approvals."""
    if checks is None:
        return ("The draft as it is now was not checked yet.",)
    faults = []
    if checks.tests is None or checks.tests.failed:
        faults.append(f"{checks.tests.failed} of its tests fail." if checks.tests else "Its tests were not run.")
    if checks.proofs is None:
        faults.append("Nothing is proved of it.")
    elif checks.proofs.wrong:
        faults.append(f"{checks.proofs.wrong} of {len(checks.proofs.certificates)} required properties are not proved.")
    if checks.difference is None:
        faults.append("What it changes is not known." if checks.before else "No rulebook has decided yet: the first"
                      " needs no approval. Put its files into the rulebook's folder and run.")  # fmt: skip
    elif checks.difference.old_sha256 == checks.difference.new_sha256 and not checks.difference.mapping:
        faults.append("It changes no rule, and nothing of what lists and places mean.")
    if checks.shadow is None and checks.before:
        why = checks.problems.get("shadow")
        faults.append(f"Who would be decided otherwise now is not known{f': {why}' if why else ' yet'}.")
    return tuple(faults)


def examples_of(network: Network, checks: DraftChecks) -> list[ExampleSides]:
    """Return every refutation among the proofs side by side.

    Raises:
        RulebookInvalid: the draft has changed and does not hold any more.
    """
    refuted = [each for each in checks.proofs.certificates if each.result == "refuted"] if checks.proofs else []
    if not refuted:
        return []
    rulebook = prover_rulebook(read_folder(draft_folder(network), historic=True))
    if rulebook.sha256 != refuted[0].rulebook_sha256:
        raise RulebookInvalid("the draft has changed since it was proved", todo="wait for the new proofs")
    return [found for each in refuted if (found := example_sides(each, rulebook)) is not None]


def differences_of(network: Network, checks: DraftChecks) -> list[tuple[str, list[str]]]:
    """Return for each example of what changes its action and the lines that say it.

    Raises:
        RulebookInvalid: the draft has changed and does not hold any more.
    """
    found = checks.difference
    if found is None or not any(action.examples for action in found.actions):
        return []
    folders = (network.snapshots / FOLDER / checks.kept, draft_folder(network))
    old, new = (prover_rulebook(read_folder(each, historic=True)) for each in folders)
    if new.sha256 != found.new_sha256:
        raise RulebookInvalid("the draft has changed since it was compared", todo="wait for the new checks")
    return [
        (action.action, list(describe_difference(example, found.at, old, new)))
        for action in found.actions
        for example in action.examples
    ]
