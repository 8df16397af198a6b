"""What a list and the client's own row say of who controls an outlet: the stricter counts, and who says so is told."""

from pathlib import Path

import msgspec
import pytest

from evenhand.model.outcome import Outcome
from evenhand.model.party import MediaControl
from evenhand.workflows.evaluation.media_control import media_record
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_2, DAY_3, TOOLS, MadeNetwork, Row, empty_network

RULE = "state-controlled-news-media"
SWAPPED = pytest.mark.parametrize("countries", [("DE", "QP", "QM"), ("QM", "DE", "QP"), ("QP", "QM", "DE")])
OUTLETS = ("Zarenka 24 Television", "Tormaline 24 Television", "Ardwen 24 Television")


def outlets(folder: Path, countries: tuple[str, ...], cells: Row, topic: str = "typology:SC") -> MadeNetwork:
    """Return a network of three outlets, alike but for their countries, each on the list with its website."""
    made = empty_network(folder / "network")
    for number, (name, country) in enumerate(zip(OUTLETS, countries, strict=True)):
        host = f"{name.split()[0].lower()}24.example"
        made.add("advertisers", id=f"o-{number}", name=name, country=country, domains=host, **cells)
        made.add("house-media", id=f"m-{number}", schema="Organization", name=name, country=country.lower(),
                 website=f"https://{host}", topic=topic)  # fmt: skip
    return made


@SWAPPED
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"media_taxpayer_funded": "no"}, "media_taxpayer_funded no (list: yes)"),
        ({"media_sections": "news"}, ""),
        ({"media_sections": "sport"}, "media_sections sport (list: news)"),
        ({"media_editorially_independent": "yes"}, "media_editorially_independent yes (list: no)"),
        ({"media_control": "political_pressure"}, "media_control political_pressure (list: "),
        ({}, ""),
    ],
)
def test_no_cell_of_a_row_takes_an_outlet_off_a_list(
    tmp_path: Path, countries: tuple[str, ...], cells: Row, said: str
) -> None:
    """What the row does not say is the list's; where both differ the stricter counts, and the report names both."""
    made = outlets(tmp_path, countries, cells | {"media_source": "crm"} if cells else {})

    report = made.run()

    for number, name in enumerate(OUTLETS):
        decision = made.last(f"o-{number}")
        assert (decision.outcome, decision.reasons) == (Outcome.REFUSE, (RULE,))
        assert "state_media" in {kind for _, kind, _ in decision.grounds}
        lines = [each for each in report.warnings if f"{name} (o-{number}) contradicts" in each]
        assert len(lines) == bool(said)
        for line in lines:
            assert said in line
            assert f"house-media#m-{number}" in line
            assert "source of the row: crm" in line
            assert f"evenhand judge DIR o-{number} house-media#m-{number} not-same" in line


@SWAPPED
def test_a_row_can_say_more_than_a_list(tmp_path: Path, countries: tuple[str, ...]) -> None:
    """An exempt broadcaster that has lost its independence is refused on the row's word, which is told."""
    made = outlets(tmp_path, countries, {}, topic="typology:ISF")
    made.run()
    assert {made.last(f"o-{number}").outcome for number in range(3)} == {Outcome.ALLOW}

    for number in range(3):
        made.row("advertisers", f"o-{number}").update(media_editorially_independent="no", media_source="court file 7")
    report = made.run(DAY_2)

    assert {made.last(f"o-{number}").outcome for number in range(3)} == {Outcome.REFUSE}
    assert sum("contradicts the list entry" in each for each in report.warnings) == 3


@SWAPPED
def test_a_judgement_leaves_the_row_alone_to_speak(tmp_path: Path, countries: tuple[str, ...]) -> None:
    """A person, by name and with a reason, is the way to correct a list; a cell is not."""
    made = outlets(tmp_path, countries, {"media_sections": "sport", "media_source": "editor's letter"})
    made.run()

    for number in range(3):
        said = StatedJudgement(f"o-{number}", f"house-media#m-{number}", "not-same", "B. Made-up", "the sports channel")
        judge(made.network, said, DAY_2, TOOLS)
    report = made.run(DAY_3)

    assert {made.last(f"o-{number}").outcome for number in range(3)} == {Outcome.ALLOW}
    assert not [each for each in report.warnings if "contradicts" in each]


def test_of_many_rows_that_contradict_a_list_five_are_named(tmp_path: Path) -> None:
    """A report is read."""
    made = outlets(tmp_path, ("DE", "QP", "QM"), {"media_sections": "sport", "media_source": "crm"})
    for number in range(3, 7):
        host = f"vessari{number}.example"
        made.add("advertisers", id=f"o-{number}", name=f"Vessari{number} Radio", domains=host, media_sections="sport",
                 media_source="crm")  # fmt: skip
        made.add("house-media", id=f"m-{number}", schema="Organization", name=f"Vessari{number} Radio",
                 website=f"https://{host}", topic="typology:SC")  # fmt: skip

    warnings = made.run().warnings

    assert sum("contradicts the list entry" in each for each in warnings) == 5
    assert "2 more advertisers have such a row" in warnings


@pytest.mark.parametrize(
    ("codes", "stated", "sections", "exempt"),
    [
        ([], MediaControl(sections=("opinion",), source="s"), ["opinion"], (False, False)),
        ([], MediaControl(taxpayer_funded=True, editorially_independent=True, source="s"), [], (True, True)),
        (["ISF"], MediaControl(source="s"), ["news"], (True, True)),
        (["ISF"], MediaControl(taxpayer_funded=False, source="s"), ["news"], (False, True)),
        (["CaPu"], MediaControl(taxpayer_funded=True, editorially_independent=True, source="s"), ["news"],
         (False, False)),
        (["?"], MediaControl(sections=("sport",), source="s"), ["sport"], (False, False)),
    ],
)  # fmt: skip
def test_both_count_as_two_entries_would(
    codes: list[str], stated: MediaControl, sections: list[str], exempt: tuple[bool, bool]
) -> None:
    """A code that nobody settled says nothing, so the row speaks alone."""
    record = media_record(codes, stated)

    assert record is not None
    assert [each["__entity"]["id"] for each in record["sections"]] == sections
    assert (record["taxpayer_funded"], record["editorially_independent"]) == exempt


@SWAPPED
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "source of what is on record of its control: annual report 2025"),
        ("de", "Quelle der Angaben zur Kontrolle: annual report 2025"),
        ("fr", "source des indications sur le contrôle"),
        ("ru", "источник сведений о контроле: annual report 2025"),
        ("ar", "مصدر المعلومات عن السيطرة"),
    ],
)
def test_the_letter_says_on_whose_word_an_outlet_is_refused(
    tmp_path: Path, countries: tuple[str, ...], language: str, said: str
) -> None:
    """DSA Art. 17(3)(b): the facts relied on; in public a text of the network's own could name a person."""
    made = empty_network(tmp_path / "network")
    made.settings["reasons"]["language"] = language
    for number, country in enumerate(countries):
        made.add("advertisers", id=f"o-{number}", name=f"{OUTLETS[number]}", country=country, media_sections="news",
                 media_control="political_pressure", media_source="annual report 2025")  # fmt: skip

    made.run()

    for number in range(3):
        decision = made.last(f"o-{number}")
        letter = (made.folder / "out" / "reasons" / f"r-{decision.id[2:]}.txt").read_text("utf-8")
        assert (decision.outcome, decision.reasons) == (Outcome.REFUSE, (RULE,))
        assert said in " ".join(letter.split())
        assert "annual report 2025" in letter
        told = {each.source_field: each.ours for finding in decision.findings for each in finding.because}
        assert told["Advertiser.media_source"] == "annual report 2025"
        assert not [each for each in decision.grounds if each[2].endswith("_source")]
    statements = [msgspec.json.decode(each) for each in made.payloads("statement")]
    assert len(statements) == 3
    assert all("annual report 2025" in each["facts"] for each in statements)
    assert not [each for each in statements if "annual report 2025" in (each["facts_public"] or each["facts"])]
