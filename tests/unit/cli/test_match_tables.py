"""A match on the terminal: a person must be able to judge it from the screen."""

import io
import os
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from evenhand.cli.render.match_tables import match_block
from evenhand.model.finding import Comparison, Finding
from evenhand.model.matches import EntryShown, MatchShown, PartyShown
from evenhand.model.ownership import OwnershipLink
from evenhand.render.match_fields import certainty, compared_fields
from evenhand.render.report_rows import match_lines
from tests.commands import DAY_1, append, evenhand

SNAPSHOTS = Path(__file__).parent / "snapshots"
PARTY = PartyShown(
    kind="advertiser", id="a-7", name="Dravik Ostelmar", schema="Person", birth_date="1961-03-01", country="QM",
    identifiers=("lei 549300XIVJCBIGMRUD48",), domains=("ostelmar.example",),
)  # fmt: skip
ENTRY = EntryShown(
    list="ofac-sdn", list_name="SDN List", publisher="Made-up Treasury", published_on=date(2021, 7, 7),
    entity_id="ofac-sdn-7", caption="OSTELMAR, Dravik", schema="Person", names=("OSTELMAR, Dravik",),
    aliases=("OSTELMAR, D.", "ZORBALT, Dorin"), birth_dates=("1975",), countries=("QP",), programmes=("INVENTED",),
    remarks=("made-up person " * 40,), listed_since="2016-01-01", page="https://lists.example/7",
)  # fmt: skip
FINDING = Finding(
    party_kind="advertiser", party_id="a-7", kind="listed", list="ofac-sdn", entity_id="ofac-sdn-7", score=0.814,
    certain=False,
)  # fmt: skip
MATCH = MatchShown(
    finding=FINDING,
    party=PARTY,
    entries=(ENTRY,),
    sentence="Same name in another order; birth years differ (1961, 1975).",
    comparisons=(
        "`dravik` matches `dravik` in the listed name",
        "the date of birth `1961` does not fit the listed `1975`",
    ),
)
LINK = OwnershipLink(owner="p-1", owner_name="Morvane Holding", owned="a-7", kind="ownership", known=550_000)
OWNED = replace(
    MATCH,
    finding=replace(FINDING, kind="owned_by_listed", list="", entity_id="", certain=True, way=(LINK,), low=550_000),
    sentence="Owned 55 % by one listed party.", comparisons=("share held in `a-7`: `p-1: 55 %`",),
)  # fmt: skip
LOOKALIKE = replace(
    MATCH, finding=replace(FINDING, kind="lookalike_domain"), party=None, entries=(),
    sentence="The website ostelmar.example looks like the listed website 0stelmar.example but is another.",
    missing=("ofac-sdn-7 of ofac-sdn, version 0123456789ab",),
)  # fmt: skip


def shown(match: MatchShown, about: str = "a-7") -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    console.print(match_block(match, about))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


@pytest.mark.parametrize(("name", "match"), [("match", MATCH), ("match-owned", OWNED), ("match-lookalike", LOOKALIKE)])
def test_what_people_judge_by_is_what_was_reviewed(name: str, match: MatchShown) -> None:
    """The sentence, both sides, then the comparisons. `EVENHAND_SNAPSHOTS=write pytest` keeps the new text."""
    path, text = SNAPSHOTS / f"{name}.txt", shown(match)
    if os.environ.get("EVENHAND_SNAPSHOTS") == "write":
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("match", [MATCH, OWNED, LOOKALIKE])
def test_a_match_fits_eighty_columns(match: MatchShown) -> None:
    """Also with names in wide signs and an entry of a hundred aliases, of which the screen shows eight."""
    wide = replace(
        match,
        party=replace(PARTY, name="灵山虚构贸易" * 12),
        entries=tuple(replace(each, aliases=tuple(f"Alias {n}" for n in range(100))) for each in match.entries),
    )

    lines = shown(wide).splitlines()

    assert max(map(cell_len, lines)) <= 80
    assert any("and 92 more" in line for line in lines) == bool(match.entries)


def test_many_owners_are_cut_and_counted() -> None:
    """A company with fifty listed owners fits a screen or two."""
    assert "and 42 more listed entries: --json has all" in shown(replace(OWNED, entries=(ENTRY,) * 50))


def test_a_match_cannot_command_the_terminal() -> None:
    """Names of lists and tables are shown, never obeyed."""
    hostile = "\x1b[2J[red]x[/red]"
    text = shown(
        replace(
            MATCH, party=replace(PARTY, name=hostile), entries=(replace(ENTRY, names=(hostile,), remarks=(hostile,)),),
            sentence=hostile, comparisons=(hostile,), missing=(hostile,),
        )
    )  # fmt: skip

    assert "\x1b" not in text
    assert text.count("[red]x[/red]") == 6


def test_a_match_of_another_party_names_it() -> None:
    """A payer's match holds the advertiser as well."""
    assert certainty(FINDING, "a-1").startswith("advertiser a-7: possible match with ofac-sdn-7 of ofac-sdn")
    assert certainty(replace(FINDING, kind="recorded"), "a-7") == "on record"


def test_a_match_that_a_person_confirmed_shows_no_score() -> None:
    """The score of a bare name, 0.07, beside the word certain misleads."""
    judged = replace(FINDING, certain=True, score=0.07, sources=(*FINDING.sources, "judgement:7"))
    assert certainty(judged) == "certain match with ofac-sdn-7 of ofac-sdn, by a person's judgement"
    assert "0.07" in certainty(replace(judged, sources=FINDING.sources))


def test_what_is_on_record_is_one_line() -> None:
    """An undisclosed payer is no match: there are no sides to compare."""
    record = replace(FINDING, kind="recorded", list="", entity_id="")

    text = shown(replace(MATCH, finding=record, entries=(), sentence="On record: payer disclosed: no."))

    assert text == "On record: payer disclosed: no.\n\n"


def test_explain_shows_both_sides_and_a_script_gets_them_whole(network: Path) -> None:
    """Sources are cut short on the screen and whole in the object."""
    append("data/advertisers.csv", "a3,Quandar Holding,\n")(network)
    assert evenhand("run", network, "--at", DAY_1).status == 0

    text = evenhand("explain", network, "a3", "--at", DAY_1).out
    found = evenhand("explain", network, "a3", "--at", DAY_1, "--json").json

    assert text.splitlines()[3] == "Same name; no country to compare."
    assert "Our record" in text
    assert "Inclusion proof: " in text
    (match,) = found["matches"]
    assert (match["party"]["id"], match["entries"][0]["entity_id"]) == ("a3", "l1")
    assert match["finding"]["sources"][0] not in text
    assert match["finding"]["sources"][0][:28] in text


def test_explain_goes_on_without_our_side_where_the_tables_cannot_be_read(network: Path) -> None:
    """The decision stands; a broken table of today hides nothing of it."""
    append("data/advertisers.csv", "a3,Quandar Holding,\n")(network)
    assert evenhand("run", network, "--at", DAY_1).status == 0
    (network / "data" / "advertisers.csv").unlink()

    answer = evenhand("explain", network, "a3", "--at", DAY_1)

    assert (answer.status, answer.err) == (0, "")
    assert "not in today's tables" in answer.out


def test_the_page_of_a_hold_says_what_it_rests_on_beside_acting_as_one() -> None:
    """That acting as one by itself restricts nobody says nothing of why there is a hold."""
    finding = Finding(party_kind="advertiser", party_id="a-7", kind="coordination", score=0.0002, certain=True)
    shown = MatchShown(finding=finding, party=None, entries=(), sentence="a-7 acts as one", comparisons=())

    lines = match_lines(shown, "the decision rests on this together with: country")

    assert "the decision rests on this together with: country" in lines.certainty
    assert "restricts nobody" not in lines.certainty


def test_an_advertiser_that_acts_as_one_with_others_is_not_said_to_be_owned() -> None:
    """Acting as one is neither ownership nor control, and alone it restricts nobody."""
    lines = (("coordination.group", "6", "g-1"), ("coordination.tested", "15", "0.0002"))
    because = tuple(
        Comparison(name=name, ours=ours, theirs=theirs, similarity=1, weight=0, effect="for")
        for name, ours, theirs in lines
    )
    finding = Finding(
        party_kind="advertiser", party_id="a-7", kind="coordination", score=0.0002, certain=True, because=because
    )

    assert (
        certainty(finding, "a-7") == "acts as one with 5 others, q of the group 0.0002; by itself this restricts nobody"
    )


def test_numbers_agree_where_the_finding_compared_them() -> None:
    """The same digits of another country's register are another number, and nothing rests on them."""
    party = replace(PARTY, identifiers=("registration 1165024055613",))
    entry = replace(ENTRY, identifiers=("registration 1165024055613",))
    number = "1165024055613"
    equal = Comparison(
        name="identifier.equal", ours=number, theirs=number, similarity=1.0, weight=1.0, effect="for"
    )  # fmt: skip

    agree = [
        next(row[3] for row in compared_fields(party, entry, replace(FINDING, because=because)) if row[0] == "Numbers")
        for because in ((), (equal,))
    ]

    assert agree == [False, True]
