"""What is screened again, and what is kept from the last run."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from evenhand.model.errors import ListUnreadable
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.model.party import Advertiser, Payer
from evenhand.screening import SCORER
from evenhand.screening.index.listed_entries import READ
from evenhand.workflows.evaluation.findings import FindingsMemory, Lists, PartyKey, ScreenedParty, screen_parties
from tests.networks import SUFFIXES, quiet

OLD = ListVersion(
    key="house-a", publisher="house", sha256="0" * 64, published_on=None, files={}, reader="house", reader_version=1,
    entries=1,
)  # fmt: skip
NEW = replace(OLD, sha256="1" * 64)
PARTIES: dict[PartyKey, Payer] = {
    ("advertiser", "a1"): Advertiser(id="a1", name="Dravik Mills"),
    ("advertiser", "a2"): Advertiser(id="a2", name="Ozmerel Vantrik Foundry"),
}


def entity(entity_id: str, name: str) -> ListedEntity:
    return ListedEntity(id=entity_id, schema="Company", caption=name, properties={"name": (name,)})


MILLS, FOUNDRY = entity("e1", "Dravik Mills"), entity("e2", "Ozmerel Vantrik Foundry")


def run(
    version: ListVersion, entities: Mapping[str, tuple[ListedEntity, ...]], memory: FindingsMemory | None = None
) -> FindingsMemory:
    """Screen with a list in force whose kept versions read as `entities` says, by hash."""

    def read(each: ListVersion) -> tuple[ListedEntity, ...]:
        if each.sha256 not in entities:
            raise ListUnreadable("stored file is missing", where=each.sha256)
        return entities[each.sha256]

    return screen_parties(PARTIES, Lists({version.key: version}, read, lambda _: ()), memory, SUFFIXES, quiet)[0]


def found(memory: FindingsMemory) -> dict[str, list[str]]:
    return {party: [each.finding.entity_id for each in seen.noticed] for (_, party), seen in memory.seen.items()}


@pytest.mark.parametrize(
    ("version", "now"),
    [
        (replace(OLD, reader_version=2), {OLD.sha256: (FOUNDRY,)}),
        (replace(OLD, reader="house-2"), {OLD.sha256: (FOUNDRY,)}),
        (replace(NEW, reader_version=2), {OLD.sha256: (FOUNDRY,), NEW.sha256: (FOUNDRY,)}),
        (NEW, {NEW.sha256: (FOUNDRY,)}),
    ],
    ids=["newer reader", "other reader", "newer reader of a new version", "old version is gone"],
)
def test_what_the_last_run_read_and_nobody_can_read_again_is_screened_whole(
    version: ListVersion, now: Mapping[str, tuple[ListedEntity, ...]]
) -> None:
    """The kept bytes, read today, would pass for unchanged; only a full screen is exact."""
    memory = run(OLD, {OLD.sha256: (MILLS,)})

    again = run(version, now, memory)

    assert found(memory) == {"a1": ["e1"], "a2": []}
    assert again == run(version, now)
    assert found(again) == {"a1": [], "a2": ["e2"]}


def test_a_list_of_one_reader_is_screened_where_it_differs() -> None:
    """And what stays names the version in force."""
    memory = run(OLD, {OLD.sha256: (MILLS,)})
    both = {OLD.sha256: (MILLS,), NEW.sha256: (MILLS, FOUNDRY)}

    again = run(NEW, both, memory)

    assert again == run(NEW, both)
    assert again.seen["advertiser", "a1"].noticed[0].finding.sources == (f"list:house-a@{NEW.sha256}#e1",)


def test_a_list_that_nobody_touched_is_not_read_again() -> None:
    """Reading is what a run without news can save."""
    memory = run(OLD, {OLD.sha256: (MILLS,)})

    assert run(OLD, {}, memory) == memory


def test_what_is_kept_has_the_ids_and_names_of_todays_tables() -> None:
    """Then nothing of the last memory is held, which a run lets go of: its texts would be there twice."""
    last = run(OLD, {OLD.sha256: (MILLS,)})
    read: dict[PartyKey, ScreenedParty] = {
        (kind, "".join(party)): replace(seen, name="".join(seen.name)) for (kind, party), seen in last.seen.items()
    }

    memory = run(OLD, {}, FindingsMemory(last.scorer, last.versions, read))

    assert memory == last
    assert list(map(id, memory.seen)) == list(map(id, PARTIES))
    assert [id(each.name) for each in memory.seen.values()] == [id(each.name) for each in PARTIES.values()]


def test_each_party_is_kept_with_its_name() -> None:
    """A judgement by name, and what it rests on, need it when the tables have moved on."""
    assert [each.name for each in run(OLD, {OLD.sha256: ()}).seen.values()] == [
        "Dravik Mills", "Ozmerel Vantrik Foundry",
    ]  # fmt: skip


def test_an_entry_amended_in_what_no_comparison_reads_is_not_screened_again() -> None:
    """Programs and notes are amended daily; the finding stands, and what letters quote of the entry is today's."""
    frozen = replace(MILLS, properties=MILLS.properties | {"program": ("FREEZE",), "notes": ("once more",)})
    memory = run(OLD, {OLD.sha256: (MILLS,)})
    both = {OLD.sha256: (MILLS,), NEW.sha256: (frozen,)}

    again, said = screen_parties(
        PARTIES, Lists({NEW.key: NEW}, lambda each: both[each.sha256], lambda _: ()), memory, SUFFIXES, quiet
    )

    assert said == ()
    assert again == run(NEW, both)
    assert again.seen["advertiser", "a1"].noticed[0].entity.values("program") == ("FREEZE",)


@pytest.mark.parametrize("field", sorted(READ - {"schema"}))
def test_an_entry_amended_in_what_is_compared_is_screened_again(field: str) -> None:
    """Were one of these fields forgotten, a new name of a listed entity would find nobody."""
    amended = replace(FOUNDRY, properties={field: ("Dravik Mills",)})
    memory = run(OLD, {OLD.sha256: (FOUNDRY,)})
    both = {OLD.sha256: (FOUNDRY,), NEW.sha256: (amended,)}

    again, said = screen_parties(
        PARTIES, Lists({NEW.key: NEW}, lambda each: both[each.sha256], lambda _: ()), memory, SUFFIXES, quiet
    )

    assert said == ("Screened: 2 parties against 1 added or amended entry",)
    assert again == run(NEW, both)


@pytest.mark.parametrize(
    ("memory", "why"),
    [
        (None, "first run, or `state` of the last one is missing"),
        (FindingsMemory("earlier", {}, {}), "names are compared in a new way"),
        (FindingsMemory(SCORER, {}, {}), "all are new or changed"),
    ],
)
def test_a_whole_screening_says_why(memory: FindingsMemory | None, why: str) -> None:
    """Three causes, each of which asks for something else of a reader."""
    lists = Lists({OLD.key: OLD}, lambda _: (FOUNDRY,), lambda _: ())

    _, said = screen_parties(PARTIES, lists, memory, SUFFIXES, quiet)

    assert said == (f"Screened: 2 parties against 1 entry ({why})",)
