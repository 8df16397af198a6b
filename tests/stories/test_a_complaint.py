"""The founding case complains: two outlets refused by name in 2017, "unequal treatment of clients".

One of the two complains within the window. The like cases are found at filing; the review answers each in words, under
the second pair of eyes that the rules ask for; in 2019 criteria take the place of names. With the countries exchanged
the complaint goes the same way, with the same deadlines, to the same outcome.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Answer, evenhand
from tests.networks import MadeNetwork
from tests.stories.test_two_state_broadcasters import CRITERIA, NAMED, broadcasters

FILED, ADMITTED, TAKEN, PROPOSED, CONFIRMED, SETTLED, LAST = (
    f"{day}T09:00:00Z"
    for day in ("2017-11-20", "2017-11-21", "2017-11-22", "2017-11-24", "2017-11-27", "2017-12-01", "2018-04-27")
)
WORDS = "We were refused by name. Others whose news a state pays for are served. This is unequal treatment of clients."


@dataclass(frozen=True)
class Story:
    """A network after the run in which two were refused by name; beside its folder are the texts."""

    made: MadeNetwork
    decision: str

    @property
    def folder(self) -> Path:
        return self.made.folder

    def drop_names(self) -> None:
        """Take the rule that names two out of the rulebook of 2017."""
        path = self.folder / "two-names-2017" / "two-names-2017.cedar"
        path.write_text(path.read_text("utf-8").partition('@id("off-board-two")')[0], "utf-8")

    def text(self, words: str) -> Path:
        """Return a file with these words."""
        path = self.folder.parent / "words.txt"
        path.write_text(words, "utf-8")
        return path

    def complain(self, *options: object, at: str = FILED) -> Answer:
        """File the complaint of the first of the two."""
        named = ("--comparator", "Vessari Telewave", "--comparator", "The Nobody Times")
        about = ("--reason", "unequal_treatment", "--text", self.text(WORDS), *named)
        return evenhand("complain", self.folder, self.decision, *about, *options, "--at", at)

    def review(self, complaint: str, person: str, *act: object, at: str) -> Answer:
        """Let a person do one thing with the complaint."""
        return evenhand("review", self.folder, complaint, "--as", person, *act, "--at", at)

    def comparators(self) -> dict[int, dict[str, Any]]:
        """Return the comparators as the network itself sees them, by number."""
        named = ("--named", "Vessari Telewave", "--named", "The Nobody Times")
        found = evenhand("audit", "comparators", self.folder, self.decision, *named, "--at", FILED, "--json")
        return {each["number"]: each for each in found.json["cases"][0]["comparators"]}


@pytest.fixture(scope="module", params=[("RU", "QM"), ("QM", "RU")], ids=["as it was", "countries exchanged"])
def named(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Return a network in 2017: two outlets of one country are refused by name, an outlet of another is not."""
    made = broadcasters(tmp_path_factory.mktemp("named") / "network", *request.param)
    made.run(NAMED)
    return Story(made, made.last("rt").id)


@pytest.fixture
def story(named: Story, tmp_path: Path) -> Story:
    return Story(named.made.copy(tmp_path / "network"), named.decision)


def _reviewed(story: Story) -> str:
    """Return the id of the complaint once it is under review."""
    complaint = story.complain("--json").json["id"]
    assert story.review(complaint, "dora", "--admit", at=ADMITTED).status == 0
    assert story.review(complaint, "rita", "--take", "--conflict", "no", at=TAKEN).status == 0
    assert story.review(complaint, "rita", "--show", at=TAKEN).status == 0
    return str(complaint)


def _answer(*like: str) -> tuple[str, ...]:
    return (
        "--propose", "upheld", "--code", "rule_fits",
        "--to", "unequal_treatment=The rule names two advertisers and has no criterion: it cannot be said that they"
        " differ from others in anything but the name. The board answers for it; criteria are asked for.",
        *(part for each in like for part in ("--like", each)),
    )  # fmt: skip


def test_the_like_cases_are_found_at_filing(story: Story) -> None:
    """Three differ in nothing but the name that the rule gives, one of them named by the complainant."""
    filed = story.complain("--json").json

    found = story.comparators()
    like = [each for each in found.values() if each["like"] and each["milder"]]
    assert filed["comparators"] == [str(number) for number in found] == ["1", "2", "3"]
    assert filed["milder"] == [str(each["number"]) for each in like] == ["1", "2"]
    assert [(each["count"], each["outcome"], each["rules"]) for each in found.values()] == [
        (2, "allow", ["open-to-all"]), (1, "allow", ["open-to-all"]), (1, "refuse", ["off-board-two"]),
    ]  # fmt: skip
    assert [each["parties"][0]["id"] for each in found.values() if each["named"]] == ["telewave"]
    assert {fact["fact"] for each in found.values() for fact in each["differs"]} == {"Advertiser.@id"}


def test_the_finding_says_that_it_cannot_be_tested_and_why(story: Story) -> None:
    """A rule that names somebody lets nobody be its equal; with another name the outcome would be another."""
    story.complain()

    (case,) = evenhand("audit", "comparators", story.folder, story.decision, "--at", FILED, "--json").json["cases"]

    assert (case["cannot_be_tested"], case["naming_rules"]) == ("rule_names_party", ["off-board-two"])
    assert [(each["attribute"], each["changed_outcome"]) for each in case["flips"]["found"]] == [
        ("Advertiser.@id", "allow")
    ]


def test_the_path_and_the_deadlines_are_those_of_everybody(story: Story) -> None:
    """The mirrored story has the same: acknowledged at once, decided within 14 days, six months to complain."""
    complaint = story.complain("--json").json
    after = story.review(complaint["id"], "dora", "--admit", "--json", at=ADMITTED).json

    assert [(each["body"]["kind"], each["at"]) for each in after["events"]] == [
        ("file", FILED), ("acknowledge", FILED), ("comparators", FILED), ("admit", ADMITTED),
    ]  # fmt: skip
    assert complaint["events"][1]["body"]["complaint_until"] == "2018-04-26"
    assert {each["clock"]: each["due_at"][:10] for each in after["deadlines"]}["decide"] == "2017-12-05"


def test_a_complaint_after_the_window_is_not_admitted(story: Story) -> None:
    """Informed on 26 October: the last day is 26 April."""
    late = story.complain("--json", at=LAST).json["id"]

    refused = story.review(late, "dora", "--admit", at=LAST)

    assert refused.status == 1
    assert "out_of_time" in refused.err


def test_the_reviewer_sees_the_like_cases_and_leaves_none_unanswered(story: Story) -> None:
    """To accept that one is like is no reason why it was treated milder."""
    complaint = _reviewed(story)

    shown = story.review(complaint, "rita", "--show", at=PROPOSED)
    text = story.text("The decision stands until the rulebook has criteria.")
    silent = story.review(complaint, "rita", *_answer("1=No criterion."), "--text", text, at=PROPOSED)
    accepted = story.review(complaint, "rita", *_answer("1=accepted", "2=accepted", "3=accepted"), "--text", text,
                            at=PROPOSED)  # fmt: skip

    assert "2 parties allowed by open-to-all: like, treated milder" in shown.out
    assert shown.out.index(WORDS[:20]) < shown.out.index("2 parties")
    assert (silent.status, accepted.status) == (2, 2)
    assert "the like case `2` is not answered; the like case `3` is not answered" in silent.err
    assert "the like case `1` was treated milder: to uphold the decision takes a reason" in accepted.err


def test_to_uphold_it_takes_a_second_reviewer_and_an_answer_to_each_like_case(story: Story) -> None:
    """The first proposes, the second confirms: who proposed cannot. What was said stands in the record."""
    complaint = _reviewed(story)
    text = story.text("The decision stands until the rulebook has criteria.")
    answers = _answer("1=The rule names two and has no criterion; nothing that it reads differs.",
                      "2=The outlet is paid for by its state as well; the rule does not ask for it.",
                      "3=Refused by the same rule on the same day.")  # fmt: skip

    proposed = story.review(complaint, "rita", *answers, "--text", text, "--json", at=PROPOSED).json
    alone = story.review(complaint, "rita", "--confirm", at=CONFIRMED)
    confirmed = story.review(complaint, "sam", "--confirm", "--json", at=CONFIRMED).json

    assert (proposed["state"], proposed["needs_confirmation"], proposed["outcome"]) == ("proposed", True, None)
    assert alone.status == 1
    assert (confirmed["state"], confirmed["outcome"], confirmed["outcome_codes"]) == (
        "decided", "upheld", ["rule_fits"],
    )  # fmt: skip
    assert sorted(confirmed["comparator_answers"]) == ["1", "2", "3"]
    assert evenhand("ledger", "verify", story.folder).status == 0


def test_a_reversal_as_unequal_waits_for_a_rulebook_without_the_names_and_opens_the_other_case(story: Story) -> None:
    """No exception is made for one: the rule has to go, whom else it names is looked at too, and the gate follows."""
    complaint = _reviewed(story)
    answers = ("--propose", "reversed", "--code", "unequal", "--code", "rule_does_not_fit", "--to",
               "unequal_treatment=You are right: the rule has no criterion.",
               *(part for number in "123" for part in ("--like", f"{number}=accepted")))  # fmt: skip
    assert story.review(complaint, "rita", *answers, "--text", story.text("We were wrong."), at=PROPOSED).status == 0
    assert story.review(complaint, "sam", "--confirm", at=CONFIRMED).status == 0

    waits = evenhand("settle", story.folder, complaint, "--as", "otto", "--at", CONFIRMED)
    story.drop_names()
    settled = evenhand("settle", story.folder, complaint, "--as", "otto", "--at", SETTLED)

    assert (waits.status, settled.status) == (1, 0), (waits, settled)
    assert "Waits for a released rulebook" in waits.out
    assert evenhand("gate", "check", "--register", story.folder, "--adomain", "rt.com", "--at", SETTLED).status == 0
    opened = [
        each for each in evenhand("complaints", story.folder, "--json").json["complaints"] if each["id"] != complaint
    ]
    assert [(each["party_id"], each["way"]) for each in opened] == [("sputnik", "same_mistake")]


def test_in_2019_criteria_catch_others_and_the_like_cases_are_treated_alike(story: Story) -> None:
    """Nobody is named: the same facts, the same rule, the same outcome, whatever the country."""
    story.made.settings["rulebook"] = {"path": "rulebook", "historic": True}  # its release is proved elsewhere
    story.made.run(CRITERIA)
    at = f"{CRITERIA:%Y-%m-%dT%H:%M:%SZ}"

    (case,) = evenhand("audit", "comparators", story.folder, "rt", "--at", at, "--json").json["cases"]

    (like,) = (each for each in case["comparators"] if each["like"])
    assert (case["cannot_be_tested"], case["flips"]["found"]) == (None, [])
    assert {party["id"] for party in like["parties"]} == {"sputnik", "telewave"}
    assert (like["outcome"], like["milder"], like["groups"]) == ("refuse", False, ["country"])
