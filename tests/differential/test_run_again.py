"""A run that does only what changed again, beside one that lost `state/` and does everything (`pipeline.md` §11)."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.model.decision_row import ShownDecision
from evenhand.model.errors import NotFound
from evenhand.model.judgement import Verdict
from evenhand.model.run import RunReport
from evenhand.workflows.operations import open_ledger
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.confirmed import confirm
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, approve_changes, full_network

Edit = Callable[[MadeNetwork], object]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """A network that has run once."""
    made = full_network(tmp_path_factory.mktemp("begun") / "network")
    made.run(DAY_1)
    return made


def run_both(begun: MadeNetwork, folder: Path, *edits: Edit) -> tuple[MadeNetwork, list[RunReport]]:
    """Edit and run day by day in two copies, one of which forgets; hold what both wrote side by side."""
    keeps, forgets = begun.copy(folder / "keeps"), begun.copy(folder / "forgets")
    reports = []
    for number, edit in enumerate(edits, 1):
        for made in (keeps, forgets):
            edit(made)
        shutil.rmtree(forgets.folder / "state")
        pages: tuple[list[ShownDecision], list[ShownDecision]] = ([], [])
        report, other = (
            made.run(DAY_1 + timedelta(days=number), replace(TOOLS, show=page.append))
            for made, page in zip((keeps, forgets), pages, strict=True)
        )
        reports.append(report)
        assert keeps.payloads() == forgets.payloads()
        assert keeps.register() == forgets.register()
        assert keeps.in_force() == forgets.in_force()
        assert files_of(keeps) == files_of(forgets)
        assert pages[0] == pages[1]
        assert without_memory(report) == without_memory(other)
    return keeps, reports


def files_of(made: MadeNetwork) -> dict[str, bytes]:
    """Return all that a run leaves for others: registers, tables, letters."""
    left = (path for path in (made.folder / "out").rglob("*") if path.is_file())
    return {str(path.relative_to(made.folder)): path.read_bytes() for path in left}


def without_memory(report: RunReport) -> RunReport:
    """Return a report without what only a run says that knows the one before: what it did again, what is gone."""
    return msgspec.structs.replace(report, again=(), warnings=())


def renamed(made: MadeNetwork) -> None:
    made.row("advertisers", "bakery")["name"] = "Tulquist Capital"


def next_list(made: MadeNetwork) -> None:
    """One entry more, one less, one that now has the bakery's website."""
    made.add("house-sanctions", id="s-new", schema="Company", name="Clear Water Circle")
    made.drop("house-sanctions", "s-mills")
    made.row("house-sanctions", "s-none")["website"] = "https://morning-crust.example"


def next_media(made: MadeNetwork) -> None:
    made.row("house-media", "m-tele")["topic"] = "typology:ISF"


def broken_list(made: MadeNetwork) -> None:
    made.row("house-sanctions", "s-none")["schema"] = "Planet"


def no_media_list(made: MadeNetwork) -> None:
    del made.lists["house-media"]


def more_owned(made: MadeNetwork) -> None:
    made.row("ownership", "tulquist")["share"] = "15 %"
    made.add("ownership", owner="t-new", owned="civic", share="80 %", owner_name="Dravik Mills", owner_country="QP")


def other_mapping(made: MadeNetwork) -> None:
    path = made.folder / "rulebook" / "designations.csv"
    path.write_text(path.read_text().replace("house-sanctions,*,house-sanctions,yes", "house-sanctions,*,ofac-cons,no"))
    approve_changes(made)


def political_at_two(made: MadeNetwork) -> None:
    made.edit_rules(lambda text: text.replace("principal.verification < 2", "principal.verification < 3"))


def rule_of_day_3(made: MadeNetwork) -> None:
    made.edit_rules(lambda text: text + (
        f'\n@id("later")\n@title("Later")\n@why("Later.")\n@verdict("limit")\n@limit("half")\n@ground("contract")\n'
        f'@notice_days("0")\n@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")\n'
        f'@effective_from("{DAY_3:%Y-%m-%d}")\n@owner("o")\n'
        f'forbid (principal, action in [Action::"buy", Action::"serve"], resource) '
        f'when {{ principal.verification < 1 }};\n'
    ))  # fmt: skip


def unknown_content(made: MadeNetwork) -> None:
    made.row("campaigns", "c-bakery")["content"] = "horoscopes"


def known_content(made: MadeNetwork) -> None:
    made.row("campaigns", "c-bakery")["content"] = "news"


def later_vote(made: MadeNetwork) -> None:
    made.tables["votes"][0].update(first_day="2026-12-13", last_day="2026-12-13")


def ends_on(day: int) -> Edit:
    """Let an entry's listing end with the day of a run: of the first run that is `DAY_1`."""
    return set_cell("house-sanctions", "s-mills", until=f"{DAY_1 + timedelta(days=day):%Y-%m-%d}")


def begins_on(day: int) -> Edit:
    return set_cell("house-sanctions", "s-mills", since=f"{DAY_1 + timedelta(days=day):%Y-%m-%d}")


def leave(*parties: str) -> Edit:
    def edit(made: MadeNetwork) -> None:
        for party in parties:
            table = "payers" if party in ("morvane", "tulquist", "plain") else "advertisers"
            made.drop(table, party)
            made.tables["campaigns"] = [row for row in made.tables["campaigns"] if row["advertiser_id"] != party]

    return edit


def set_cell(table: str, row_id: str, **cells: str) -> Edit:
    return lambda made: made.row(table, row_id).update(cells)


def say(word: Verdict, party: str = "namesake", entity: str = "s-mills") -> Edit:
    """Judge a pair an hour after the last record; where there is no match, nothing is said."""

    def edit(made: MadeNetwork) -> None:
        with open_ledger(made.folder / "ledger") as ledger:
            *_, (_, last, _) = ledger.entries()
        at = datetime.fromisoformat(last.at) + timedelta(hours=1)
        with suppress(NotFound):
            judge(made.network, StatedJudgement(party, entity, word, "A. Reviewer", "made up"), at, TOOLS)

    return edit


def confirm_share(millionths: int) -> Edit:
    """Confirm the share of an owner an hour after the last record."""

    def edit(made: MadeNetwork) -> None:
        with open_ledger(made.folder / "ledger") as ledger:
            *_, (_, last, _) = ledger.entries()
        at = datetime.fromisoformat(last.at) + timedelta(hours=1)
        confirm(made, kind="share", party_id="owned", owner_id="morvane", share_ppm=millionths, at=at)

    return edit


def entry_leaves(made: MadeNetwork) -> None:
    """The judged entry goes; another comes, or the list would lose too much to be believed."""
    made.row("house-sanctions", "s-mills").update(id="s-other", name="Quandar Works")


def entry_returns(made: MadeNetwork) -> None:
    made.row("house-sanctions", "s-other").update(id="s-mills", name="Dravik Mills")


def unnamed(made: MadeNetwork) -> None:
    made.add("advertisers", id="", name="Newcomer", domains="newcomer.example")


def named(made: MadeNetwork) -> None:
    made.row("advertisers", "")["id"] = "newcomer"


def dull_entry(made: MadeNetwork) -> None:
    """An entry that no rule reads: whoever it means stays allowed, with a match that a person should see."""
    made.add("house-media", id="m-dull", schema="Organization", name="Quorrel Radio", website="https://quorrel.example")


def nothing(made: MadeNetwork) -> None:
    pass


EDITS: dict[str, tuple[Edit, ...]] = {
    "nothing changed": (nothing, nothing),
    "a party's row that screening reads": (set_cell("advertisers", "bakery", domains="ferrolit.example"), nothing),
    "a party's row that only rules read": (set_cell("advertisers", "civic", verification="none"),),
    "a party's row that nobody reads": (set_cell("advertisers", "civic", prepaid="7.00"),),
    "another name under a stable id": (renamed, set_cell("advertisers", "bakery", name="Morning Crust Bakery")),
    "a list version with added, removed and amended entries": (next_list, nothing),
    "a media list that says otherwise": (next_media, nothing),
    "ownership": (more_owned, nothing),
    "campaigns": (set_cell("campaigns", "c-hidden", payer_id="plain"), set_cell("campaigns", "c-hidden", payer_id="")),
    "payers": (leave("plain"), nothing),
    "a payer's row": (set_cell("payers", "plain", domains="ferrolit.example"), nothing),
    "parties that leave and come back": (leave("frozen", "minor"), set_cell("advertisers", "bakery", alias="Crust")),
    "votes": (set_cell("advertisers", "civic", country="QP"), later_vote),
    "mapping": (other_mapping, nothing),
    "rulebook": (political_at_two, nothing),
    "a new day": (rule_of_day_3, nothing),
    "a listing that ends with the first day": (ends_on(1), nothing, nothing),
    "a listing that ends tomorrow, and is prolonged": (ends_on(2), nothing, ends_on(9), nothing),
    "a listing that begins on the third day": (begins_on(3), nothing, nothing),
    "a listing that ends and whose row goes": (ends_on(1), nothing, entry_leaves, nothing),
    "a cleared match whose listing ended and began again": (say("not-same"), ends_on(2), nothing, ends_on(9), nothing),
    "a list that no longer parses": (broken_list, nothing),
    "a list that left the settings": (no_media_list, nothing),
    "facts that stop fitting the schema and fit again": (unknown_content, known_content),
    "a match is cleared": (say("not-same"), nothing, nothing),
    "a match is confirmed, then cleared": (say("same"), say("not-same"), nothing),
    "nobody can tell": (say("unsure"), nothing),
    "a cleared match whose entry changed where it was compared": (
        say("not-same"),
        set_cell("house-sanctions", "s-mills", name="Mills Dravik"),
        nothing,
    ),
    "a cleared match whose entry changed elsewhere": (
        say("not-same"),
        set_cell("house-sanctions", "s-mills", note="moved", topic="made-up;other"),
        nothing,
    ),
    "a cleared match whose party was renamed and named back": (
        say("not-same"),
        set_cell("advertisers", "namesake", name="Mills Dravik"),
        set_cell("advertisers", "namesake", name="Dravik Mills"),
    ),
    "a cleared match whose entry left and came back": (say("not-same"), entry_leaves, entry_returns, say("not-same")),
    "an owner's match is cleared": (say("not-same", "morvane", "s-morvane"), more_owned, nothing),
    "a confirmed share, and a table that says otherwise": (
        confirm_share(0),
        set_cell("ownership", "morvane", share="60 %"),
        confirm_share(200_000),
    ),
    "cells that cannot be read": (
        set_cell("advertisers", "frozen", prepaid="1.000.00"),
        set_cell("ownership", "morvane", share="thirty"),
        set_cell("advertisers", "frozen", prepaid="1.00"),
    ),
    "a website that cannot be read": (set_cell("advertisers", "frozen", domains="ferrolit..example"), nothing),
    "a client that nobody screened, and is read again": (
        set_cell("advertisers", "bakery", verification="soon"),
        nothing,
        set_cell("advertisers", "bakery", verification="document"),
    ),
    "a row without an id that gets one": (unnamed, named, nothing),
    "a payer that leaves": (leave("morvane"), nothing),
    "a match that no rule reads, and what people say of it": (
        dull_entry,
        set_cell("advertisers", "bakery", alias="Quorrel Radio", domains="morning-crust.example;quorrel.example"),
        say("unsure", "bakery", "m-dull"),
        say("not-same", "bakery", "m-dull"),
    ),
    "our side of a match": (
        set_cell("house-sanctions", "s-mills", schema="Person", birth_date="1970-05-01"),
        set_cell("advertisers", "namesake", schema="Person"),
        set_cell("advertisers", "namesake", birth_date="1971"),
    ),
    "media columns": (
        set_cell("advertisers", "outlet", media_sections="sport", media_control="editorial_content", media_source="s"),
    ),
}

# A decision is a person's news: none may be written for nothing.
WRITTEN = {
    "nothing changed": 0,
    "a party's row that nobody reads": 0,
    "a party's row that only rules read": 1,
    "a list that no longer parses": 0,
    "a listing that ends with the first day": 1,
    "a listing that ends tomorrow, and is prolonged": 0,
    "a listing that begins on the third day": 2,
    "a listing that ends and whose row goes": 1,
    "campaigns": 2,
    "a confirmed share, and a table that says otherwise": 3,
    "cells that cannot be read": 0,
    "a website that cannot be read": 0,
    "a client that nobody screened, and is read again": 2,
    "a match is cleared": 1,
    "a match is confirmed, then cleared": 2,
    "nobody can tell": 0,
    "a cleared match whose entry changed where it was compared": 2,
    "a cleared match whose entry changed elsewhere": 1,
    "a cleared match whose party was renamed and named back": 3,
    "a cleared match whose entry left and came back": 3,
}


@pytest.mark.parametrize("changed", EDITS)
def test_doing_again_what_changed_decides_what_a_full_run_decides(
    begun: MadeNetwork, tmp_path: Path, changed: str
) -> None:
    """Whatever is kept between runs may save work and must never show."""
    _, reports = run_both(begun, tmp_path, *EDITS[changed])

    if changed in WRITTEN:
        assert sum(report.decisions for report in reports) == WRITTEN[changed]


def test_an_unchanged_second_run_adds_nothing_and_rules_only_what_time_can_change(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """Byte for byte the same ledger; the one time-bound request is the political campaign."""
    made = begun.copy(tmp_path / "network")
    before = {path: path.read_bytes() for path in sorted((made.folder / "ledger" / "public").rglob("*"))
              if path.is_file()}  # fmt: skip
    size = made.size()

    report = made.run(DAY_1)

    assert (report.decisions, made.size()) == (0, size)
    assert report.again == ("Re-evaluated: 1 of 15 requests (depends on the date)",)
    assert {path: path.read_bytes() for path in before} == before


def test_a_lost_state_is_found_out_and_said(begun: MadeNetwork, tmp_path: Path) -> None:
    """The report says that everything was done again, and why; half a state counts as none."""
    made = begun.copy(tmp_path / "network")
    (made.folder / "state" / "rulings.msgpack").write_bytes(b"PAR1 and no more")

    report = made.run(DAY_2)

    assert report.decisions == 0
    assert report.again == (
        "Screened: 10 parties against all 7 entries (first run, or `state` of the last one is missing)",
        "Re-evaluated: 15 of 15 requests (new or changed)",
    )


def test_what_was_screened_again_is_what_changed(begun: MadeNetwork, tmp_path: Path) -> None:
    """One row: it against all; one version: all against what is new in it; never all against all."""
    _, reports = run_both(begun, tmp_path, EDITS["another name under a stable id"][0], next_list)

    assert reports[0].again[0] == "Screened: 1 party against all 7 entries (new or changed)"
    assert reports[1].again[0] == "Screened: 10 parties against 2 added or amended entries"


NAMES = ("Tulquist Capital", "Dravik Mills", "Plain Payer", "Vessari Telewave", "Morning Crust")
HOSTS = ("", "ferrolit.example", "telewave.example", "elsewhere.example")
PARTIES = ("bakery", "frozen", "outlet", "owned", "civic")


NEW = ("new-1", "new-2")


def come(who: str, name: str) -> Edit:
    def edit(made: MadeNetwork) -> None:
        if all(row["id"] != who for row in made.tables["advertisers"]):
            made.add("advertisers", id=who, name=name, domains=f"{who}.example")

    return edit


def go(who: str) -> Edit:
    def edit(made: MadeNetwork) -> None:
        made.tables["advertisers"] = [row for row in made.tables["advertisers"] if row["id"] != who]

    return edit


def own(owner: str, owned: str) -> Edit:
    return lambda made: made.add("ownership", owner=owner, owned=owned, share="40 %", owner_name="Dravik Mills")


def small_edits() -> st.SearchStrategy[Edit]:
    """Edits of one cell or row, chosen so that they often meet."""
    party = st.sampled_from(PARTIES)
    return st.one_of(
        st.builds(lambda who, name: set_cell("advertisers", who, name=name), party, st.sampled_from(NAMES)),
        st.builds(lambda who, host: set_cell("advertisers", who, domains=host), party, st.sampled_from(HOSTS)),
        st.builds(lambda who, name: set_cell("advertisers", who, alias=name), party, st.sampled_from(("", *NAMES))),
        st.builds(lambda entry, topic: set_cell("house-media", entry, topic=topic),
                  st.sampled_from(("m-none", "m-tele")), st.sampled_from(("", "typology:SC", "typology:IP"))),
        st.builds(lambda entry, name: set_cell("house-media", entry, alias=name),
                  st.sampled_from(("m-none", "m-tele")), st.sampled_from(("", *NAMES))),
        st.builds(lambda who, payer: set_cell("advertisers", who, payer_id=payer), party,
                  st.sampled_from(("", "morvane", "plain", "nobody"))),
        st.builds(lambda entry, host: set_cell("house-sanctions", entry, website=host and f"https://{host}"),
                  st.sampled_from(("s-none", "s-morvane", "s-mills")), st.sampled_from(HOSTS)),
        st.builds(lambda owner, share: set_cell("ownership", owner, share=share),
                  st.sampled_from(("morvane", "tulquist")), st.sampled_from(("", "10 %", "50 %", "60 %"))),
        st.builds(lambda campaign, payer: set_cell("campaigns", campaign, payer_id=payer),
                  st.sampled_from(("c-hidden", "c-civic", "c-owned")), st.sampled_from(("", "tulquist", "plain"))),
        st.builds(lambda who, country: set_cell("advertisers", who, country=country), party,
                  st.sampled_from(("", "QP", "DE"))),
        st.builds(lambda who, level: set_cell("advertisers", who, verification=level), party,
                  st.sampled_from(("none", "document", "soon"))),
        st.builds(come, st.sampled_from(NEW), st.sampled_from(NAMES)),
        st.builds(go, st.sampled_from(NEW)),
        st.builds(own, st.sampled_from(("morvane", "tulquist", "t-else")), party),
        st.builds(say, st.sampled_from(("same", "not-same", "unsure")), st.sampled_from(("namesake", *PARTIES)),
                  st.sampled_from(("s-mills", "s-morvane", "s-ferro", "m-tele"))),
    )  # fmt: skip


@settings(max_examples=4)
@given(edits=st.lists(st.tuples(small_edits(), small_edits()), min_size=1, max_size=2))
def test_any_small_edits_decide_the_same_with_and_without_memory(
    begun: MadeNetwork, edits: list[tuple[Edit, Edit]]
) -> None:
    """Edits that nobody thought of, two a day."""
    hold_beside(begun, edits)


@pytest.mark.long
@settings(max_examples=1_250, deadline=None)
@given(edits=st.lists(st.tuples(small_edits(), small_edits()), min_size=4, max_size=4))
def test_ten_thousand_small_edits_decide_the_same(begun: MadeNetwork, edits: list[tuple[Edit, Edit]]) -> None:
    """What is kept of the day before last may still be wrong today."""
    hold_beside(begun, edits)


def hold_beside(begun: MadeNetwork, edits: list[tuple[Edit, Edit]]) -> None:
    def both(pair: tuple[Edit, Edit]) -> Edit:
        return lambda made: (pair[0](made), pair[1](made))

    with tempfile.TemporaryDirectory() as folder:
        run_both(begun, Path(folder), *map(both, edits))
