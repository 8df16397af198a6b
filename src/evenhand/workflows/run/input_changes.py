"""What of a run's input is another than in the last run, where that could free a party and nobody would notice.

INVARIANT: nothing missing is allowed silently (architecture, invariant 9).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sized
from datetime import date, timedelta

from evenhand.intake import Tables
from evenhand.model.errors import ListsMissing
from evenhand.model.listing import ListVersion
from evenhand.model.release import Release
from evenhand.policy import Rulebook
from evenhand.policy.rulebook.own_attributes import UNFILLED
from evenhand.store.atomic_files import write_whole
from evenhand.store.network import SETTINGS_FILE, Network
from evenhand.workflows.delivery.party_names import known_names
from evenhand.workflows.evaluation.decided_entries import Entries
from evenhand.workflows.evaluation.findings import FindingsMemory
from evenhand.workflows.run.id_changes import NOT_OF_THE_NEW, written_otherwise

_MAPPING = "last-mapping.sha256"
_MOST_NAMED = 5


def check_left_lists(
    network: Network, memory: FindingsMemory | None, entries: Callable[[], Entries], accepted: Collection[str]
) -> None:
    """Stop where a list is not configured any more that decisions in force rest on; `entries` are those that they name.

    `accepted` are the keys of lists that a person has looked at.

    Raises:
        ListsMissing: names the list, and the option that accepts it.
    """
    configured = {source.key for source in network.settings.lists}
    before = {*_kept(network), *(memory.versions if memory else ())} - configured - set(accepted)
    if not before:
        return
    for key, ids in sorted(entries().items()):
        if key in before and ids:
            what = "1 entry of it" if len(ids) == 1 else f"{len(ids):,} entries of it"
            raise ListsMissing(
                f"{key} is no longer configured, and decisions in force rest on {what}, so nothing was decided",
                where=network.folder / SETTINGS_FILE, expected=f"a [[list]] block with key {key}",
                todo=f"put the block back; to end these decisions: `evenhand run DIR --accept-list {key}`",
            )  # fmt: skip


def input_warnings(
    network: Network, memory: FindingsMemory | None, tables: Tables, versions: Mapping[str, ListVersion],
    today: date,
) -> tuple[str, ...]:  # fmt: skip
    """Return sentences on rows and lists that are gone, and on lists of the future."""
    return (
        *(_gone(network, memory, tables, versions) if memory else ()),
        *_dated_ahead(versions, today),
    )


def keep_mapping(network: Network, rulebook: Rulebook) -> None:
    """Write down under which mapping of lists this run decided, for the next one to compare."""
    network.snapshots.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_whole(network.snapshots / _MAPPING, f"{rulebook.mapping_sha256}\n".encode())


def rule_warnings(rulebook: Rulebook) -> tuple[str, ...]:
    """Return sentences on rules that can apply to nobody, because no run fills what they read."""
    return tuple(f"Rule {each.rule} {each.message}." for each in rulebook.source.lint if each.code == UNFILLED)


def mapping_warnings(network: Network, rulebook: Rulebook, released: Release) -> tuple[str, ...]:
    """Return sentences on a mapping that nobody approved: a historic rulebook's, or one older than such approvals.

    Of the second kind one run says so: its leaf has the mapping, and every later one is compared with that.
    """
    if not (rulebook.historic or released.is_taken):
        return ()
    name, found = network.rulebook.name, list[str]()
    if released.is_taken:
        found.append(
            f"What lists mean in {name} (designations, laws, territories, shared hosts) is taken as it is now, because"
            " no release says anything of it. From now on two people approve a change of it."
        )
    path = network.snapshots / _MAPPING
    before = path.read_text("ascii", errors="replace").strip() if path.is_file() else rulebook.mapping_sha256
    if before != rulebook.mapping_sha256:
        found.append(
            f"What a list means was changed in {name} (designations, laws or territories) since the last run."
            " No release has approved that: look at the restrictions that this run lifted."
        )
    return tuple(found)


def _kept(network: Network) -> Iterator[str]:
    if network.lists.is_dir():
        yield from (each.name for each in network.lists.iterdir() if (each / "current").is_file())


def _gone(
    network: Network, memory: FindingsMemory, tables: Tables, versions: Mapping[str, ListVersion]
) -> Iterator[str]:
    there = {"advertiser": {each.id for each in tables.advertisers}, "payer": {each.id for each in tables.payers}}
    for kind, ids in there.items():
        gone = sorted(party_id for of_kind, party_id in memory.seen if of_kind == kind and party_id not in ids)
        if gone:
            verb = "has" if len(gone) == 1 else "have"
            names = known_names(network)
            called = [f"{each} ({of[0]})" if (of := names.get((kind, each))) else each for each in gone[:_MOST_NAMED]]
            more = ", …" if len(gone) > _MOST_NAMED else ""
            yield f"{_count(kind, gone)} of the last run {verb} no row any more: {', '.join(called)}{more}."
            if changed := written_otherwise(gone, (each for each in ids if (kind, each) not in memory.seen)):
                named = ", ".join(map(str, changed[:_MOST_NAMED])) + (", …" if len(changed) > _MOST_NAMED else "")
                yield f"{_count(f'{kind} id', changed)} may only be written otherwise: {named}. {NOT_OF_THE_NEW}."
    left = sorted(memory.versions.keys() - versions.keys())
    if left:
        yield f"Nobody is screened any more against {', '.join(left)}, which the last run had."


def _dated_ahead(versions: Mapping[str, ListVersion], today: date) -> Iterator[str]:
    for key, version in versions.items():
        if version.published_on is not None and version.published_on > today + timedelta(days=1):
            yield f"{key} has a date in the future: {version.published_on}. Letters would name it."


def _count(kind: str, ids: Sized) -> str:
    return f"{len(ids):,} {kind}{'' if len(ids) == 1 else 's'}"
