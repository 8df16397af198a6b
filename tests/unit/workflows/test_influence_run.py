"""A run of the tests over a network: what events are made of, what is told of bad rows, and when nothing is tested."""

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evenhand.intake import read_tables
from evenhand.intake.object_names import object_name
from evenhand.model.coordination import InfluenceResult
from evenhand.model.errors import BadInput, NotFound, TableUnreadable, TooManyRefused
from evenhand.store.tables import read_parquet
from evenhand.workflows.influence import influence_run, run_influence
from evenhand.workflows.influence.communities_shown import edge_sentences, shown_communities, shown_community
from evenhand.workflows.influence.edge_evidence import edge_evidence
from evenhand.workflows.influence.influence_run import UNVERIFIED
from evenhand.workflows.queries.letter_setup import setup_findings
from tests.networks import DAY_1, DAY_2, SUFFIXES, MadeNetwork, quiet
from tests.rings import OTHERS, RING, START, acts_of, background, ring_network, write_events, write_table


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    made = ring_network(tmp_path_factory.mktemp("ring") / "network")
    notice(made)
    return made


@pytest.fixture
def network(tmp_path: Path, tested: MadeNetwork) -> MadeNetwork:
    return tested.copy(tmp_path / "network")


def notice(made: MadeNetwork, at: datetime = DAY_1) -> InfluenceResult:
    made.write()
    return run_influence(made.network, at, SUFFIXES, quiet)


def test_a_ring_is_found_and_nobody_else_is_named(tested: MadeNetwork) -> None:
    """Each of the six gets a finding with the numbers that a person can check."""
    (community,), _ = shown_communities(tested.network)
    findings = notice(tested).findings

    assert community.members == community.named == community.advertisers == RING
    assert [each.party_id for each in findings] == list(RING)
    first = {each.name: each.ours for each in findings[0].because}
    assert (first["coordination.moments"], first["coordination.group"]) == ("10 / 10", "6")
    assert findings[0].sources[0].startswith("table:events@")
    assert findings[0].sources[0].endswith("#ring-0")


def test_unchanged_events_are_not_tested_again(network: MadeNetwork) -> None:
    """Neither by an unchanged row of another table; a setting, a declaration or an event is a change."""
    again = notice(network, DAY_2)
    network.settings["influence"] = {"alpha": "0.01"}
    by_setting = notice(network, DAY_2)
    unchanged = notice(network, DAY_2)

    assert (again.is_kept, by_setting.is_kept, unchanged.is_kept) == (True, False, True)
    assert "nothing was tested again" in again.sentences[0]
    assert again.communities == by_setting.communities


def test_tables_of_the_same_bytes_are_not_even_read_again(
    network: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor after a change that is no input: from the run that found that out its bytes are known too."""
    network.row("advertisers", RING[0])["country"] = "AT"
    changed = notice(network)
    monkeypatch.setattr(influence_run, "read_declared", lambda *_: pytest.fail("read again"))

    assert changed.is_kept
    assert notice(network) == changed


def test_comparisons_that_do_not_fit_into_memory_stop_in_one_line(
    network: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says which setting makes them smaller, and nobody is decided about without them."""
    monkeypatch.setattr(influence_run, "_MEMORY", "1MB")
    network.settings["influence"] = {"max_cell": 1_000}

    with pytest.raises(BadInput, match="does not fit into the memory") as error:
        notice(network, DAY_2)

    assert "evenhand.toml" in str(error.value)
    assert "lower `max_cell` in [influence]" in str(error.value)


def test_names_countries_and_languages_are_no_input(network: MadeNetwork) -> None:
    """The law *Mirror*: exchanged among all advertisers, nothing is even tested again."""
    rows = [network.row("advertisers", each) for each in (*RING, *OTHERS)]
    for row, name in zip(rows, reversed([each["name"] for each in rows]), strict=True):
        row.update({"name": name, "country": "AT" if row["id"] in RING else "IE", "schema": "Company"})
    mirrored = notice(network)
    (network.folder / "out" / "influence" / "pairs.parquet").unlink()

    again = notice(network)

    assert (mirrored.is_kept, again.is_kept) == (True, False)
    assert again.findings == mirrored.findings


def test_a_lost_file_of_the_result_is_written_again(network: MadeNetwork) -> None:
    """What was deleted from `out` comes back."""
    (network.folder / "out" / "influence" / "pairs.parquet").unlink()

    assert not notice(network).is_kept
    assert (network.folder / "out" / "influence" / "pairs.parquet").exists()


def test_a_community_that_grows_was_first_found_when_most_of_it_was(network: MadeNetwork) -> None:
    """The clock of a question does not begin anew with each member."""
    write_events(network, (*acts_of((*RING, OTHERS[0])), *background(OTHERS)))

    (community,) = notice(network, DAY_2).communities

    assert (len(community.members), community.since) == (7, DAY_1)


@pytest.mark.parametrize("tie", ["declared", "payer", "agency", "owner"])
def test_who_declared_one_hand_is_not_named(network: MadeNetwork, tie: str) -> None:
    """By a declaration, or by what the other tables say; one who did not is named alone."""
    network.add("payers", id="pay", name="Ombrel Trust", country="DE")
    for account in RING[1:]:
        row = network.row("advertisers", account)
        row.update({"payer": {"payer_id": "pay"}, "agency": {"agency": "Velm  AG"}}.get(tie, {}))
        if tie == "owner":
            network.add("ownership", owner="pay", owned=account, share="60 %")
    if tie == "declared":
        network.settings["intake"]["declared"] = "data/declared.csv"
        write_table(
            network.folder / "data/declared.csv", ("account_id", "control_id"), [(each, "x") for each in RING[1:]]
        )

    (community,) = notice(network).communities

    assert (community.members, community.named) == (RING, ("ring-0",))


def test_a_declaration_of_an_unknown_account_is_told(network: MadeNetwork) -> None:
    """It may be a typing error, by which somebody counts as undeclared."""
    network.settings["intake"]["declared"] = "data/declared.csv"
    write_table(network.folder / "data/declared.csv", ("account_id", "control_id"), [("ring-9", "x"), ("ring-1", "x")])

    assert notice(network).warnings == (
        "data/declared.csv: 1 account (ring-9) is no advertiser of this network; kept all the same",
    )


def declare(made: MadeNetwork, rows: Iterable[tuple[str, str]]) -> None:
    made.settings["intake"]["declared"] = "data/declared.csv"
    write_table(made.folder / "data/declared.csv", ("account_id", "control_id"), rows)


NOBODY: dict[str, tuple[Callable[[str], tuple[str, str]], str]] = {
    "ids in capital letters": (lambda each: (each.upper(), "c-1"), "letter case counts: write ring-0, not RING-0"),
    "exchanged columns": (lambda each: ("c-1", each), "columns account_id and control_id are exchanged"),
    "other ids": (lambda each: (f"x{each}", "c-1"), "check the column account_id"),
}


@pytest.mark.parametrize("fault", NOBODY)
def test_declarations_of_nobody_in_the_network_stop_the_tests(network: MadeNetwork, fault: str) -> None:
    """Who declared would be on hold as undeclared."""
    row, hint = NOBODY[fault]
    declare(network, map(row, RING))

    with pytest.raises(TableUnreadable, match=f"declared.csv: 0 of 6 rows name an advertiser.*{hint}"):
        notice(network)


@pytest.mark.parametrize("mark", ["n/a", "-", "None", "NULL", "unknown", "0", "keine Angabe", "no"])
def test_a_mark_of_nothing_declares_no_control(network: MadeNetwork, mark: str) -> None:
    """Neither in a declaration, of which the row is rejected, nor as an agency or a payer."""
    declare(network, [*((each, f"c-{each}") for each in OTHERS[:12]), *((each, mark) for each in RING[:3])])
    for each in RING:
        network.row("advertisers", each).update(agency=mark, payer_id=mark)

    result = notice(network)

    assert [each.named for each in result.communities] == [RING]
    assert [(each.line, each.column, each.value) for each in result.refused] == [
        (line, "control_id", mark) for line in (14, 15, 16)
    ]


def test_one_control_of_nearly_all_advertisers_is_told_first(network: MadeNetwork) -> None:
    """Nobody can be named any more."""
    declare(network, [("shop-x", "c-1"), *((each, "c-1") for each in (*RING, *OTHERS[:12]))])
    by_control = notice(network).warnings
    declare(network, [(each, "c-1") for each in RING[:2]])
    few = notice(network).warnings
    for each in (*RING, *OTHERS[:12]):
        network.row("advertisers", each)["agency"] = "Velm AG"
    by_agency = notice(network).warnings

    assert by_control[0].startswith("data/declared.csv: control_id c-1 declares 18 of 21 advertisers as one; none of")
    assert few == ()
    assert by_agency[0].startswith("coordination: 18 of 21 advertisers count as declared together; none of them is")


def test_a_seat_of_one_advertiser_stands_for_it(network: MadeNetwork) -> None:
    """Two seats of one advertiser do not act together with each other."""
    network.row("advertisers", "ring-0")["seats"] = "seat-a;seat-b"
    write_events(network, acts_of(("seat-a", "seat-b", *RING[1:5])))

    (community,) = notice(network).communities

    assert community.members == RING[:5]


def test_accounts_of_nobody_are_tested_and_told_and_never_named_in_a_finding(network: MadeNetwork) -> None:
    """A finding is about an advertiser of the network."""
    write_events(network, acts_of(("stranger", *RING[:3])))

    result = notice(network)

    assert result.communities[0].members == (*RING[:3], "stranger")
    assert [each.party_id for each in result.findings] == list(RING[:3])
    assert "1 account (stranger) is no advertiser" in result.warnings[0]


def test_communities_count_and_name_advertisers_alone(network: MadeNetwork) -> None:
    """In the sentence, in the tables, and among the accounts that declared nothing."""
    write_events(network, acts_of(("stranger", *RING[:3])))

    (community,) = notice(network).communities
    _, sentence = shown_communities(network.network)
    folder = network.folder / "out" / "influence"

    assert (community.named, community.outside) == (RING[:3], ("stranger",))
    assert "1 community of 4 accounts, 3 of them named" in sentence
    assert [row[1:3] for row in read_parquet(folder / "members.parquet")] == [
        *((each, True) for each in RING[:3]), ("stranger", False)
    ]  # fmt: skip
    assert [row[-1] for row in read_parquet(folder / "communities.parquet")] == [0]


def test_a_table_of_other_accounts_alone_is_told(network: MadeNetwork) -> None:
    """Its column of accounts is another one."""
    write_events(network, acts_of([f"@{each}" for each in RING]))

    result = notice(network)

    assert result.warnings[0] == (
        "data/events.csv: none of the accounts is an advertiser of this network: check the column account_id"
    )
    assert (result.findings, [each.named for each in result.communities]) == ((), [()])


def test_rows_that_differ_in_the_content_alone_are_one_act_and_told(network: MadeNetwork) -> None:
    """The same account, object and second."""
    events = acts_of(RING)
    write_events(network, [*events, *((*each[:4], "another ad") for each in events[:3]), (*events[0][:4], "a third")])

    assert (
        "data/events.csv: 4 rows differ from others in the content_id alone; one account, object and time are"
        in (notice(network).warnings[0])
    )


def test_two_times_of_a_row_that_are_not_the_same_are_told(network: MadeNetwork) -> None:
    """One of the two columns is of something else."""
    rows = [(*each[:4], iso(str(int(each[3]) + 60 * (number < 2)), "Z")) for number, each in enumerate(acts_of(RING))]
    write_table(network.folder / "data/events.csv", ("account_id", "object_id", "object_type", "ts", "at"), rows)

    assert notice(network).warnings == (
        "data/events.csv: 2 rows have another moment in `ts` than in `at`; `at` counts",
    )


def test_rejected_rows_are_listed_whoever_read_the_other_tables(network: MadeNetwork) -> None:
    """A run of the network hands its tables over, and has written down what they refused."""
    write_events(network, [("ring-0", "x", "page", "1600000000", ""), *acts_of(RING)])
    network.write()
    settings = network.network.settings
    tables = read_tables(network.folder, settings.intake, settings.fx, settings.network.currency, SUFFIXES)

    run_influence(network.network, DAY_1, SUFFIXES, quiet, tables)

    assert "page" in (network.folder / "out" / "rejected-input.csv").read_text("utf-8")


def test_rejected_rows_that_were_mended_are_listed_no_more(network: MadeNetwork) -> None:
    """The file is that of this test."""
    write_events(network, [("ring-0", "x", "page", "1600000000", ""), *acts_of(RING)])
    notice(network)
    write_events(network, acts_of(RING))
    notice(network)

    assert len((network.folder / "out" / "rejected-input.csv").read_text("utf-8").splitlines()) == 1


BAD: dict[str, tuple[Sequence[str], str]] = {
    "an unknown kind": (("ring-0", "x", "page", "1600000000", ""), "object_type"),
    "no account": (("", "x", "host", "1600000000", ""), "account_id"),
    "a very long id": (("ring-0", "x" * 10_000, "host", "1600000000", ""), "object_id"),
    "milliseconds": (("ring-0", "x", "host", "1600000000123", ""), "ts"),
    "no time": (("ring-0", "x", "host", "", ""), "ts"),
    "a word for a time": (("ring-0", "x", "host", "noon", ""), "ts"),
    "before 1970": (("ring-0", "x", "host", "-5", ""), "ts"),
    "before 1990": (("ring-0", "x", "host", "631151999", ""), "ts"),
    "a mark of nothing": (("ring-0", "N/A", "host", "1600000000", ""), "object_id"),
    "the kind alone": (("ring-0", "hashtag:", "hashtag", "1600000000", ""), "object_id"),
    "a mark after its kind": (("ring-0", "Address: none", "address", "1600000000", ""), "object_id"),
    "an object of another kind": (("ring-0", "landing_url:a.example", "hashtag", "1600000000", ""), "object_id"),
}


def test_a_bad_row_is_left_out_and_listed(network: MadeNetwork) -> None:
    """In `rejected-input.csv` as of every table, and in one line of the run; whatever is wrong, all others count."""
    write_events(network, [*(row for row, _ in BAD.values()), *acts_of(RING)])

    result = notice(network)

    expected = {line: (fault, column, "row") for line, (fault, (_, column)) in enumerate(BAD.items(), 2)}
    found = {each.line: (expected.get(each.line, ("",))[0], each.column, each.what) for each in result.refused}
    assert (found, len(result.refused)) == (expected, len(BAD))
    assert result.warnings == ("data/events.csv: 12 of 72 rows rejected, not tested: out/rejected-input.csv",)
    assert len(result.communities[0].members) == 6
    with (network.folder / "out" / "rejected-input.csv").open(encoding="utf-8") as file:
        assert [each["column"] for each in csv.DictReader(file)] == [column for _, column in BAD.values()]


def test_one_bad_row_is_told_as_one(network: MadeNetwork) -> None:
    write_events(network, [BAD["no time"][0], *acts_of(RING)])

    assert notice(network).warnings == ("data/events.csv: 1 row rejected, not tested: out/rejected-input.csv",)


def test_times_in_milliseconds_are_refused_with_the_hint(network: MadeNetwork) -> None:
    """They would all be far apart, and nobody would be found."""
    write_events(network, [(*each[:3], f"{each[3]}000", each[4]) for each in acts_of(RING)])

    with pytest.raises(TooManyRefused, match="these are milliseconds, divide by 1,000"):
        notice(network)

    assert (network.folder / "out" / "rejected-input.csv").read_text("utf-8").count("milliseconds") == 60


UNITS: dict[str, tuple[Callable[[int], str], str]] = {
    "the days of a spreadsheet": (lambda second: f"{second / 86_400 + 25_569:.5f}", "2026-02-25 and the time"),
    "hours": (lambda second: str(second // 3_600), "hours since 1970: multiply by 3,600"),
    "minutes": (lambda second: str(second // 60), "minutes since 1970: multiply by 60"),
    "days": (lambda second: f"{second / 86_400:.5f}", "days since 1970: multiply by 86,400"),
    "the digits of a date": (lambda second: iso(str(second), "")[:10].replace("-", ""), "write 2026-02-25T00:00:00"),
    "the digits of a time": (lambda second: re.sub(r"[^0-9]", "", iso(str(second), "")), "write 2026-02-25T06:18:20"),
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("table", ["events", "bids"])
def test_times_in_another_unit_are_refused_with_the_hint(network: MadeNetwork, table: str, unit: str) -> None:
    """Read as seconds since 1970, months would be a minute, and everybody would act with everybody."""
    write, hint = UNITS[unit]
    acts = [(*each[:3], write(int(each[3])), each[4]) for each in acts_of(RING)]
    if table == "events":
        write_events(network, acts, "at")
    else:
        network.settings["intake"]["bids"] = "data/bids.csv"
        write_table(network.folder / "data/bids.csv", ("seat", "time"), [(each[0], each[3]) for each in acts])

    with pytest.raises(TooManyRefused, match=rf"60 of 60 rows rejected.*{hint}"):
        notice(network)


@pytest.mark.parametrize("at", ["1989-12-31T23:59:59Z", "1900-01-01T00:00:00Z"])
def test_a_time_before_there_were_such_advertisers_rejects_its_row(network: MadeNetwork, at: str) -> None:
    """It is what programs write for no time."""
    acts = [(*each[:3], iso(each[3], "Z"), each[4]) for each in acts_of(RING)]
    write_events(network, [(*acts[0][:3], at, ""), *acts], "at")

    (refused,) = notice(network).refused

    assert (refused.line, refused.value, refused.expected) == (2, at, "a time from 1990 to 2099")


def iso(second: str, zone: str) -> str:
    return datetime.fromtimestamp(int(second), UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone


def test_times_with_different_zones_are_one_moment(network: MadeNetwork) -> None:
    """An offset says which moment it is."""
    events = [
        (*each[:3], iso(str(int(each[3]) + hours * 3600), f"+0{hours}:00"), each[4])
        for number, each in enumerate(acts_of(RING))
        for hours in [number % 3]
    ]
    write_events(network, events, "at")

    assert len(notice(network).communities[0].members) == 6


def test_times_with_and_without_a_zone_are_not_mixed(network: MadeNetwork) -> None:
    """Nobody can tell which moment the ones without are; of a table without any, it is told how they were read."""
    events = [(*each[:3], iso(each[3], ""), each[4]) for each in acts_of(RING)]
    write_events(network, events, "at")
    without = notice(network)
    write_events(network, [(*events[0][:3], iso(acts_of(RING)[0][3], "Z"), ""), *events], "at")

    assert "times without a zone, read as UTC" in without.warnings[0]
    with pytest.raises(TooManyRefused, match="a time with a zone, as in line 2"):
        notice(network)


def test_rows_that_repeat_others_count_once_and_are_told(network: MadeNetwork) -> None:
    """An export that was appended to itself changes nothing."""
    events = [*acts_of(RING), *background(OTHERS)]
    before = notice(network)
    write_events(network, events + events)

    result = notice(network)

    assert result.warnings == (f"data/events.csv: {len(events)} rows repeat another row; each act counts once",)
    assert result.communities == before.communities


def loop(path: Path) -> None:
    path.with_name("other").symlink_to(path)
    path.symlink_to(path.with_name("other"))


NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a named pipe": (os.mkfifo, "is a pipe, socket or device; expected a file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "is a pipe, socket or device; expected a file"),
    "a folder": (Path.mkdir, "is a folder; expected a file"),
    "a link to itself": (loop, "is a symbolic link that leads back to itself"),
    "nothing": (lambda _: None, r"cannot be read \(No such file"),
    "no bytes": (Path.touch, "is empty"),
}


@pytest.mark.parametrize("table", ["events", "declared", "bids", "advertisers"])
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_with_a_table_is_refused_by_its_path(network: MadeNetwork, table: str, kind: str) -> None:
    """To read a pipe or a device would never end."""
    make, told = NO_FILES[kind]
    network.settings["intake"][table] = "data/own/acts.csv"
    path = network.folder / "data/own/acts.csv"
    path.parent.mkdir()
    make(path)

    with pytest.raises(TableUnreadable, match=rf"^data/own/acts\.csv: {told}"):
        notice(network)


def test_a_link_to_a_file_is_read(network: MadeNetwork) -> None:
    (network.folder / "data/link.csv").symlink_to(network.folder / "data/events.csv")
    network.settings["intake"]["events"] = "data/link.csv"

    assert [each.named for each in notice(network).communities] == [RING]


@pytest.mark.parametrize(("row", "told"), [("{", "the first cannot be read; expected"), ("[1, 2]", "cannot be read")])
def test_a_line_that_is_no_object_is_told_in_words(network: MadeNetwork, row: str, told: str) -> None:
    """It has no column and no value."""
    network.settings["intake"]["bids"] = "data/bids.ndjson"
    (network.folder / "data/bids.ndjson").write_text(f'{{"time": {START}}}\n{row}\n', "utf-8")

    with pytest.raises(TooManyRefused, match=rf"data/bids\.ndjson:2: 1 of 2 rows rejected; .*{told}"):
        notice(network)


def test_acts_of_a_network_without_verification_are_told_of_it_until_there_is_one(network: MadeNetwork) -> None:
    """Every payer counts as unverified then; that nothing is tested again hides it no longer than it is so."""
    for each in (*RING, *OTHERS):
        network.row("advertisers", each)["verification"] = "none"
    for row in network.tables["advertisers"]:
        row["verification"] = ""
    without, doctor = notice(network), [each.what for each in setup_findings(network.network)]
    network.row("advertisers", OTHERS[0])["verification"] = "declared"
    with_one, doctor_then = notice(network), [each.what for each in setup_findings(network.network)]

    assert (without.warnings, UNVERIFIED in doctor) == ((UNVERIFIED,), True)
    assert (with_one.warnings, with_one.is_kept, UNVERIFIED in doctor_then) == ((), True, False)


def test_an_empty_table_is_told_and_finds_nobody(network: MadeNetwork) -> None:
    """A heading without rows is a table; a file of nothing is none."""
    write_events(network, [])
    result = notice(network)
    (network.folder / "data/events.csv").write_text("", "utf-8")

    gone = (
        "coordination: 6 accounts (ring-0, ring-1, ring-2, ring-3, ring-4) are named no more; the last test named them"
    )
    assert (result.warnings, result.communities) == (("data/events.csv: no rows", gone), ())
    with pytest.raises(TableUnreadable, match="is empty"):
        notice(network)


def test_a_table_without_times_is_refused(network: MadeNetwork) -> None:
    """It says which headings it found."""
    write_table(network.folder / "data/events.csv", ("account_id", "object_id", "object_type"), [("a", "b", "host")])

    with pytest.raises(TableUnreadable, match="has no column `ts` or `at`; found"):
        notice(network)


@pytest.mark.parametrize(
    "events", [[("ring-0", "x", "host", "1600000000", "")], [("ring-0", "x", "host", "1600000000", "")] * 50]
)
def test_one_account_alone_is_no_error(network: MadeNetwork, events: Iterable[Sequence[str]]) -> None:
    """Nobody acts as one with anybody."""
    write_events(network, events)

    assert notice(network).communities == ()


def test_what_ads_have_in_common_is_tested_without_a_table_of_events(network: MadeNetwork) -> None:
    """Landing hosts, targeting and addresses of the tables; a network that shares nothing is not tested."""
    del network.settings["intake"]["events"]
    nothing = notice(network)
    network.write()
    rows = [
        (each, f"Quolvet {each}", f"Lindenweg {max(number, 4)}, 10115 Berlin", f"UA-{max(number, 4)}")
        for number, each in enumerate((*RING, *OTHERS), 1)
    ]
    write_table(network.folder / "data/advertisers.csv", ("id", "name", "address", "tracker_id"), rows)
    orders = [
        (f"c-{each}", each, f"https://quelm-{max(number, 4)}.example/", "2026-01-05")
        for number, each in enumerate((*RING, *OTHERS), 1)
    ]
    write_table(network.folder / "data/campaigns.csv", ("id", "advertiser_id", "landing_url", "starts"), orders)

    result = run_influence(network.network, DAY_1, SUFFIXES, quiet)

    assert (nothing.communities, nothing.warnings, nothing.files) == ((), (), {})
    assert result.communities[0].members == RING[:4]
    assert "coordination.things" in {each.name for each in result.findings[0].because}
    acts = edge_evidence(network.network, "ring-0", "ring-1").acts
    assert {act.object_type for act in acts} == {"address", "host", "tracker_id"}


def test_an_address_is_one_thing_in_whatever_case_and_table_it_is_written(network: MadeNetwork) -> None:
    """What both tables say of two accounts is one thing in common, not two."""
    rows = [(each, f"Quolvet {each}", "Lindenweg 4,  10115 BERLIN") for each in (*RING, *OTHERS)[:2]]
    network.write()
    write_table(network.folder / "data/advertisers.csv", ("id", "name", "address"), rows)
    written = ("Lindenweg 4, 10115 Berlin", "address:LINDENWEG 4, 10115  berlin")
    write_events(
        network,
        [(each, written[number], "address", str(START), "") for number, each in enumerate(RING[:2])],
    )
    run_influence(network.network, DAY_1, SUFFIXES, quiet)

    (act,) = edge_evidence(network.network, "ring-0", "ring-1").acts
    assert act.object_id == "address:lindenweg 4, 10115 berlin"


def test_marks_of_nothing_are_nothing_in_common(network: MadeNetwork) -> None:
    """In other tables they count as an empty cell, and so does a kind with nothing after it."""
    marks = [("n/a", "-"), ("N/A", "-"), ("address:", "Tracker_id: "), ("address:", "tracker_id:"), *[("-", "-")] * 2]
    rows = [(each, f"Quolvet {each}", *mark) for each, mark in zip(RING, marks, strict=True)]
    network.write()
    write_table(network.folder / "data/advertisers.csv", ("id", "name", "address", "tracker_id"), rows)
    write_events(
        network,
        [("ring-0", "bid_burst:", "bid_burst", str(START), ""), ("ring-1", "-", "bid_burst", f"{START + 9}", "")],
    )
    result = run_influence(network.network, DAY_1, SUFFIXES, quiet)

    acts = read_parquet(network.folder / "state" / "influence" / "acts.parquet")
    assert not result.refused
    assert edge_evidence(network.network, "ring-0", "ring-1").acts == ()
    assert {row[2] for row in acts} == {"bid_burst"}


@pytest.mark.parametrize(
    ("kind", "one", "other", "are_one"),
    [
        ("address", "address:US", " us", True),
        ("host", "Example.ORG", "host:example.org", True),
        ("host", "www.a.example", "https://Shop.a.example:443/x", True),
        ("host", "one.co.uk", "two.co.uk", False),
        ("host", "one.github.io", "two.github.io", False),
        ("host", "192.0.2.7", "192.0.2.8", False),
        ("hashtag", "#Vote", "Hashtag:#VOTE", True),
        ("creative_text", "They  hide it", "they hide IT", True),
        ("address", "\uff35\uff33", "us", True),
        ("targeting", '{"b": 1, "a": 2}', 'targeting: {"a":2,"b":1}', True),
        ("targeting", "DE; AT", "at;de", True),
        ("landing_url", "https://example.org/A", "https://example.org/a", False),
        ("payer", "P-1", "p-1", False),
    ],
)
def test_names_that_differ_in_case_and_blanks_are_one_where_these_say_nothing(
    kind: str, one: str, other: str, are_one: bool
) -> None:
    """The path of a page and an id of the network are other things in another case."""
    assert (object_name(kind, one, SUFFIXES) == object_name(kind, other, SUFFIXES)) is are_one


@pytest.mark.parametrize(("of_ring", "of_others"), [("a.example", "b.example"), ("b.example", "a.example")])
def test_a_host_of_events_is_the_one_of_tables_and_bids(network: MadeNetwork, of_ring: str, of_others: str) -> None:
    """Whichever part of a website each names; and its mirror."""
    network.settings["intake"]["bids"] = "data/bids.csv"
    network.add("campaigns", id="o-1", advertiser_id=RING[0], landing_url=f"https://www.{of_ring}/a")
    network.add("campaigns", id="o-2", advertiser_id=OTHERS[0], landing_url=f"https://www.{of_others}/a")
    network.write()
    write_table(
        network.folder / "data/bids.csv", ("time", "cid", "adomain"), [(str(START + 999), "o-2", f"shop.{of_ring}")]
    )
    write_events(
        network, [(RING[1], f"m.{of_ring}", "host", str(START), ""), (OTHERS[1], of_others, "host", f"{START + 9}", "")]
    )
    run_influence(network.network, DAY_1, SUFFIXES, quiet)

    for one, other in ((RING[0], RING[1]), (RING[1], OTHERS[0]), (OTHERS[0], OTHERS[1])):
        (act,) = edge_evidence(network.network, one, other).acts
        assert act.object_id == f"host:{of_others if other == OTHERS[1] else of_ring}"


def test_orders_of_one_day_are_not_close_in_time(network: MadeNetwork) -> None:
    """Tables know days: that many orders begin on Mondays says nothing."""
    write_events(network, background(OTHERS))
    for number, account in enumerate(RING * 10):
        order = {"id": f"c{number}", "advertiser_id": account, "payer_id": account}
        network.add("campaigns", **order, starts=f"2026-01-{number // 6 + 1:02}", landing_url="everybody.example")

    assert notice(network).communities == ()


def test_bids_after_a_pause_are_acts(network: MadeNetwork) -> None:
    """A bid is its campaign's advertiser's; one of nobody known is told."""
    del network.settings["intake"]["events"]
    network.settings["intake"]["bids"] = "data/bids.ndjson"
    bids = [
        {"time": START + page * 7200 + number * 4 + 600, "cid": f"c-{account}", "adomain": ["story.example"]}
        for number, account in enumerate(RING)
        for page in range(12)
    ]  # fmt: skip
    always = [
        {"time": START + tick * 30, "cid": f"c-{account}", "crid": "x"}
        for account in OTHERS[:4]
        for tick in range(3000)
    ]
    lines = [json.dumps(each) for each in [*bids, *always, {"time": START, "cid": "nobody", "adomain": [], "crid": ""}]]
    for account in (*RING, *OTHERS):
        network.add("campaigns", id=f"c-{account}", advertiser_id=account, payer_id=account)
    (network.folder / "data/bids.ndjson").write_text("\n".join(lines), "utf-8")

    result = notice(network)

    assert [each.members for each in result.communities] == [RING]
    assert result.warnings == (
        f"data/bids.ndjson: 1 of {len(lines):,} bids are of no known campaign, seat or website; not tested",
    )


def test_a_network_that_switches_it_off_is_not_tested(network: MadeNetwork) -> None:
    """What an earlier run wrote does not stay."""
    network.settings["influence"] = {"enabled": False}

    assert notice(network) == InfluenceResult()
    assert not (network.folder / "out" / "influence").exists()
    with pytest.raises(NotFound, match="no result of coordination tests"):
        shown_communities(network.network)


@pytest.mark.parametrize(("key", "value"), [("alpha", "0"), ("alpha", "0.5"), ("max_cell", 1), ("resolution_s", 0)])
def test_a_setting_out_of_range_is_refused(network: MadeNetwork, key: str, value: object) -> None:
    """It names the key and what it may be."""
    network.settings["influence"] = {key: value}

    with pytest.raises(BadInput, match=rf"{key} in \[influence\] is"):
        notice(network)


def test_every_edge_opens_the_acts_behind_it(tested: MadeNetwork) -> None:
    """Both moments, the seconds between them, and both ads; in either order of the two accounts."""
    evidence = edge_evidence(tested.network, "ring-1", "ring-0")

    assert (evidence.a, evidence.b, len(evidence.acts)) == ("ring-0", "ring-1", 10)
    first = evidence.acts[0]
    assert (first.seconds_apart, first.is_close, first.a_content, first.b_content) == (
        5,
        True,
        "ad-ring-0-0",
        "ad-ring-1-0",
    )
    assert first.object_id == "landing_url:story.example/0"
    assert edge_sentences(tested.network, "ring-1", "ring-0")[0].startswith(
        "ring-0 and ring-1 advertised 10 of the same pages in the same ten minutes; 10 of these within one minute;"
        " 2.1 expected by chance. One of "
    )


def test_accounts_that_are_not_linked_are_told_so(tested: MadeNetwork) -> None:
    """What they share is shown all the same; an account that nobody knows is an error."""
    assert "are not linked" in edge_sentences(tested.network, "shop-1", "ring-0")[0]
    with pytest.raises(BadInput, match="an account has no link with itself"):
        edge_evidence(tested.network, "ring-0", "ring-0")
    with pytest.raises(NotFound, match="no account of this id in the events"):
        edge_evidence(tested.network, "ring-0", "nobody")


def test_a_community_is_found_by_the_beginning_of_its_id(tested: MadeNetwork) -> None:
    """As a task is."""
    shown = shown_community(tested.network, "g-")

    assert len(shown.pairs) == len(shown.sentences) == 15
    with pytest.raises(NotFound, match="no community of this id"):
        shown_community(tested.network, "g-none")


def test_the_files_hold_what_was_found(tested: MadeNetwork) -> None:
    """For other programs, each sorted by a unique key."""
    folder = tested.folder / "out" / "influence"
    pairs = read_parquet(folder / "pairs.parquet")

    assert [row[:2] for row in pairs] == sorted(row[:2] for row in pairs)
    assert (len(pairs), pairs[0][2:5]) == (15, ("landing_url", 10, 10))
    assert 0 < pairs[0][-1] < 0.001
    assert pairs[0][-3] == datetime.fromtimestamp(START, UTC).replace(tzinfo=None)
    assert [row[1] for row in read_parquet(folder / "members.parquet")] == list(RING)
    assert len(read_parquet(folder / "communities.parquet")) == 1
    assert {row[3] for row in read_parquet(folder / "objects.parquet")} == {6}
    assert read_parquet(folder / "oversized.parquet") == []
    assert b'<node id="ring-0">' in (folder / "graph.graphml").read_bytes()
    assert (folder / "graph.gexf").read_bytes().startswith(b"<?xml")
    assert json.loads((folder / "bundle.json").read_bytes())["type"] == "bundle"


def test_the_run_names_hosts_with_letters_that_look_alike_first_and_readable(network: MadeNetwork) -> None:
    """A look-alike in a file alone is seen by nobody; in its `xn--` form nobody sees what it imitates."""
    domains = ("harbour-radio.example", "hаrbour-radio.example", "harbour-radio.de", "harbour-radoi.example")
    for account, domain in zip(RING, domains, strict=False):
        network.row("advertisers", account)["domains"] = domain

    said = notice(network).sentences[-1]

    assert said.startswith("look-alike hosts, for people to look at: 2 with letters that look alike (")
    assert "(hаrbour-radio.example = xn--" in said
    assert said.index("look alike (") < said.index("under another suffix") < said.index("slip of the keyboard")


def test_hosts_that_look_like_an_advertisers_website_are_listed(network: MadeNetwork) -> None:
    """For a person to look at; a website that changed is looked at anew."""
    path, (first, second) = network.folder / "out" / "influence" / "lookalike_hosts.parquet", RING[:2]
    before = read_parquet(path)
    network.row("advertisers", first)["domains"] = "harbour-radio.example"
    network.row("advertisers", second)["domains"] = "harbour-radoi.example"

    again = notice(network)

    assert (before, again.is_kept) == ([], False)
    assert again.sentences[-1] == (
        "look-alike hosts, for people to look at: 1 one slip of the keyboard away (harbour-radoi.example of ring-1 like"
        " harbour-radio.example); all in out/influence/lookalike_hosts.parquet"
    )
    assert read_parquet(path) == [
        ("harbour-radio.example", first, "harbour-radoi.example", second, "slip"),
        ("harbour-radoi.example", second, "harbour-radio.example", first, "slip"),
    ]


def test_pictures_that_are_alike_are_one_object(network: MadeNetwork) -> None:
    """Other bytes have another hash: a copy that was compressed anew would hide what two advertisers share."""
    pytest.importorskip("PIL", reason="not here: needs Pillow (extra `images`)")
    from tests.unit.influence.made_pictures import compressed, made_picture  # noqa: PLC0415  needs Pillow

    folder = network.folder / "data" / "pictures"
    folder.mkdir()
    made_picture(1).save(folder / f"{'a' * 64}.png")
    compressed(made_picture(1), 40).save(folder / f"{'B' * 64}.jpg")
    (folder / f"{'c' * 64}.gif").write_text("no picture")
    for media in "def":
        (folder / f"{media * 64}.gif").write_text("no picture")
    (folder / f"{'3' * 64}.gif").mkdir()
    for number, media in enumerate("abc03def"):
        account = (*RING, *OTHERS)[number]
        network.add("campaigns", id=f"o-{number}", advertiser_id=account, starts="2026-10-01")
        network.add("creatives", id=f"ad-{number}", campaign_id=f"o-{number}", media_sha256=media * 64)

    result = notice(network)
    acts = read_parquet(network.folder / "state" / "influence" / "acts.parquet")
    images = {row[1]: row[3] for row in acts if row[2] == "creative_image"}

    assert images[RING[0]] == images[RING[1]] != images[RING[2]] == f"creative_image:{'c' * 64}"
    (told,) = (each for each in result.warnings if each.startswith("data/pictures: "))
    assert told.startswith(
        "data/pictures: 5 pictures cannot be read and count by hash alone (creatives ad-2, ad-4, ad-5 and 2 more); "
        "ad-2 is no picture that can be read"
    )
    assert (notice(network).is_kept, (folder / f"{'9' * 64}.gif").write_text("x"), notice(network).is_kept) == (
        True, 1, False
    )  # fmt: skip


def test_a_network_without_pillow_compares_pictures_by_hash(
    network: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    (network.folder / "data" / "pictures").mkdir()
    (network.folder / "data" / "pictures" / f"{'a' * 64}.png").write_bytes(b"\x89PNG")
    network.add("campaigns", id="o-1", advertiser_id=RING[0], starts="2026-10-01")
    network.add("creatives", id="ad-1", campaign_id="o-1", media_sha256="a" * 64)

    assert any("pip install evenhand[images]" in each for each in notice(network).warnings)


@pytest.mark.parametrize("address", [
    "https://Story.example/a", "http://www.story.example/a/", "story.example/a", "//story.example/a#top",
    "landing_url:https://story.example/a?utm_source=x&UTM_medium=y", "https://story.example/a/?fbclid=1&gclid=2",
])  # fmt: skip
def test_addresses_that_lead_to_one_page_are_one_object(address: str) -> None:
    """Tracking parameters would else hide who shares the same page."""
    assert object_name("landing_url", address, SUFFIXES) == "landing_url:story.example/a"


@pytest.mark.parametrize("address", [
    "story.example/A", "story.example/a?id=7", "story.example:8080/a", "myapp://story.example/a", "page 7.2", "https://",
])  # fmt: skip
def test_what_leads_elsewhere_stays_another_object(address: str) -> None:
    """The case of a path may matter, and what is no address of the web is compared as it is."""
    assert object_name("landing_url", address, SUFFIXES) == f"landing_url:{address}"
