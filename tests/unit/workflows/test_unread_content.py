"""Content of a campaign that the rulebook does not know: held, whatever letters the word has, and named everywhere."""

import csv
from pathlib import Path

import pytest

from evenhand.model.errors import TooManyRefused
from evenhand.model.outcome import Outcome
from evenhand.workflows.review.task_board import list_tasks
from tests.networks import DAY_1, DAY_2, DAY_3, MadeNetwork, approve_changes
from tests.suffixes import SUFFIXES

RULE = """
@id("no-sport")
@title("No advertising for sport")
@why("It is not sold here.")
@verdict("refuse")
@ground("contract")
@notice_days("0")
@effective_from("2026-01-01")
@owner("policy-office")
forbid (principal is Advertiser, action == Action::"buy", resource is Campaign)
when { resource.content.contains(ContentKind::"sport") };
"""


def question(made: MadeNetwork, party: str) -> str:
    """Return the question of the only task about the content of a party's campaigns."""
    [task] = [each for each in list_tasks(made.network, DAY_2, SUFFIXES, party=party) if "content" in each.question]
    return task.question


@pytest.mark.parametrize(
    ("word", "guess"),
    [
        ("Glücksspiel", ""),
        ("Wahlwerbung für Partei", ""),
        ("gambling", ""),
        ("Nachrichten", ""),
        ("entertainmnt", "entertainment"),
        ("Public information", "public_information"),
    ],
)
def test_a_campaign_of_unknown_content_is_held_and_the_word_is_named(
    word: str, guess: str, begun: MadeNetwork, tmp_path: Path
) -> None:
    """One had umlauts and was allowed, another the form of an id and was held for `(facts)`."""
    made = begun.copy(tmp_path / "network")
    made.row("campaigns", "c-bakery").update(payer_id="bakery", content=f"commercial; {word}")

    report = made.run(DAY_1)

    decision = made.last("bakery", "campaign:c-bakery")
    assert (decision.outcome, made.last("bakery").outcome) == (Outcome.HOLD, Outcome.ALLOW)
    assert decision.grounds == (("(facts)", "rule_error", "Campaign.content"),)
    [case] = [each for each in report.cases if each.decision.id == decision.id]
    said = f"the rulebook does not know the content `{word}` of the campaign (data/campaigns.csv, line 6)"
    assert case.because[0].startswith(f"error: {said}; expected a kind of content that the rulebook knows: news, ")
    assert case.because[0].endswith(f"did you mean `{guess}`" if guess else "public_information")
    assert any(f"line 6: `{word}`" in each for each in report.warnings)
    with Path(made.folder, "out", "rejected-input.csv").open(encoding="utf-8", newline="") as file:
        [row] = [each for each in csv.DictReader(file) if each["column"] == "content"]
    assert (row["line"], row["value"], row["what"]) == ("6", word, "value")
    assert said[4:] in question(made, "bakery")

    made.row("campaigns", "c-bakery")["content"] = "Commercial; -"
    made.run(DAY_2)
    assert made.last("bakery", "campaign:c-bakery").outcome is Outcome.ALLOW


def test_a_refusal_for_content_stays_when_the_word_cannot_be_read_any_more(begun: MadeNetwork, tmp_path: Path) -> None:
    """A hold would be milder."""
    made = begun.copy(tmp_path / "network")
    made.edit_rules(lambda text: text + RULE)
    made.row("campaigns", "c-bakery")["content"] = "sport"
    made.run(DAY_1)
    refused = made.last("bakery", "campaign:c-bakery")
    made.row("campaigns", "c-bakery")["content"] = "spørt"

    made.run(DAY_2)

    assert refused.outcome is Outcome.REFUSE
    assert made.last("bakery", "campaign:c-bakery") == refused


def test_a_kind_that_the_rulebook_adds_is_read_again(begun: MadeNetwork, tmp_path: Path) -> None:
    """The table is the same file: the reading depends on the rulebook too, and so does its spelling."""
    made = begun.copy(tmp_path / "network")
    made.row("campaigns", "c-bakery")["content"] = "GLÜCKSSPIEL"
    made.run(DAY_1)
    schema = made.folder / "rulebook" / "schema.cedarschema"
    schema.write_text(schema.read_text("utf-8").replace('["news", ', '["news", "Glücksspiel", '), "utf-8")
    made.edit_rules(lambda text: text)
    approve_changes(made)

    made.run(DAY_3)

    decision = made.last("bakery", "campaign:c-bakery")
    assert decision.outcome is Outcome.ALLOW


def test_a_run_stops_at_too_much_unknown_content_and_names_the_first_word(begun: MadeNetwork, tmp_path: Path) -> None:
    """A column that holds something else would pause every campaign."""
    made = begun.copy(tmp_path / "network")
    made.settings["intake"]["max_refused_share"] = "0"
    made.row("campaigns", "c-bakery")["content"] = "sportt"

    with pytest.raises(TooManyRefused, match=r"content `sportt` .* line 6\).*did you mean `sport`"):
        made.run(DAY_1)


def test_a_task_names_only_what_holds(begun: MadeNetwork, tmp_path: Path) -> None:
    """A share of the same party that cannot be read either is not why this campaign is held."""
    made = begun.copy(tmp_path / "network")
    made.row("campaigns", "c-bakery")["content"] = "gambling"
    made.add("ownership", owner="plain", owned="bakery", share="the rest")

    made.run(DAY_1)

    assert "ownership.share: the rest" in " ".join(made.last("bakery", "campaign:c-bakery").unread)
    asked = question(made, "bakery")
    assert "`gambling`" in asked
    assert "the rest" not in asked


@pytest.mark.parametrize("content", ["political", "issue; Political"])
@pytest.mark.parametrize("stated", ["no", "nein", ""])
def test_political_content_is_political_whatever_the_column_says(
    stated: str, content: str, begun: MadeNetwork, tmp_path: Path
) -> None:
    """Of two cells that contradict each other the stricter counts, and somebody has to see it."""
    made = begun.copy(tmp_path / "network")
    made.row("campaigns", "c-bakery").update(political=stated, content=content)

    report = made.run(DAY_1)

    decision = made.last("bakery", "campaign:c-bakery")
    assert decision.facts["context"]["political"] is True
    assert decision.outcome is not Outcome.ALLOW
    assert decision.unread == ()
    assert made.register()[1]["bakery"].political_campaigns == ("c-bakery",)
    listed = [(each.line, each.value) for each in report.refused if each.column == "political"]
    assert listed == ([(6, stated)] if stated else [])
