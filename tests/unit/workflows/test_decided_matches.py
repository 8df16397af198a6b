"""A client whose own row changed is not free of a match that a decision rests on; a list's change frees it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from evenhand.model.decision import Decision
from evenhand.model.finding import ROW_CHANGED, Finding
from evenhand.model.judgement import Verdict
from evenhand.model.outcome import Outcome
from evenhand.screening import party_screening
from evenhand.screening.explanation import sentence
from evenhand.screening.parties import party_comparison
from evenhand.screening.parties.party_comparison import Weighed
from evenhand.workflows.evaluation import findings as run_findings
from evenhand.workflows.review.judgements import StatedJudgement, judge
from tests.networks import DAY_1, DAY_2, DAY_3, TOOLS, MadeNetwork, empty_network

DAY_4 = DAY_3 + timedelta(days=1)
CLIENT, ENTRY = "nepp", "s-nepp"


def network(folder: Path, country: str) -> MadeNetwork:
    """Return a network whose client is refused by its website; both are of one country."""
    made = empty_network(folder)
    made.add("house-sanctions", id=ENTRY, schema="Company", name="Nepp Versand GmbH", country=country,
             website="nepp.example", topic="made-up")  # fmt: skip
    made.add("advertisers", id=CLIENT, name="Nepp Versand GmbH", domains="nepp.example", country=country.upper())
    made.run(DAY_1)
    assert made.last(CLIENT).outcome is Outcome.REFUSE
    return made


@pytest.fixture(scope="module", params=["de", "us"])
def refused(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MadeNetwork:
    """The network in which nothing has changed yet, with the countries exchanged."""
    return network(tmp_path_factory.mktemp("refused") / "network", request.param)


@pytest.fixture
def made(refused: MadeNetwork, tmp_path: Path) -> MadeNetwork:
    """A copy of it, to be changed."""
    return refused.copy(tmp_path / "network")


def change(made: MadeNetwork, **cells: str) -> None:
    made.row("advertisers", CLIENT).update(cells)


def become_another(made: MadeNetwork) -> None:
    change(made, name="Frohsinn Kontor GmbH", domains="frohsinn.example")


def say(made: MadeNetwork, verdict: Verdict, hours: int) -> None:
    word = StatedJudgement(CLIENT, ENTRY, verdict, "A. Reviewer", "seen in the register")
    judge(made.network, word, DAY_1 + timedelta(hours=hours), TOOLS)


def match_in(decision: Decision) -> Finding:
    return next(each for each in decision.findings if each.entity_id == ENTRY)


def test_another_name_and_website_free_nobody(made: MadeNetwork) -> None:
    """The list has the entry as it was: a person has to say that the client is another."""
    become_another(made)

    report = made.run(DAY_2)

    decision, origin = made.last(CLIENT), next(each for each in made.decisions() if each.party.id == CLIENT)
    finding = match_in(decision)
    assert decision.outcome is Outcome.HOLD
    assert (finding.kind, finding.certain, finding.score) == ("listed", False, 0.0)
    (line,) = finding.because
    assert (line.name, line.theirs) == (ROW_CHANGED, "no longer Nepp Versand GmbH, nepp.example")
    assert sentence(finding).startswith("An earlier decision rested on this match")
    assert line.theirs in sentence(finding)
    assert decision.supersedes == origin.id
    assert any(line.theirs in each and f"`{CLIENT}`" in each for each in report.again)
    assert not report.lifted or "on hold" in report.lifted[0]


@pytest.mark.parametrize(
    ("listed", "had", "has"),
    [
        ({"registration_number": "K-4711-0815", "jurisdiction": "{of}"},
         {"identifiers": "registration/{of}:K-4711-0815"}, {"identifiers": "registration/{of}:K-9999-0001"}),
        ({"account": "x/nepp_versand"}, {"accounts": "x/nepp_versand"}, {"accounts": ""}),
        ({"website": "nepp.example"}, {"domains": "nepp.example"}, {"domains": "", "country": "FR"}),
        ({"account": "play/com.nepp"}, {"bundles": "com.nepp"}, {"bundles": "com.other"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("country", ["de", "us"])
def test_whatever_it_was_refused_by(
    tmp_path: Path, country: str, listed: dict[str, str], had: dict[str, str], has: dict[str, str]
) -> None:
    """A number, an account or a website that is replaced or taken away, with the country or without."""
    listed, had, has = ({key: text.format(of=country) for key, text in each.items()} for each in (listed, had, has))
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id=ENTRY, schema="Company", name="Nepp Versand GmbH", topic="made-up", **listed)
    made.add("advertisers", id=CLIENT, **{"name": "Harbour Lane Parts", "country": country.upper(), **had})
    made.run(DAY_1)
    assert made.last(CLIENT).outcome is Outcome.REFUSE
    change(made, **has)

    made.run(DAY_2)

    assert made.last(CLIENT).outcome is Outcome.HOLD


def test_a_payer_is_no_freer_nor_is_whom_it_pays_for(tmp_path: Path) -> None:
    """And a campaign that it alone pays for."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id=ENTRY, schema="Company", name="Nepp Versand GmbH", website="nepp.example",
             topic="made-up")  # fmt: skip
    made.add("payers", id=CLIENT, name="Nepp Versand GmbH", domains="nepp.example")
    made.add("advertisers", id="paid", name="Harbour Lane Parts", payer_id=CLIENT)
    made.add("campaigns", id="c-1", advertiser_id="bakery", payer_id=CLIENT)
    cases = ((CLIENT, "payer"), ("paid", "advertiser"), ("bakery", "campaign:c-1"))
    made.run(DAY_1)
    assert {made.last(*each).outcome for each in cases} == {Outcome.REFUSE}
    made.row("payers", CLIENT).update(name="Frohsinn Kontor GmbH", domains="frohsinn.example")

    for at in (DAY_2, DAY_3):
        made.run(at)
        assert {made.last(*each).outcome for each in cases} == {Outcome.HOLD}


def test_it_holds_run_after_run_and_after_more_changes(made: MadeNetwork) -> None:
    """What it had when it was refused counts, not what it had last."""
    become_another(made)
    made.run(DAY_2)
    change(made, name="Third Name GmbH")

    for at in (DAY_3, DAY_4):
        made.run(at)
        assert made.last(CLIENT).outcome is Outcome.HOLD


def test_in_two_steps_it_is_no_freer(made: MadeNetwork) -> None:
    """First the website goes, and the name alone holds; then the name."""
    change(made, domains="other.example")
    made.run(DAY_2)
    assert made.last(CLIENT).outcome is Outcome.HOLD
    become_another(made)

    made.run(DAY_3)

    assert made.last(CLIENT).outcome is Outcome.HOLD


def test_a_judgement_that_it_is_another_frees_it(made: MadeNetwork) -> None:
    """A typing error that the network put right is freed by a person, and stays free."""
    become_another(made)
    made.run(DAY_2)
    say(made, "not-same", 30)

    for at in (DAY_3, DAY_4):
        made.run(at)
        assert made.last(CLIENT).outcome is Outcome.ALLOW
    assert not made.last(CLIENT).findings


def test_judged_the_same_it_is_refused_until_its_row_changes_again(made: MadeNetwork) -> None:
    """Then it is open again, as any match that was judged."""
    become_another(made)
    made.run(DAY_2)
    say(made, "same", 30)
    for at in (DAY_3, DAY_3 + timedelta(hours=1)):
        report = made.run(at)
        assert made.last(CLIENT).outcome is Outcome.REFUSE
        assert not any("counts until" in each for each in report.again)
    change(made, name="Third Name GmbH")

    made.run(DAY_4)

    assert made.last(CLIENT).outcome is Outcome.HOLD


def test_what_the_list_changed_frees_as_before(made: MadeNetwork) -> None:
    """Whether the client has changed too or not: as it was, it would not be found either."""
    made.row("house-sanctions", ENTRY).update(name="Quandrel Oxide Works", website="quandrel.example")
    become_another(made)

    made.run(DAY_2)

    assert made.last(CLIENT).outcome is Outcome.ALLOW


def test_an_entry_that_left_the_list_frees_as_before(made: MadeNetwork) -> None:
    """Nobody is listed any more."""
    made.drop("house-sanctions", ENTRY)
    become_another(made)

    made.run(DAY_2)

    assert made.last(CLIENT).outcome is Outcome.ALLOW


def test_an_entry_of_the_same_names_in_a_new_version_frees_nobody(made: MadeNetwork) -> None:
    """A remark is no other entry."""
    made.row("house-sanctions", ENTRY).update(note="seen again")
    become_another(made)

    made.run(DAY_2)

    assert made.last(CLIENT).outcome is Outcome.HOLD


def test_a_scorer_that_no_longer_matches_is_no_change_of_the_client(
    made: MadeNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is as it was, and so is the entry: the decision is lifted as before."""
    monkeypatch.setattr(run_findings, "SCORER", "made-up")
    for module in (party_screening, party_comparison):
        monkeypatch.setattr(module, "weigh", lambda *_, **__: Weighed(0.0, certain=False, terms=()))

    made.run(DAY_2)

    assert made.last(CLIENT).outcome is Outcome.ALLOW


def test_its_old_values_make_it_refused_again(made: MadeNetwork) -> None:
    """The match is found by comparing, so nothing is added."""
    become_another(made)
    made.run(DAY_2)
    change(made, name="Nepp Versand GmbH", domains="nepp.example")

    made.run(DAY_3)

    assert made.last(CLIENT).outcome is Outcome.REFUSE
    assert all(line.name != ROW_CHANGED for line in match_in(made.last(CLIENT)).because)


def test_who_left_the_tables_and_came_back_under_another_name_is_held(made: MadeNetwork) -> None:
    """The decision stays in force meanwhile."""
    row = made.row("advertisers", CLIENT)
    made.drop("advertisers", CLIENT)
    made.run(DAY_2)
    made.add("advertisers", **{**row, "name": "Frohsinn Kontor GmbH", "domains": "frohsinn.example"})

    made.run(DAY_3)

    assert made.last(CLIENT).outcome is Outcome.HOLD


def test_a_company_that_it_owns_is_held_with_it(made: MadeNetwork) -> None:
    """As where the owner's match is a possible one."""
    made.add("advertisers", id="daughter", name="Calvado Cement", domains="calvado.example")
    made.add("ownership", owner=CLIENT, owned="daughter", share="60 %", kind="ownership")
    made.run(DAY_2)
    assert made.last("daughter").outcome is Outcome.REFUSE
    become_another(made)

    made.run(DAY_3)

    assert made.last("daughter").outcome is Outcome.HOLD


def test_a_run_that_lost_its_state_comes_to_the_same(made: MadeNetwork, tmp_path: Path) -> None:
    """Before and after the match was judged, and when the row changes again."""
    become_another(made)
    made.run(DAY_2)
    for hours, verdict, name in ((30, "same", "Frohsinn Kontor GmbH"), (60, "not-same", "Third Name GmbH")):
        say(made, verdict, hours)  # type: ignore[arg-type]  # one of the verdicts
        change(made, name=name)
        forgets = made.copy(tmp_path / verdict)
        shutil.rmtree(forgets.folder / "state")

        for each in (made, forgets):
            each.run(DAY_1 + timedelta(hours=hours + 10))

        assert made.decisions() == forgets.decisions()


def test_a_possible_match_is_ended_by_a_fact_that_tells_apart(tmp_path: Path) -> None:
    """A birth date that was missing is no value that was taken away; another name is."""
    made = empty_network(tmp_path / "network")
    made.add("house-sanctions", id=ENTRY, schema="Person", name="Jaromir Quandrel", birth_date="1961-02-03",
             topic="made-up")  # fmt: skip
    for of, name in ((CLIENT, "Jaromir Quandrel"), ("other", "Jaromir Quandrel")):
        made.add("advertisers", id=of, name=name, schema="Person", domains=f"{of}.example")
    made.run(DAY_1)
    assert {made.last(CLIENT).outcome, made.last("other").outcome} == {Outcome.HOLD}
    change(made, birth_date="1990-11-12")
    made.row("advertisers", "other")["name"] = "Tessa Ilverton"

    made.run(DAY_2)

    assert made.last(CLIENT).outcome is Outcome.ALLOW
    assert made.last("other").outcome is Outcome.HOLD
