"""On which findings a ruling rests, and that none is lost."""

from pathlib import Path

import pytest

from evenhand.model.outcome import Outcome
from tests.networks import MadeNetwork, empty_network


def made_rule(name: str, when: str) -> str:
    return (
        f'\n@id("{name}")\n@title("t")\n@why("w")\n@verdict("hold")\n@ground("contract")\n@notice_days("0")\n'
        f'@sor_category("STATEMENT_CATEGORY_OTHER_VIOLATION_TC")\n@effective_from("2020-01-01")\n@owner("o")\n'
        f'forbid (principal is Advertiser, action == Action::"buy", resource) when {{ {when} }};\n'
    )


@pytest.fixture
def network(tmp_path: Path) -> MadeNetwork:
    return empty_network(tmp_path / "network")


@pytest.mark.parametrize(
    ("when", "path", "said"),
    [
        ("principal.verification < 1", "Advertiser.verification", "0"),
        ('principal.country == "DE"', "Advertiser.country", "DE"),
        ('principal.scripts.contains("Latn")', "Advertiser.scripts", "Latn"),
        ("!principal.circumvention_confirmed", "Advertiser.circumvention_confirmed", "no"),
        ('principal.first_seen < datetime("2027-01-01")', "Advertiser.first_seen", "2026-03-02"),
        ('!context.territories.contains("FR")', "context.territories", "DE, EEA, EU, IE"),
        ("context.payer == Payer::\"bakery\"", "context.payer", "bakery"),
        ("principal.owner_countries.isEmpty()", "Advertiser.owner_countries", "none"),
        ('context.at > datetime("2020-01-01")', "Advertiser.@id", "bakery"),
        ('principal == Advertiser::"bakery"', "Advertiser.@id", "bakery"),
        ("principal.association == {cluster_size: 0, similarity: decimal(\"0.0000\"), listed_links: 0}",
         "Advertiser.association", "cluster_size 0; listed_links 0; similarity 0.0000"),
    ],
)  # fmt: skip
def test_a_rule_that_reads_the_tables_is_answered_by_what_stood_there(
    network: MadeNetwork, when: str, path: str, said: str
) -> None:
    """Attribute and value, as a person can check them in the row named as the source."""
    # Two of the rules name a party, which lint refuses.
    network.edit_rules(lambda text: text + made_rule("made-up", when), historic=True)

    network.run()

    decision = network.last("bakery")
    (finding,) = decision.findings
    compared = {each.source_field: each.ours for each in finding.because}
    assert (decision.outcome, finding.kind) == (Outcome.HOLD, "recorded")
    assert compared[path] == said
    assert {ground[2] for ground in decision.grounds} == set(compared)
    assert finding.sources == (f"table:advertisers@{decision.inputs.tables['advertisers'].partition(':')[2]}#bakery",)


def test_a_share_below_the_rule_and_a_row_of_the_tables_both_stay(begun: MadeNetwork, tmp_path: Path) -> None:
    """Both are on record; one must not hide the other."""
    made = begun.copy(tmp_path / "network")
    made.add("campaigns", id="c-minor", advertiser_id="minor", payer_id="minor", political="yes", content="issue")
    made.row("advertisers", "minor").update(first_seen="2020-01-01", verification="document", country="IE")
    label = '@verdict("label")\n@label("political_advertisement")'
    made.edit_rules(lambda text: text.replace(label, '@verdict("refuse")'))
    made.run()

    decision = made.last("minor", "campaign:c-minor")
    assert decision.reasons == ("minority-designated-owner", "political-label")
    assert [(finding.kind, finding.path) for finding in decision.findings] == [
        ("recorded", ("minor", "tulquist")), ("recorded", ()),
    ]  # fmt: skip
    assert decision.findings[0].low == 490_000
    assert any("#s-tulq" in source for source in decision.findings[0].sources)
    assert decision.findings[1].sources[1].endswith("#c-minor")


def test_every_rule_in_error_has_its_finding(network: MadeNetwork) -> None:
    """A person has to see all that could not be applied."""
    overflow = "principal.spend_micros * 9223372036854775807 > 0"
    network.edit_rules(lambda text: text + made_rule("one", overflow) + made_rule("two", overflow), historic=True)
    network.add("campaigns", id="c", advertiser_id="bakery", payer_id="bakery", spent="3")

    network.run()

    decision = network.last("bakery")
    assert decision.errors == ("one", "two")
    assert [finding.because[0].ours for finding in decision.findings] == ["one", "two"]
    assert decision.grounds == (("one", "rule_error", "advertiser"), ("two", "rule_error", "advertiser"))


def test_what_list_and_row_say_of_an_outlet_are_both_grounds(begun: MadeNetwork, tmp_path: Path) -> None:
    """Neither takes anything from the other; of the row only what it states, with its source beside it."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "outlet").update(
        media_sections="news", media_control="political_pressure", media_source="charter"
    )
    made.run()

    decision = made.last("outlet")
    assert decision.reasons == ("state-controlled-news-media",)
    assert [each[1:] for each in decision.grounds] == [
        ("recorded", "Advertiser.media.control"), ("recorded", "Advertiser.media.sections"), ("state_media", "m-tele"),
    ]  # fmt: skip
    recorded = next(each for each in decision.findings if each.kind == "recorded")
    assert {each.source_field: each.ours for each in recorded.because} == {
        "Advertiser.media.sections": "news", "Advertiser.media.control": "political_pressure",
        "Advertiser.media_source": "charter",
    }  # fmt: skip


def test_a_payer_is_a_ground_only_of_rules_that_look_at_who_pays(begun: MadeNetwork, tmp_path: Path) -> None:
    """The bakery is refused for the money, not for itself."""
    made = begun.copy(tmp_path / "network")
    made.row("advertisers", "bakery")["payer_id"] = "morvane"
    made.run()

    decision = made.last("bakery")
    assert decision.grounds == (("house-payer", "listed", "s-morvane"),)
    assert [(finding.party_kind, finding.party_id) for finding in decision.findings] == [("payer", "morvane")]


def test_where_no_rule_says_anything_the_hold_says_so(network: MadeNetwork) -> None:
    """A rulebook without a fitting permit allows nothing, and names no rule."""
    network.edit_rules(lambda text: text.replace(
        "permit (principal, action, resource);", "permit (principal is Payer, action, resource);"
    ), historic=True)  # fmt: skip

    network.run()

    decision = network.last("bakery")
    assert (decision.outcome, decision.reasons) == (Outcome.HOLD, ())
    assert decision.grounds == (("(facts)", "rule_error", "advertiser"),)
    assert (network.folder / "out" / "reasons" / f"r-{decision.id[2:]}.txt").exists()


def test_an_allow_keeps_what_was_seen(begun: MadeNetwork, tmp_path: Path) -> None:
    """Like cases can only be compared if the milder ones are on record too; it rests on no ground."""
    made = empty_network(tmp_path / "network")
    made.row("house-media", "m-none")["website"] = "https://morning-crust.example"
    made.run()

    decision = made.last("bakery")
    assert (decision.outcome, decision.grounds) == (Outcome.ALLOW, ())
    assert [finding.kind for finding in decision.findings] == ["state_media"]
