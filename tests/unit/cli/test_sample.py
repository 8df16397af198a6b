"""The sample network is whole: what refers to a row finds it, and mirrors differ in nothing that may count."""

import csv
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from itertools import chain
from pathlib import Path

import msgspec
import pytest

from evenhand.model.network import Settings
from evenhand.model.outcome import Outcome
from evenhand.store.notification_settings import wrong_notifications

SAMPLE = files("evenhand.cli") / "sample"
ADVERTISERS = (
    "id name alias type schema country languages domains accounts seats bundles identifiers payer_id agency first_seen "
    "prepaid verification verified_by verified_on verified_until media_sections media_control media_taxpayer_funded "
    "media_editorially_independent media_source circumvention_of circumvention_confirmed_by"
)
PAYERS = "id name alias type schema country domains identifiers verification verified_by verified_on verified_until"
HOUSE = (
    "id schema name alias country website account registration_number jurisdiction birth_date topic since until note"
)
HEADINGS = {
    "data/advertisers.csv": ADVERTISERS.split(),
    "data/payers.csv": PAYERS.split(),
    "data/creatives.csv": ["id", "campaign_id", "text", "language", "landing_url", "content"],
    "data/votes.csv": ["territory", "first_day", "last_day", "union_wide_rules"],
    "lists-in/house-media.csv": HOUSE.split(),
    "lists-in/house-sanctions.csv": HOUSE.split(),
    "lists-in/sample-eu.csv": HOUSE.split(),
    "lists-in/sample-un.csv": HOUSE.split(),
    "lists-in/sample-uk.csv": HOUSE.split(),
    "lists-in/sample-us.csv": HOUSE.split(),
    "expected.csv": ["day", "kind", "id", "outcome", "rules", "effective_from"],
}
CAMPAIGN_COLUMNS = "id advertiser_id payer_id status starts ends territories political content landing_url budget spent"
CAMPAIGN = CAMPAIGN_COLUMNS.split()
MAY_DIFFER = {"name", "country", "jurisdiction"}
RULES = {
    "off-board-two", "state-controlled-news-media", "asset-freeze", "owned-by-designated", "payer-designated",
    "eu-listed", "eu-payer", "un-listed", "un-payer", "us-list-not-binding", "us-list-not-binding-payer",
    "uk-list-not-binding", "uk-list-not-binding-payer", "blocking-statute-review", "blocking-statute-review-payer",
    "house-listed", "house-owned", "house-payer", "listed-owners-together", "listed-owners-together-payer",
    "minority-designated-owner", "confirmed-circumvention", "possible-match-review", "possible-match-payer",
    "political-label", "new-political-advertiser", "unverified-political-advertiser", "undisclosed-political-payer",
    "undisclosed-payer", "third-country-sponsor-before-vote",
}  # fmt: skip


def settings() -> Settings:
    return msgspec.convert(tomllib.loads((SAMPLE / "evenhand.toml").read_text("utf-8")), Settings)


def table(path: str, delimiter: str = ",") -> list[dict[str, str]]:
    lines = (SAMPLE / path).read_text("utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter=delimiter, strict=True))


SENDS = {"webhook", "mail", "mail_to"}


def campaigns() -> list[dict[str, str]]:
    ours = settings().intake.columns["campaigns"]
    return [{name: row[ours[name]] for name in ours} for row in table("data/campaigns.csv", ";")]


def ids(rows: list[dict[str, str]]) -> set[str]:
    return {row["id"] for row in rows}


def with_mirrors() -> Iterator[list[dict[str, str]]]:
    yield from (table("data/advertisers.csv"), campaigns(), table("data/creatives.csv"))
    yield from (table("lists-in/house-media.csv"), table("lists-in/house-sanctions.csv"), table("expected.csv"))


def test_the_settings_state_every_key_and_name_files_that_are_there() -> None:
    """A newcomer copies this file: what it names must exist, and nothing may be left to a default."""
    given = settings()
    raw = tomllib.loads((SAMPLE / "evenhand.toml").read_text("utf-8"))

    tables = [raw["intake"][name] for name in ("advertisers", "payers", "ownership", "campaigns", "creatives", "votes")]
    lists = [source.path for source in given.lists]

    assert all((SAMPLE / path).is_file() for path in tables + lists)
    assert set(raw) == {field.encode_name for field in msgspec.structs.fields(Settings)} - SENDS


def test_receivers_of_events_are_shown_and_get_nothing_from_a_sample() -> None:
    """The lines hold once their hashes are taken away; a sample that somebody tries sends nothing to anybody."""
    text = (SAMPLE / "evenhand.toml").read_text("utf-8")
    shown = re.search(r"^# \[\[webhook\]\]\n(?:#.*\n)+", text, re.MULTILINE)
    assert shown is not None

    stated = tomllib.loads(re.sub(r"^# ?", "", shown[0], flags=re.MULTILINE))
    given = msgspec.convert(tomllib.loads(text) | stated, Settings)

    assert settings().receivers == ()
    assert stated.keys() == SENDS
    assert list(wrong_notifications(given, Path(str(SAMPLE)))) == []


@pytest.mark.parametrize(("path", "heading"), HEADINGS.items())
def test_a_table_has_its_columns_and_every_row_is_whole(path: str, heading: list[str]) -> None:
    """A short row would be read as empty cells, and nobody would notice."""
    rows = list(csv.reader((SAMPLE / path).read_text("utf-8").splitlines(), strict=True))

    assert rows[0] == heading
    assert {len(row) for row in rows} == {len(heading)}


def test_every_column_of_the_campaigns_is_mapped_once() -> None:
    """The table shows what a mapping is for; a heading left over would be read as nothing."""
    ours = settings().intake.columns["campaigns"]

    assert list(ours) == CAMPAIGN
    assert list(ours.values()) == list(table("data/campaigns.csv", ";")[0])


def test_ids_are_unique_in_every_table() -> None:
    """A repeated id is bad input; the sample shows other mistakes, not this one."""
    tables = [table(path) for path, heading in HEADINGS.items() if path != "expected.csv" and "id" in heading]

    for rows in [*tables, campaigns()]:
        assert len(ids(rows)) == len(rows)
    assert not ids(table("data/advertisers.csv")) & ids(table("data/payers.csv"))


def test_references_resolve_but_for_the_one_row_that_is_meant_to_be_refused() -> None:
    """`c-orphan` shows a refused row; any other dangling id would be a slip of ours."""
    advertisers, orders = table("data/advertisers.csv"), campaigns()
    parties = ids(advertisers) | ids(table("data/payers.csv"))

    orphans = [row["id"] for row in orders if row["advertiser_id"] not in ids(advertisers)]
    payers = {row["payer_id"] for row in orders if row["id"] not in orphans} | {row["payer_id"] for row in advertisers}
    owners = {row["Owner"] for row in table("data/ownership.csv") if not row["Owner name"]}

    assert orphans == ["c-orphan"]
    assert payers - {""} <= parties
    assert owners | {row["Owned"] for row in table("data/ownership.csv")} <= parties
    assert {row["campaign_id"] for row in table("data/creatives.csv")} <= ids(orders)
    assert {row["circumvention_of"] for row in advertisers} - {""} <= ids(advertisers)


def test_the_refused_rows_stay_below_what_the_settings_allow() -> None:
    """Otherwise the demo would stop at its first run."""
    assert 1 / len(campaigns()) < float(settings().intake.max_refused_share)


def test_mirrored_rows_differ_in_names_countries_ids_and_hosts_only() -> None:
    """The mirror of a story is only a mirror if nothing else tells the two apart."""
    pairs = 0
    for rows in with_mirrors():
        twins = {twin: [row for row in rows if f"{twin}-" in row["id"]] for twin in ("qm", "qn")}
        for one, other in zip(twins["qm"], twins["qn"], strict=True):
            pairs += 1
            turned = {column: value.replace("qm", "qn") for column, value in one.items() if column not in MAY_DIFFER}
            assert turned == {column: value for column, value in other.items() if column not in MAY_DIFFER}

    assert pairs == 6 + 6 + 2 + 2 + 1 + 2 * 4


def test_hosts_are_those_of_the_two_facts_or_cannot_be_registered() -> None:
    """An invented party must never borrow a real one's host."""
    cells = chain.from_iterable(row["domains"].split(";") for row in table("data/advertisers.csv"))
    real = {cell for cell in cells if not cell.endswith(".example")}

    assert real == {"rt.com", "sputniknews.com", "not a host"}


def test_what_is_expected_names_parties_of_the_tables_and_rules_that_we_know() -> None:
    """The oracle of the demo: one misspelt id would make it pass for the wrong reason."""
    known = {
        "advertiser": ids(table("data/advertisers.csv")),
        "payer": ids(table("data/payers.csv")) | ids(table("later/data/payers.csv")),
        "campaign": ids(campaigns()),
    }
    expected = table("expected.csv")

    assert all(row["id"] in known[row["kind"]] for row in expected)
    assert {row["day"] for row in expected} == {"2017-10-26", "2019-08-19", "2026-11-02"}
    assert {Outcome(row["outcome"]) for row in expected} == set(Outcome) - {Outcome.ALLOW}
    assert {row["id"] for row in expected if row["effective_from"]} == {"qm-broadcaster", "qn-broadcaster", "qp-daily"}
    assert set(chain.from_iterable(row["rules"].split(";") for row in expected)) == RULES
    assert len({(row["day"], row["kind"], row["id"]) for row in expected}) == len(expected)
