"""The coordination that an earlier decision rests on, tested once more from the tables that were kept of its run."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from evenhand.model.coordination import EdgeEvidence, InfluenceResult
from evenhand.model.decision import Decision
from evenhand.model.errors import NotFound
from evenhand.model.finding import Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.record import Record
from evenhand.store.network import Network
from evenhand.store.tables import erased_note
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.evaluation.history import decision_of
from evenhand.workflows.influence import run_influence
from evenhand.workflows.influence.communities_shown import edge_sentences
from evenhand.workflows.influence.edge_evidence import edge_evidence
from evenhand.workflows.influence.kept_tables import EVENT_TABLES
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.operations.receipts import place_of
from evenhand.workflows.run.table_sizes import TABLES

_PICTURES = Path("data", "pictures")


class DecidedEvidence(Record, frozen=True, kw_only=True):
    """The acts behind two accounts at an earlier decision, and whether its finding is found again with its numbers."""

    decision: str
    evidence: EdgeEvidence
    sentences: tuple[str, ...]
    is_found_again: bool


def decided_evidence(
    network: Network, entry: str, a: str, b: str, suffixes: Suffixes, progress: Progress
) -> DecidedEvidence:
    """Test what was kept of a decision's tables once more, and return what was counted of two accounts.

    Settings are those of today, pictures too; everything is written to a folder that is gone afterwards.

    Raises:
        NotFound: there is no such decision, it rests on no coordination, or a table of it was not kept.
        BadInput: both are one account.
    """
    decision = _decision(network, entry)
    recorded = [each for each in decision.findings if each.kind == "coordination"]
    if not recorded:
        raise NotFound("the decision rests on no coordination", got=decision.id, expected="one that names it",
                       todo="`evenhand explain DIR PARTY` shows what a decision rests on")  # fmt: skip
    with TemporaryDirectory() as folder:
        then = _as_it_was(network, decision, Path(folder))
        result = run_influence(then, decision.decided_at, suffixes, progress)
        evidence, sentences = edge_evidence(then, a, b), edge_sentences(then, a, b)
    return DecidedEvidence(
        decision=decision.id, evidence=evidence, sentences=sentences, is_found_again=_is_found_again(recorded, result)
    )


def _decision(network: Network, entry: str) -> Decision:
    seq = place_of(network.folder, entry)
    with read_ledger(network.ledger) as ledger:
        leaf = next((leaf for number, leaf, _ in ledger.entries(start=seq) if number == seq), None)
        payload = ledger.payload(seq) if leaf is not None and leaf.kind == "decision" else None
    if payload is None:
        raise NotFound("no decision of this id, or it was erased", got=entry, expected="an id that begins with d-")
    return decision_of(payload)


def _as_it_was(network: Network, decision: Decision, folder: Path) -> Network:
    """Return a network of the tables that a decision was made from, at an empty folder."""
    kept = dict(_kept_tables(network, decision))
    paths = {name: str(kept.get(name, "")) for name in (*TABLES, *EVENT_TABLES)}
    if (network.folder / _PICTURES).is_dir():
        (folder / _PICTURES.parent).mkdir()
        (folder / _PICTURES).symlink_to((network.folder / _PICTURES).resolve())
    intake = replace(network.settings.intake, **paths, sheets={})
    return Network(folder, replace(network.settings, intake=intake))


def _kept_tables(network: Network, decision: Decision) -> Iterator[tuple[str, Path]]:
    """Yield the snapshots of a decision's tables by name; earlier versions named the tables of acts as sources alone.

    Raises:
        NotFound: one was not kept, or lost rows by an erasure.
    """
    hashes = dict(_sources(decision)) | decision.inputs.tables
    for name, sha256 in hashes.items():
        path = (network.snapshots / f"{sha256.removeprefix('sha256:')}.parquet").resolve()
        if not path.exists() or erased_note(path).exists():
            what = "lost rows by an erasure" if path.exists() else "was not kept"
            raise NotFound(f"the table `{name}` of this decision {what}", where=network.snapshots, got=path.name,
                           todo="" if path.exists() else "restore `snapshots` from a backup")  # fmt: skip
        yield name, path


def _sources(decision: Decision) -> Iterator[tuple[str, str]]:
    for finding in decision.findings:
        for source in finding.sources:
            name, _, rest = source.removeprefix("table:").partition("@")
            if source.startswith("table:") and name in EVENT_TABLES:
                yield name, rest.partition("#")[0]


def _is_found_again(recorded: list[Finding], result: InfluenceResult) -> bool:
    # A decision records its score rounded; what is compared says q in words.
    numbers = {(each.party_id, each.because) for each in result.findings}
    return all((each.party_id, each.because) in numbers for each in recorded)
