"""Until when a restriction holds whose rules read the clock: what the letter, the EU and everybody are told."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from evenhand.model.outcome import Outcome
from evenhand.model.statement import StatedBesides
from evenhand.policy import Rulebook
from evenhand.reasons import letter, public_record, to_dsa
from evenhand.reasons.language import languages, words_of
from evenhand.workflows.evaluation.restriction_ends import RestrictionEnds
from tests.networks import DAY_1, MADE_UP_RULE, MadeNetwork, empty_network
from tests.unit.workflows.test_notice_periods import stated

LABEL_STAYS = (StatedBesides(kind="label-ads"),)


def new_party(folder: Path, country: str = "DE", **cells: str) -> MadeNetwork:
    """Return a network with a verified advertiser seen for a week, and its political campaign."""
    made = empty_network(folder)
    made.row("advertisers", "bakery").update(country=country, verification="document", first_seen="2026-02-23")
    made.add(
        "campaigns", id="k", advertiser_id="bakery", payer_id="bakery", political="yes", starts="2026-03-01", **cells
    )
    return made


@pytest.mark.parametrize("country", ["DE", "QM"])
def test_a_limit_that_ends_says_when_and_its_label_stays(tmp_path: Path, country: str) -> None:
    """Fourteen days after it was first seen an advertiser is not new any more (DSA Art. 17(3)(a), duration)."""
    made = new_party(tmp_path / "network", country)

    made.run()

    statement = stated(made)
    assert (statement.kind, statement.ends_on, statement.besides) == ("limit-ads", date(2026, 3, 9), LABEL_STAYS)
    assert "The limit: daily reach 10,000, until 9 March 2026. The label: political advertisement." in statement.facts
    body = to_dsa(statement)
    assert body["decision_provision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert body["end_date_service_restriction"] == "2026-03-09"
    assert body["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_LABELLED"]
    assert "end_date_visibility_restriction" not in body
    assert public_record(statement)["besides"] == [{"kind": "label-ads", "ends_on": None}]
    for language in languages():
        words, text = words_of(language), letter(statement, language).text
        assert words.duration["until"].format(ends=words.day(date(2026, 3, 9))) in text
        assert words.restriction["also-label-ads"].format(duration=words.duration["open"]) in text


@pytest.mark.parametrize(("country", "owner"), [("DE", "QP"), ("QP", "DE")])
def test_a_refusal_before_a_vote_ends_with_the_vote(tmp_path: Path, country: str, owner: str) -> None:
    """What is refused has no label; after the vote the label alone is left."""
    made = new_party(tmp_path / "network", country)
    made.row("advertisers", "bakery")["first_seen"] = "2020-01-01"
    made.add("ownership", owner="above", owned="bakery", share="100 %", owner_name="Tanderim", owner_country=owner)
    made.add("votes", territory="EU", first_day="2026-04-01", last_day="2026-04-01", union_wide_rules="yes")

    made.run()

    statement = stated(made)
    assert (statement.kind, statement.ends_on, bool(statement.besides)) == ("refuse-order", date(2026, 4, 2), False)


@pytest.mark.parametrize(
    ("condition", "ends"),
    [
        ('context.at < datetime("2026-05-01T00:00:00Z")', datetime(2026, 5, 1, tzinfo=UTC)),
        ('context.at < datetime("2026-05-01T00:00:00.500Z")', datetime(2026, 5, 1, 0, 0, 1, tzinfo=UTC)),
        (
            'context.at < datetime("2026-05-01") || (context.at >= datetime("2026-06-01") && '
            'context.at < datetime("2026-07-01"))',
            datetime(2026, 7, 1, tzinfo=UTC),
        ),
        ('context.at >= datetime("2026-01-01")', None),
        ('context.at < datetime("2026-05-01") || context.at.toTime() >= duration("5h")', None),
        ("principal.spend_micros >= 0", None),
    ],
)
def test_an_end_is_known_where_no_later_instant_asks_for_it(
    tmp_path: Path, condition: str, ends: datetime | None
) -> None:
    """A rule that holds again later has not ended, and of one by the hour of the day no end is known."""
    made = new_party(tmp_path / "network", spent="0")
    made.edit_rules(lambda text: text + MADE_UP_RULE.format(condition=condition), historic=True)
    made.run()

    found = RestrictionEnds(Rulebook.load(made.folder / "rulebook", historic=True), DAY_1).of(made.last("bakery"))

    assert found.get(Outcome.REFUSE) == ends


@pytest.mark.parametrize("country", ["DE", "QM"])
@pytest.mark.parametrize(
    ("until", "next_from", "ends"),
    [
        ("2026-05-01", None, datetime(2026, 5, 1, tzinfo=UTC)),
        ("2026-05-01", "2026-05-01", None),
        ("2026-05-01", "2026-06-01", None),
        (None, None, None),
    ],
)
def test_a_restriction_ends_with_its_rule_unless_another_takes_its_place(
    tmp_path: Path, country: str, until: str | None, next_from: str | None, ends: datetime | None
) -> None:
    """The letter said until further notice of a rule of which the last day was known."""
    made = new_party(tmp_path / "network", country, spent="0")
    rule = MADE_UP_RULE.format(condition="principal.verification <= 2")
    first = rule.replace("@owner", f'@effective_until("{until}")\n@owner') if until else rule
    later = rule.replace("made-up-rule", "later").replace("2017-01-01", str(next_from)) if next_from else ""
    made.edit_rules(lambda text: text + first + later)
    made.run()

    decision, statement = made.last("bakery"), stated(made)

    found = RestrictionEnds(Rulebook.load(made.folder / "rulebook"), DAY_1).of(decision, time_bound=False)
    assert found.get(Outcome.REFUSE) == ends
    assert statement.ends_on == (ends and ends.date())
    words = words_of("en")
    told = words.duration["until"].format(ends="1 May 2026") if ends else words.duration["open"]
    assert told in letter(statement, "en").text
