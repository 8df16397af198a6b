"""A draft becomes the network's rulebook: two people sign what it changes, then its files are put in place."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from evenhand.ledger import LogReader
from evenhand.model.errors import RulebookInvalid, StateRefused
from evenhand.model.release import Approval
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import Network
from evenhand.workflows.people.acting import Acting
from evenhand.workflows.rulebooks.approvals import APPROVAL_FILE, approve, read_approval
from evenhand.workflows.rulebooks.draft_checks import read_checks, release_faults
from evenhand.workflows.rulebooks.drafts import draft_folder, folder_sha256, known_draft, remove_draft, saving
from evenhand.workflows.rulebooks.release import last_released, released_folder


def draft_approval(network: Network) -> Approval | None:
    """Return who has approved the draft as it is now, None where nobody has.

    Raises:
        RulebookInvalid: the file that says it does not hold.
    """
    return read_approval(draft_folder(network) / APPROVAL_FILE)


def approve_draft(network: Network, ledger: LogReader, difference: str, acting: Acting, at: datetime) -> Approval:
    """Sign the release of the draft; with the second person's signature its files become the network's rulebook.

    `difference` is the hash that the person has looked at. The next run asks everything again.

    Raises:
        NotFound: there is no draft.
        RulebookInvalid: its checks do not allow a release.
        StateRefused: the draft, the rulebook in force or the last run is another by now.
        BadInput: the network has no staff.
        NotPermitted: the staff's rules refuse it, or the signature is not this person's.
    """
    with saving():
        head, checks = known_draft(network), read_checks(network)
        if faults := release_faults(checks):
            raise RulebookInvalid(f"the draft cannot be released: {faults[0]}", where="the draft",
                                  todo="see its checks")  # fmt: skip
        assert checks is not None, "a fault says so"
        assert checks.difference is not None, "a fault says so"
        if checks.difference.sha256 != difference:
            raise _moved("the draft has changed since you looked at it", "look at its checks again")
        if folder_sha256(network.rulebook) != head.base:
            raise _moved("the rulebook in force has changed since the draft was begun",
                         "keep your text, drop the draft and begin another")  # fmt: skip
        before = last_released(ledger)
        if before != checks.before or released_folder(network, ledger, before).name != checks.kept:
            raise _moved("a run has used another rulebook since the draft was checked", "check the draft again")
        path = draft_folder(network) / APPROVAL_FILE
        approval = approve(network, f"sha256:{difference}", acting, at, path)
        if approval.second is not None:
            _put_in_place(network)
        return approval


def _put_in_place(network: Network) -> None:
    """Write the draft's files over those of the rulebook, the approval last.

    A run that reads in between, or after a power cut, finds a rulebook that nobody approved, and refuses it.
    """
    folder = draft_folder(network)
    files: Mapping[Path, bytes] = {
        each.relative_to(folder): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()
    }
    for name, content in sorted(files.items(), key=lambda file: file[0].name == APPROVAL_FILE):
        path = network.rulebook / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
    remove_draft(network)


def _moved(what: str, todo: str) -> StateRefused:
    return StateRefused(what, where="the draft", state="another version", event="approve", todo=todo)
