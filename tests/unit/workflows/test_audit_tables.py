"""The ledger as tables for an audit: facts as recorded, equals, groups, and what people made of matches."""

import shutil
from pathlib import Path

import apsw
import pytest

from evenhand.ledger import LogReader
from evenhand.workflows.audit.account_groups import age_on, size_band
from evenhand.workflows.audit.decision_table import LedgerTables, read_tables
from evenhand.workflows.operations.ledgers import read_ledger
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.rulebooks.kept_rulebooks import Rulebooks
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, empty_network, quiet

Row = dict[str, object]


@pytest.fixture(scope="module")
def begun_tables(begun: MadeNetwork) -> LedgerTables:
    """Return the tables of the network that has run once."""
    return _tables(begun)


def _tables(made: MadeNetwork) -> LedgerTables:
    with read_ledger(made.network.ledger) as ledger:
        return _read(made, ledger)


def _read(made: MadeNetwork, ledger: LogReader) -> LedgerTables:
    return read_tables(ledger, ledger.size, Rulebooks(made.network), (), quiet)


def _rows(tables: LedgerTables) -> list[Row]:
    return [dict(zip(tables.columns, cells, strict=True)) for cells in zip(*tables.columns.values(), strict=True)]


def _row(tables: LedgerTables, party: str) -> Row:
    return next(row for row in _rows(tables) if row["advertiser"] == party)


def test_each_decision_about_an_advertiser_is_a_row_with_its_facts_as_recorded(begun_tables: LedgerTables) -> None:
    """By the paths that the rules read them at; a number is the band that the rules see."""
    row = _row(begun_tables, "minor")

    assert (row["outcome"], row["rules"]) == ("hold", "minority-designated-owner")
    assert (row["Advertiser.designated_share_bp"], row["Advertiser.regime_share_bp.house"]) == (
        "2500 to 4999", "below 5000",
    )  # fmt: skip
    assert (row["Advertiser.@parents"], row["facts_fit"], row["erased"]) == ("none", "true", "false")
    assert row["decided_at"] == row["opened_at"] == "2026-03-02T12:00:00Z"


def test_protected_attributes_are_groups_and_no_facts(begun_tables: LedgerTables) -> None:
    """Where a law asks for one it is a fact; this one asks only of political advertising before a vote."""
    row = _row(begun_tables, "civic")

    assert (row["country"], row["languages"], row["scripts"], row["owner_countries"]) == ("IE", "none", "Latn", "none")
    assert "Advertiser.country" not in row
    assert row["Advertiser.union_established"] == "no law asks"


def test_what_no_attribute_names_is_grouped_by_bands(begun_tables: LedgerTables) -> None:
    """Spend, age of the account, and what the facts tell of the kind of organisation."""
    assert (_row(begun_tables, "outlet")["size"], _row(begun_tables, "outlet")["kind"]) == ("10 to 99", "news outlet")
    assert (_row(begun_tables, "bakery")["size"], _row(begun_tables, "bakery")["kind"]) == ("0", "other")
    assert _row(begun_tables, "civic")["age"] == "5 years or more"
    assert _row(begun_tables, "bakery")["age"] == "under 14 days"
    assert size_band(999_999) == "0"
    assert age_on(DAY_1.date(), DAY_2.date()) == "under 14 days"


def test_decisions_about_payers_and_campaigns_are_counted_and_replayed(
    begun: MadeNetwork, begun_tables: LedgerTables
) -> None:
    """A campaign has a decision only where it is decided more strictly: its rows would be a selection."""
    advertisers = [each for each in begun.decisions() if each.scope == "advertiser"]

    assert begun_tables.rows == len(advertisers)
    assert begun_tables.other_scopes == len(begun.decisions()) - len(advertisers)
    assert sum(each.decisions for each in begun_tables.equals.values()) == len(begun.decisions())


def test_the_values_of_every_protected_attribute_are_collected(begun_tables: LedgerTables) -> None:
    """The replay sets each of them on each ruling."""
    assert begun_tables.values["Advertiser.country"] >= {b'"DE"', b'"IE"'}
    assert begun_tables.values["Advertiser.spend_micros"] >= {b"0", b"40000000"}


def test_a_case_that_waited_has_its_road_in_the_row_of_the_next_decision(begun: MadeNetwork, tmp_path: Path) -> None:
    """How long it was on hold, after how many decisions other than allow, and that somebody looked at it."""
    made = begun.copy(tmp_path / "network")
    judge(made.network, StatedJudgement("namesake", "s-mills", "not-same", "A. Lee", "another company"), DAY_2, TOOLS)
    made.run(DAY_3)

    first, second = [row for row in _rows(_tables(made)) if row["advertiser"] == "namesake"]

    assert (first["outcome"], first["flags_before"], first["examined"]) == ("hold", 0, "false")
    assert (second["outcome"], second["flags_before"], second["examined"]) == ("allow", 1, "true")
    assert (second["opened_at"], second["decided_at"]) == ("2026-03-02T12:00:00Z", "2026-03-04T12:00:00Z")


def test_a_possible_match_is_a_row_with_what_people_made_of_it(begun: MadeNetwork, tmp_path: Path) -> None:
    """Judgements are decisions of people: relevant is what the match rests on, not who the party is."""
    made = begun.copy(tmp_path / "network")
    waiting = _matches(_tables(made))
    judge(made.network, StatedJudgement("namesake", "s-mills", "same", "A. Lee", "the same mill"), DAY_2, TOOLS)

    (judged,) = (row for row in _matches(_tables(made)) if row["advertiser"] == "namesake")

    assert [(row["outcome"], row["examined"], row["seq"], row["decided_at"]) for row in waiting] == [
        (None, "false", None, None)
    ] * len(waiting)
    assert (judged["outcome"], judged["examined"], judged["strength"], judged["list"]) == (
        "same", "true", "possible", "house-sanctions",
    )  # fmt: skip
    assert (judged["opened_at"], judged["decided_at"], judged["decided_by"]) == (
        "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z", "A. Lee",
    )  # fmt: skip
    assert isinstance(judged["seq"], int)


def _matches(tables: LedgerTables) -> list[Row]:
    columns = tables.matches.columns(("country",))
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def test_an_unsure_word_examines_a_match_and_decides_nothing(begun: MadeNetwork, tmp_path: Path) -> None:
    """It still waits, and its waiting goes on."""
    made = begun.copy(tmp_path / "network")
    judge(made.network, StatedJudgement("namesake", "s-mills", "unsure", "A. Lee", "no document"), DAY_2, TOOLS)

    (row,) = (row for row in _matches(_tables(made)) if row["advertiser"] == "namesake")

    assert (row["examined"], row["outcome"], row["decided_at"], row["seq"]) == ("true", None, None, None)


def test_erased_decisions_are_rows_that_cannot_be_tested(begun: MadeNetwork, tmp_path: Path) -> None:
    """They are counted, never as equal."""
    made = begun.copy(tmp_path / "network")
    database = apsw.Connection(str(made.folder / "ledger" / "private" / "ledger.sqlite"))
    seq = next(row["seq"] for row in _rows(_tables(made)) if row["advertiser"] == "minor")
    database.execute("DELETE FROM payload WHERE seq = ?", (seq,))
    database.close()

    tables = _tables(made)

    (erased,) = (row for row in _rows(tables) if row["erased"] == "true")
    assert (tables.erased, erased["seq"], erased["advertiser"], erased["outcome"]) == (
        1, seq, f"erased entry {seq}", None,
    )  # fmt: skip


def test_decisions_by_a_rulebook_that_is_not_there_any_more_are_counted_and_not_compared(
    begun: MadeNetwork, tmp_path: Path
) -> None:
    """Nobody can say what its rules read."""
    made = begun.copy(tmp_path / "network")
    shutil.rmtree(made.folder / "snapshots" / "rulebooks")
    (made.folder / "rulebook" / "house.cedar").write_text(
        (made.folder / "rulebook" / "house.cedar").read_text("utf-8").replace(">= 2500", ">= 2400"), "utf-8"
    )

    tables = _tables(made)

    assert (tables.rows, sum(tables.rulebook_missing.values())) == (0, len(begun.decisions()))


def test_a_decision_that_says_the_same_again_is_counted_once(tmp_path: Path) -> None:
    """A repetition about one advertiser is not independent of the first; another ground alone makes one."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id="s-1", schema="Company", name="Clear Water Circle")
    made.add("advertisers", id="circle", name="Clear Water Circle", country="GB")
    made.run(DAY_1)
    made.add("house-sanctions", id="s-2", schema="Company", name="Clear Water Circle")
    made.run(DAY_2)

    tables = _tables(made)

    assert [each.outcome for each in made.decisions() if each.party.id == "circle"] == ["hold", "hold"]
    assert tables.repeated == 1
    assert [row["outcome"] for row in _rows(tables) if row["advertiser"] == "circle"] == ["hold"]


def test_the_facts_of_the_same_rules_are_equal_for_equals(tmp_path: Path) -> None:
    """Names, countries, ids and days known do not make two advertisers unequal to the rules."""
    made = empty_network(tmp_path / "network")
    made.add("advertisers", id="one", name="Plum Garden", country="FR", first_seen="2019-05-01", domains="plum.example")
    made.add("advertisers", id="two", name="Тихий сад", country="PL", first_seen="2022-07-01", domains="sad.example")
    made.run(DAY_1)

    tables = _tables(made)

    of_advertisers = [each for each in tables.equals.values() if each.facts.principal.type == "Advertiser"]
    assert [each.decisions for each in of_advertisers] == [3]


def test_a_protected_attribute_that_a_rule_reads_without_a_law_is_no_fact(tmp_path: Path) -> None:
    """Else those whom such a rule refuses would be compared with nobody."""
    made = empty_network(tmp_path / "network")
    clause = (
        '\n@id("clause")\n@title("No one from there")\n@verdict("refuse")\n@ground("contract")\n@notice_days("0")\n'
        '@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")\n@effective_from("2018-01-01")\n@owner("x")\n'
        '@why("A made-up rule.")\nforbid (principal is Advertiser, action, resource)\n'
        'when { principal.country == "QM" };\n'
    )
    made.edit_rules(lambda text: text + clause, historic=True)
    made.add("advertisers", id="one", name="Plum Garden", country="QM", domains="plum.example")
    made.run(DAY_1)

    tables = _tables(made)

    assert (_row(tables, "one")["outcome"], _row(tables, "bakery")["outcome"]) == ("refuse", "allow")
    assert "Advertiser.country" not in tables.facts
    assert [_row(tables, party)["country"] for party in ("one", "bakery")] == ["QM", "DE"]
    assert len(tables.equals) == 2
