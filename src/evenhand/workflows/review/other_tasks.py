"""Tasks that no party is asked about: a rulebook, its draft, a list, a block list, a letter or statement, a claim."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice

from evenhand.ledger import LogReader
from evenhand.model.errors import BadInput, EvenhandError, RulebookInvalid
from evenhand.model.hosts import Suffixes
from evenhand.model.record import record_sha256, sha256_hex
from evenhand.model.task import Task, task_id
from evenhand.policy.rulebook import mapping_files
from evenhand.store.network import Network
from evenhand.store.outbox import Outbox, Row, State
from evenhand.workflows.delivery.exported_lists import ListCondition, conditions
from evenhand.workflows.delivery.unfit_letters import read_unfit_letters
from evenhand.workflows.evaluation.list_problems import read_list_problems
from evenhand.workflows.people.staff_rules import network_staff, rules_sha256
from evenhand.workflows.review.claim_tasks import KeptClaimTasks, claim_tasks
from evenhand.workflows.rulebooks.approvals import APPROVAL_FILE, read_approval
from evenhand.workflows.rulebooks.drafts import draft_folder, folder_sha256, read_draft_head
from evenhand.workflows.rulebooks.release import approved_before, releases_of

_APPROVERS = 2
_MOST_STATEMENTS = 1_000
_SHORT = 12


def other_tasks(
    network: Network, ledger: LogReader, at: datetime, suffixes: Suffixes, in_force: str,
    claims: KeptClaimTasks | None = None,
) -> Iterator[Task]:  # fmt: skip
    """Yield the tasks that no party is asked about; `in_force` is the SHA-256 of the rulebook of the last decision.

    `claims` are what a process keeps of documents; else each of them is opened.
    """
    yield from _release(network, ledger, in_force)
    yield from _draft(network)
    yield from _lists(network)
    yield from _block_lists(network, at, suffixes)
    yield from _letters(network, ledger)
    yield from _statements(network, ledger)
    yield from claim_tasks(network, ledger) if claims is None else claims.read(ledger)


def _release(network: Network, ledger: LogReader, in_force: str) -> Iterator[Task]:
    """Yield the rulebook of the network's folder where it was never released so and nobody has approved it."""
    sha256, mapping = rules_sha256(network.rulebook), mapping_files(network.rulebook)
    if network.settings.rulebook.historic or not in_force:
        return
    known = releases_of(ledger, sha256)
    if known and known[-1].mapping_files in (None, mapping):
        return
    if _is_approved(network, ledger, in_force):
        return
    names = [each.name for each in network.rulebook.glob("*.cedar")] if not known else list(mapping)
    changed = max(((network.rulebook / each).stat().st_mtime for each in names), default=0)
    what, differs = f"the rulebook {sha256[:_SHORT]}", f"the one in force ({in_force[:_SHORT]})"
    if known:
        what, differs = f"what lists mean in {what}", "what was released last"
    yield Task(
        id=task_id("release", sha256, *([record_sha256(mapping)] if known else [])),
        kind="release",
        concerned=(),
        title=f"Rulebook {sha256[:_SHORT]}: approve it?",
        question=f"Approve {what}? It differs from {differs}",
        opened=datetime.fromtimestamp(int(changed), UTC),
        strength=1.0,
        about={"rulebook": sha256, "todo": "docs/how-to/release-a-rulebook.md"},
        mark=(record_sha256(mapping) if known else sha256)[:_SHORT],
    )


def _draft(network: Network) -> Iterator[Task]:
    """Yield the draft of the rulebook once it says anything else than the rules that it was begun from."""
    try:
        head = read_draft_head(network)
    except BadInput:  # its page says so
        return
    if head is None or (sha256 := folder_sha256(draft_folder(network))) == head.base:
        return
    yield Task(
        id=task_id("release", "draft", head.base, f"{head.begun_at:%Y-%m-%dT%H:%M:%SZ}"),
        kind="release",
        concerned=(),
        title="Draft of the rulebook: check and release it?",
        question=f"Check and release the draft of the rulebook, begun on {head.begun_at:%Y-%m-%d}?",
        excerpt=f"begun by {head.begun_by}, saved last by {head.edited_by}",
        opened=head.begun_at,
        strength=0.5,
        about={"draft": sha256, "todo": "docs/how-to/release-a-rulebook.md"},
        mark=sha256[:_SHORT],
    )


def _is_approved(network: Network, ledger: LogReader, in_force: str) -> bool:
    """Return whether two have approved another difference than the one that led to the rulebook in force."""
    try:
        approval = read_approval(network.rulebook / APPROVAL_FILE)
    except RulebookInvalid:
        return False
    if approval is None:
        return False
    is_old = approval.diff in approved_before(ledger, in_force)
    if is_old or (network_staff(network) is not None and approval.second is None):
        return False
    return len({name.strip().casefold() for name in approval.approved_by} - {""}) >= _APPROVERS


def _lists(network: Network) -> Iterator[Task]:
    for each in read_list_problems(network.state):
        yield Task(
            id=task_id("list", each.key),
            kind="list",
            concerned=(),
            title=f"List {each.key}: not updated",
            question=f"The list {each.key} was not updated: {each.problem}",
            opened=each.since,
            strength=1.0,
            about={"list": each.key, "version": each.version},
            mark=sha256_hex(f"{each.version} {each.problem}".encode())[:_SHORT],
        )


def _block_lists(network: Network, at: datetime, suffixes: Suffixes) -> Iterator[Task]:
    """Yield the exported block lists that lack entries which the gate refuses now, or that cannot be read."""
    try:
        found = conditions(network, at, suffixes)
    except EvenhandError:  # no register yet, or one that is damaged: `doctor` says so
        return
    for each in found:
        if each.condition in ("missing", "unreadable") or (each.difference and each.difference.missing):
            yield _block_list(each)


def _block_list(each: ListCondition) -> Task:
    missing = each.difference.missing if each.difference is not None else ()
    rests_on = "\n".join((each.condition, *map(str, missing)))
    return Task(
        id=task_id("drift", each.exported.file),
        kind="drift",
        concerned=(),
        title=f"Block list {each.exported.file}: not what the gate refuses",
        question=f"A host's block list is not what the gate refuses: {each.problem}",
        opened=each.exported.at,
        strength=1.0,
        about={"file": each.exported.file, "format": each.exported.format},
        mark=sha256_hex(rests_on.encode())[:_SHORT],
    )


def _letters(network: Network, ledger: LogReader) -> Iterator[Task]:
    """Yield the letters that our own check calls unfit, as the runs that wrote them left them; none that was erased."""
    for each in islice(read_unfit_letters(network.out), _MOST_STATEMENTS):
        seq = ledger.seq_of(each.statement)
        if seq is None or ledger.payload(seq) is None:
            continue
        _, leaf, _ = next(iter(ledger.entries(start=seq)))
        yield Task(
            id=task_id("statement", "letter", each.statement),
            kind="statement",
            concerned=(),
            title=f"Letter {each.statement}: not fit to be sent",
            question=f"The letter out/reasons/{each.statement}.txt is not fit to be sent: {', '.join(each.codes)}",
            opened=datetime.fromisoformat(leaf.at),
            strength=1.0,
            about={"statement": each.statement, "seq": str(seq)},
            mark=sha256_hex(" ".join(each.codes).encode())[:_SHORT],
        )


def _statements(network: Network, ledger: LogReader) -> Iterator[Task]:
    """Yield the statements that our own check has kept from a database; none of one that is being sent from."""
    for path in sorted((network.folder / "outbox").glob("*.sqlite")):
        try:
            with closing(Outbox(path, None, ledger.origin, wait_s=0, copied=True)) as outbox:
                parked = [row for row, _ in zip(outbox.of_state(State.PARKED), range(_MOST_STATEMENTS), strict=False)]
        except EvenhandError:
            continue
        for row in parked:
            codes = _codes(row)
            if codes != ["id erased"]:
                leaf = next(iter(ledger.entries(start=row.seq)))[1]
                yield _statement(row, codes, path.stem, datetime.fromisoformat(leaf.at))


def _codes(row: Row) -> list[str]:
    errors = (row.answer or {}).get("errors", ())
    return sorted({f"{each.get('field', '')} {each.get('code', '')}".strip() for each in errors})


def _statement(row: Row, codes: list[str], database: str, opened: datetime) -> Task:
    return Task(
        id=task_id("statement", database, row.reason_id),
        kind="statement",
        concerned=(),
        title=f"Statement {row.reason_id}: kept back from {database}",
        question=f"The statement {row.reason_id} was kept back from {database}: {', '.join(codes) or 'unknown'}",
        opened=opened,
        strength=1.0,
        about={"statement": row.reason_id, "seq": str(row.seq)},
        mark=sha256_hex(" ".join(codes).encode())[:_SHORT],
    )
