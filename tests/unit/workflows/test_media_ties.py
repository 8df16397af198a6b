"""Whom a listed outlet under the control of a state owns or pays for: a person is asked, alike for every country."""

from pathlib import Path

import msgspec
import pytest

from evenhand.model.outcome import Outcome
from evenhand.workflows.delivery.next_steps import next_step
from evenhand.workflows.review.judgements import StatedJudgement, judge
from evenhand.workflows.review.review_queue import open_matches
from tests.networks import DAY_1, DAY_2, DAY_3, SUFFIXES, TOOLS, MadeNetwork, Row, empty_network

COUNTRIES = pytest.mark.parametrize("countries", [("DE", "QP"), ("QP", "DE"), ("DE", "DE"), ("QP", "QM")])


def outlet_network(folder: Path, countries: tuple[str, str] = ("DE", "QP"), topic: str = "typology:SC") -> MadeNetwork:
    """Return a network with an outlet of one country, sure to be the listed one, and a company of another one."""
    theirs, ours = countries
    made = empty_network(folder / "network")
    made.add("house-media", id="m-tele", schema="Organization", name="Vessari Telewave", country=theirs.lower(),
             website="https://telewave.example", topic=topic)  # fmt: skip
    made.add("advertisers", id="outlet", name="Vessari Telewave", domains="telewave.example", country=theirs)
    made.add("advertisers", id="video", name="Lantern Video", domains="lantern.example", country=ours)
    return made


def own(made: MadeNetwork, owner: str, owned: str, share: str, **more: str) -> None:
    made.add("ownership", owner=owner, owned=owned, share=share, kind="ownership", **more)


@COUNTRIES
@pytest.mark.parametrize(
    ("cells", "rows", "path"),
    [
        ({"media_sections": "news"}, [("outlet", "video", "100 %")], ("video", "outlet")),
        ({"media_sections": "opinion;sport"}, [("outlet", "video", "50 %")], ("video", "outlet")),
        ({"media_sections": "news"}, [("outlet", "between", "60 %"), ("between", "video", "60 %")],
         ("video", "between", "outlet")),
        ({"media_sections": "news"}, [("outlet", "video", "")], ("video", "outlet")),
        ({"name": "Lantern News Agency"}, [("outlet", "video", "100 %")], ("video", "outlet")),
        ({"payer_id": "outlet"}, [], ("video", "outlet")),
        ({"payer_id": "desk"}, [("outlet", "desk", "70 %")], ("video", "desk", "outlet")),
        ({"payer_id": "tele-pay"}, [], ("video", "tele-pay")),
        ({"media_sections": "news"}, [("outlet", "video", "49 %")], None),
        ({"media_sections": "sport"}, [("outlet", "video", "100 %")], None),
        ({"name": "Lantern Crates"}, [("outlet", "video", "100 %")], None),
        ({"payer_id": "desk"}, [], None),
    ],
)  # fmt: skip
def test_a_news_outlet_that_it_owns_and_whom_it_pays_for_are_held(
    tmp_path: Path, countries: tuple[str, str], cells: Row, rows: list[tuple[str, str, str]],
    path: tuple[str, ...] | None,
) -> None:  # fmt: skip
    """Half or more by the network's ownership rule, over any companies; who pays holds any client."""
    made = outlet_network(tmp_path, countries)
    made.add("payers", id="desk", name="Halvard Desk", country=countries[1])
    made.add("payers", id="tele-pay", name="Vessari Telewave", domains="telewave.example", country=countries[0])
    made.row("advertisers", "video").update(cells | ({"media_source": "crm"} if "media_sections" in cells else {}))
    for owner, owned, share in rows:
        own(made, owner, owned, share, **({"owner_name": "Between Trust"} if owner == "between" else {}))

    made.run()

    decision = made.last("video")
    assert made.last("outlet").reasons == ("state-controlled-news-media",)
    if path is None:
        assert (decision.outcome, decision.findings) == (Outcome.ALLOW, ())
        return
    assert decision.outcome is Outcome.HOLD
    assert {(kind, end) for _, kind, end in decision.grounds} == {("state_media", "m-tele")}
    assert {each.path for each in decision.findings} == {path}
    assert made.last("bakery").outcome is Outcome.ALLOW
    assert [each.match.finding.party_id for each in open_matches(made.network, SUFFIXES)] == ["video"]


@COUNTRIES
@pytest.mark.parametrize(
    ("topic", "cells", "outcome"),
    [
        ("typology:ISF", {}, Outcome.ALLOW),
        ("typology:IP", {}, Outcome.ALLOW),
        ("typology:ISF", {"media_editorially_independent": "no", "media_source": "court"}, Outcome.HOLD),
        ("typology:CaPr", {}, Outcome.HOLD),
    ],
)
def test_only_an_outlet_that_nothing_exempts_ties_others(
    tmp_path: Path, countries: tuple[str, str], topic: str, cells: Row, outcome: Outcome
) -> None:
    """A daughter of an independent public broadcaster is no question."""
    made = outlet_network(tmp_path, countries, topic)
    made.row("advertisers", "outlet").update(cells)
    made.row("advertisers", "video")["payer_id"] = "outlet"

    made.run()

    assert made.last("video").outcome is outcome


@COUNTRIES
@pytest.mark.parametrize(
    ("verdict", "outcome", "rules"),
    [
        ("not-same", Outcome.ALLOW, ("open-to-all",)),
        ("same", Outcome.REFUSE, ("state-controlled-news-media",)),
        ("unsure", Outcome.HOLD, ("possible-match-payer", "possible-match-review")),
    ],
)
def test_a_judgement_settles_it_until_its_ground_changes(
    tmp_path: Path, countries: tuple[str, str], verdict: str, outcome: Outcome, rules: tuple[str, ...]
) -> None:
    """A person says whether the entry counts for the daughter; another share is another question."""
    made = outlet_network(tmp_path, countries)
    made.row("advertisers", "video").update(media_sections="news", media_source="crm")
    own(made, "outlet", "video", "60 %")
    made.run()
    step = next_step(made.last("video"), letter="", waits=True)
    assert "evenhand judge DIR video 'house-media#m-tele' same|not-same|unsure" in step

    said = StatedJudgement("video", "house-media#m-tele", verdict, "B. Made-up", "read the statutes")  # type: ignore[arg-type]
    judge(made.network, said, DAY_2, TOOLS)
    made.run(DAY_2)
    assert (made.last("video").outcome, made.last("video").reasons) == (outcome, rules)

    made.row("ownership", "outlet")["share"] = "100 %"
    made.run(DAY_3)
    assert made.last("video").outcome is Outcome.HOLD


def test_a_tie_ends_with_its_ground_and_gives_a_weaker_match_back(tmp_path: Path) -> None:
    """One pair is one question: a look-alike website of the client stays on record when its payer changes."""
    made = outlet_network(tmp_path)
    made.row("advertisers", "video").update(domains="te1ewave.example", payer_id="outlet")
    made.row("advertisers", "bakery")["payer_id"] = "outlet"
    made.run()
    assert made.last("video").outcome is Outcome.HOLD
    assert made.last("bakery").outcome is Outcome.HOLD

    for each in ("video", "bakery"):
        made.row("advertisers", each)["payer_id"] = ""
    made.run(DAY_2)

    assert (made.last("bakery").outcome, made.last("bakery").findings) == (Outcome.ALLOW, ())
    (found,) = made.last("video").findings
    assert (made.last("video").outcome, found.kind, found.path) == (Outcome.ALLOW, "lookalike_domain", ())
    alone = outlet_network(tmp_path / "alone")
    alone.row("advertisers", "video")["domains"] = "te1ewave.example"
    alone.run(DAY_1)
    assert alone.last("video").findings == (found,)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("owned or controlled by a listed outlet, “Vessari Telewave”", "paid for by a listed outlet")),
        ("de", ("gehört nach unseren Unterlagen einem gelisteten Medium", "zahlt nach unseren Unterlagen")),
        ("fr", ("appartient à un média inscrit", "paie pour")),
        ("ru", ("принадлежит СМИ, включённому в перечень", "платит СМИ")),
        ("ar", ("مملوك لوسيلة إعلام مدرجة", "تدفع عن")),
    ],
)
def test_the_statement_names_the_chain(tmp_path: Path, language: str, said: tuple[str, str]) -> None:
    """It says who owns or pays, and that nobody has judged it; it does not say that the client may be the outlet."""
    made = outlet_network(tmp_path)
    made.settings["reasons"]["language"] = language
    made.row("advertisers", "video").update(media_sections="news", media_source="crm")
    own(made, "outlet", "video", "100 %")
    made.row("advertisers", "bakery")["payer_id"] = "outlet"

    made.run()

    statements = [msgspec.json.decode(each) for each in made.payloads("statement")]
    facts = {each["advertiser"]["id"]: each["facts"] for each in statements}
    assert said[0] in facts["video"]
    assert said[1] in facts["bakery"]


@COUNTRIES
def test_an_outlet_that_changes_its_own_row_frees_nobody(tmp_path: Path, countries: tuple[str, str]) -> None:
    """A person is asked about the outlet, and until then about whom it pays for as well."""
    made = outlet_network(tmp_path, countries)
    made.row("advertisers", "video")["payer_id"] = "outlet"
    made.run()
    made.row("advertisers", "outlet").update(name="Frohsinn Kontor", domains="frohsinn.example")

    made.run(DAY_2)

    assert (made.last("outlet").outcome, made.last("video").outcome) == (Outcome.HOLD, Outcome.HOLD)

    judge(made.network, StatedJudgement("outlet", "m-tele", "not-same", "A. Reviewer", "another"), DAY_2, TOOLS)
    made.run(DAY_3)

    assert (made.last("outlet").outcome, made.last("video").outcome) == (Outcome.ALLOW, Outcome.ALLOW)
