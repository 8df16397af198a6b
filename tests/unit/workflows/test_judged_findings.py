"""What a judgement does to a match, and what ends it."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from evenhand.model.finding import Comparison, Finding
from evenhand.model.judgement import Judgement, Verdict
from evenhand.model.listing import ListedEntity, ListVersion
from evenhand.workflows.evaluation.findings import CountedFinding, FindingsMemory, Lists, ScreenedParty
from evenhand.workflows.evaluation.judged_findings import (
    CAME_BACK,
    RecordedJudgement,
    apply_judgements,
    by_people,
    judge_match,
    judgement_record,
    lapses,
    pair_of,
    sentences,
    used_by,
)
from tests.docs.pages import ROOT

AT = datetime(2026, 3, 2, tzinfo=UTC)
SCORER = "7"
ENTITY = ListedEntity(id="e1", schema="Person", caption="Dravik Mills", properties={})


def compared(name: str, ours: str, theirs: str, field: str, weight: float = 1.0) -> Comparison:
    return Comparison(
        name=name, ours=ours, theirs=theirs, similarity=1.0, weight=weight, effect="for", source_field=field
    )


NAMES = (
    compared("name.token", "dravik", "dravik", "name"),
    compared("name.token", "mills", "mills", "name"),
    compared("name.prior", "Dravik Mills", "Dravik Mills", "name", -4.0),
)
COUNTRY = compared("country", "qp", "qp", "country")
BIRTH = compared("birth", "1970", "1970", "birthDate")


def match(*because: Comparison, **changes: object) -> Finding:
    finding = Finding(
        party_kind="advertiser", party_id="a1", kind="listed", list="house-a", entity_id="e1", score=0.9,
        certain=False, because=because, sources=("list:house-a@0#e1",),
    )  # fmt: skip
    return replace(finding, **changes)


def said(verdict: Verdict, finding: Finding, seq: int = 5, name: str = "Dravik Mills") -> RecordedJudgement:
    judgement = Judgement(
        party_kind="advertiser", party_id="a1", list="house-a", entity_id="e1", verdict=verdict, by="A. Reviewer",
        at=AT, why="born elsewhere", used=used_by(finding, name), scorer=SCORER,
    )  # fmt: skip
    return RecordedJudgement(seq, judgement)


def named(name: str, **identity: tuple[str, ...]) -> ScreenedParty:
    return ScreenedParty("c", (), name, identity or None)


def said_of(verdict: Verdict, **identity: tuple[str, ...]) -> RecordedJudgement:
    word = said(verdict, match(*NAMES))
    return RecordedJudgement(word.seq, replace(word.judgement, identity=identity))


def test_of_two_names_the_whole_counts_and_not_its_words() -> None:
    """The next scorer may pair the words otherwise; nobody has changed a name by that."""
    paired = (compared("name.skeleton", "drvk mlls", "dravik", "name"), NAMES[2])

    assert used_by(match(*NAMES), "Dravik Mills") == used_by(match(*paired), "Dravik Mills")
    assert sorted(used_by(match(*NAMES, COUNTRY), "x")) == ["country", "name", "party name"]


def test_the_hashes_are_those_of_the_specification() -> None:
    """Somebody else's program must be able to tell whether a judgement still holds."""
    page = (ROOT / "docs" / "spec" / "ledger-leaf.md").read_text("utf-8")

    ours, theirs = used_by(match(), "Dravik Mills")["party name"]

    assert f'"party name":["{ours}","{theirs}"]' in page


def test_a_comparison_without_a_field_goes_by_its_own_name() -> None:
    """And where no names were compared whole, what was compared of them counts."""
    acronym = compared("name.acronym", "dmc", "Dravik Mills Company", "alias")

    assert sorted(used_by(match(acronym, compared("made.up", "1", "2", "")), "DMC")) == [
        "alias", "made.up", "party name",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "effect", "kind", "certain"),
    [
        ("not-same", "cleared", "recorded", True),
        ("same", "confirmed", "listed", True),
        ("unsure", "unsure", "listed", False),
    ],
)
def test_what_was_judged_holds_while_it_stays_the_same(verdict: Verdict, effect: str, kind: str, certain: bool) -> None:
    """A cleared match is on record in place of the match; one that is confirmed is certain."""
    finding = match(*NAMES)

    met = judge_match(CountedFinding(finding, ENTITY), named("Dravik Mills"), [said(verdict, finding)], SCORER)

    assert (met.effect, met.changed, met.match) == (effect, (), finding)
    assert (met.noticed.finding.kind, met.noticed.finding.certain) == (kind, certain)
    assert ("judgement:5" in met.noticed.finding.sources) == (verdict != "unsure")


CHANGES: dict[str, tuple[tuple[Comparison, ...], str, tuple[str, ...]]] = {
    "our name": ((compared("name.prior", "D. Mills", "Dravik Mills", "name"), COUNTRY), "D. Mills", ("party name",)),
    "listed name": ((compared("name.prior", "Dravik Mills", "Dravik M", "name"), COUNTRY), "Dravik Mills",
                    ("listed name",)),
    "our country": ((*NAMES, compared("country", "de", "qp", "country")), "Dravik Mills", ("party country",)),
    "no country": (NAMES, "Dravik Mills", ("country no longer compared",)),
    "a birth date": ((*NAMES, COUNTRY, BIRTH), "Dravik Mills", ("birthDate newly compared",)),
    "a number": ((*NAMES, COUNTRY, compared("identifier.equal", "1", "1", "taxNumber")), "Dravik Mills",
                 ("taxNumber newly compared",)),
    "another alias": ((compared("name.prior", "Dravik Mills", "Dravik Mills", "alias"), COUNTRY), "Dravik Mills",
                      ("name no longer compared", "alias newly compared")),
    "a weaker ground": ((*NAMES, COUNTRY, compared("schema", "Company", "Person", "schema")), "Dravik Mills", ()),
    "a weight": ((*NAMES, replace(COUNTRY, weight=0.1, similarity=0.3)), "Dravik Mills", ()),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_value_that_was_used_or_a_stronger_ground_opens_a_cleared_match(change: str) -> None:
    """A weaker ground beside the same names was known to anyone who cleared it, or says little."""
    because, name, changed = CHANGES[change]
    known = [said("not-same", match(*NAMES, COUNTRY))]

    met = judge_match(CountedFinding(match(*because, certain=True), ENTITY), named(name), known, SCORER)

    assert met.changed == changed
    assert met.effect == ("open again" if changed else "cleared")
    if changed:
        assert met.noticed.finding.certain is False
        assert met.noticed.finding.because[-1].theirs == ", ".join(changed)
        assert met.noticed.finding.sources == met.match.sources


@pytest.mark.parametrize(
    ("because", "effect"), [((*NAMES, BIRTH), "confirmed"), ((compared("name.prior", "x", "y", "name"),), "open again")]
)
def test_a_stronger_ground_bears_a_confirmed_match_out(because: tuple[Comparison, ...], effect: str) -> None:
    """Only what was used can take it back."""
    met = judge_match(
        CountedFinding(match(*because), ENTITY), named("Dravik Mills"), [said("same", match(*NAMES))], SCORER
    )

    assert met.effect == effect


def test_a_certain_match_whose_confirmation_lapsed_stays_certain() -> None:
    """By itself it was, and no person has said otherwise."""
    known = [said("same", match(*NAMES))]

    met = judge_match(CountedFinding(match(*NAMES, certain=True), ENTITY), named("Somebody Else"), known, SCORER)

    assert (met.effect, met.noticed.finding.certain) == ("open again", True)


def test_what_another_scorer_leaves_out_has_not_changed() -> None:
    """The values may all be there; what it compares besides counts as ever."""
    known = [said("not-same", match(*NAMES, COUNTRY))]

    assert judge_match(CountedFinding(match(*NAMES), ENTITY), named("Dravik Mills"), known, "8").effect == "cleared"
    assert (
        judge_match(CountedFinding(match(*NAMES, BIRTH), ENTITY), named("Dravik Mills"), known, "8").effect
        == "open again"
    )


@pytest.mark.parametrize(("typology", "kind"), [((), "listed"), (("SC",), "state_media")])
def test_a_likeness_of_domains_that_a_person_confirms_is_a_match(typology: tuple[str, ...], kind: str) -> None:
    """Whether somebody is listed or an outlet is the list's to say."""
    finding = match(compared("domain.lookalike", "a.example", "b.example", "website"), kind="lookalike_domain")
    entity = replace(ENTITY, properties={"controlTypology": typology})

    met = judge_match(CountedFinding(finding, entity), named("Dravik Mills"), [said("same", finding)], SCORER)

    assert (met.noticed.finding.kind, met.noticed.finding.certain) == (kind, True)


def test_an_entry_that_lapsed_is_open_until_it_is_judged_again() -> None:
    """The last word of a person is the one that is attached."""
    finding = match(*NAMES)
    word = said("not-same", finding)
    lapse = RecordedJudgement(6, replace(word.judgement, verdict="lapsed"))

    open_again = judge_match(CountedFinding(finding, ENTITY), named("Dravik Mills"), [word, lapse], SCORER)
    cleared = judge_match(
        CountedFinding(finding, ENTITY), named("Dravik Mills"), [word, lapse, said("not-same", finding, 7)], SCORER
    )

    assert (open_again.changed, open_again.recorded) == ((CAME_BACK,), word)
    assert cleared.effect == "cleared"
    assert by_people([word, lapse]) == [word]


def test_only_the_pair_that_was_judged_is_touched() -> None:
    """Other entries, other kinds of finding and other parties stay as they were; what came of it is told."""
    finding = match(*NAMES)
    other = match(*NAMES, entity_id="e2")
    control = match(kind="controlled_by_listed")
    seen = ScreenedParty("c", tuple(CountedFinding(each, ENTITY) for each in (finding, other, control)), "Dravik Mills")
    memory = FindingsMemory(SCORER, {}, {("advertiser", "a1"): seen, ("advertiser", "a2"): seen})
    word = said("not-same", finding)
    gone = RecordedJudgement(9, replace(word.judgement, party_id="a9"))

    counted, effects = apply_judgements(memory, {pair_of(each.judgement): [each] for each in (gone, word)})

    kinds = [each.finding.kind for each in counted.seen["advertiser", "a1"].noticed]
    assert kinds == ["recorded", "listed", "controlled_by_listed"]
    assert counted.seen["advertiser", "a2"] == seen
    assert [each.effect for each in effects] == ["cleared"]
    assert list(sentences([*effects, *effects])) == ["2 matches cleared by judgements"]


def test_where_nothing_was_judged_what_was_seen_is_not_copied() -> None:
    """It takes as much memory as the ids of all parties."""
    memory = FindingsMemory(SCORER, {}, {("advertiser", "a2"): ScreenedParty("c", (), "Dravik Mills")})

    counted, effects = apply_judgements(memory, {pair_of(said("not-same", match()).judgement): []})

    assert counted.seen is memory.seen
    assert effects == ()


def test_where_a_persons_words_were_erased_nothing_was_said() -> None:
    """A run's note that the entry left is no judgement."""
    finding = match(*NAMES)
    memory = FindingsMemory(
        SCORER, {}, {("advertiser", "a1"): ScreenedParty("c", (CountedFinding(finding, ENTITY),), "Dravik Mills")}
    )
    lapse = RecordedJudgement(6, replace(said("same", finding).judgement, verdict="lapsed"))

    assert apply_judgements(memory, {pair_of(lapse.judgement): [lapse]}) == (memory, ())


def test_an_open_match_is_told_with_what_changed() -> None:
    """The report says why a case that was closed is open again."""
    met = judge_match(
        CountedFinding(match(*NAMES, BIRTH), ENTITY), named("Dravik Mills"), [said("not-same", match(*NAMES))], SCORER
    )

    assert list(sentences([met])) == [
        "`a1` and `e1` of `house-a` open again after judgement 5: birthDate newly compared"
    ]


def test_a_judgement_ends_when_its_entry_has_left_its_list() -> None:
    """Once; not where the list itself is gone, for nobody can tell what it would say."""
    version = ListVersion(
        key="house-a", publisher="house", sha256="0" * 64, published_on=None, files={}, reader="house",
        reader_version=1, entries=1,
    )  # fmt: skip
    here, gone = said("not-same", match()), said("same", match(entity_id="e2"), 6)
    gone = RecordedJudgement(6, replace(gone.judgement, entity_id="e2"))
    elsewhere = RecordedJudgement(7, replace(gone.judgement, list="house-b"))
    ended = RecordedJudgement(8, replace(gone.judgement, entity_id="e3", verdict="lapsed"))
    known = {pair_of(each.judgement): [each] for each in (here, gone, elsewhere, ended)}

    (lapse,) = lapses(known, Lists({"house-a": version}, lambda _: (ENTITY,), lambda _: ()), AT, "program 1")

    assert (lapse.entity_id, lapse.verdict, lapse.by, lapse.used) == ("e2", "lapsed", "program 1", {})
    assert judgement_record(lapse, "sha256:" + "0" * 64).key != judgement_record(gone.judgement, "x").key


REPLACED: dict[str, tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], tuple[str, ...]]] = {
    "website": ({"website": ("a",)}, {"website": ("b",)}, ("party website",)),
    "each of two websites": ({"website": ("a", "b")}, {"website": ("c",)}, ("party website",)),
    "each kind": (
        {"lei": ("1",), "registration": ("2",), "tax": ("3",), "vat": ("4",)},
        {"lei": ("5",), "registration": ("6",), "tax": ("7",), "vat": ("8",)},
        ("party LEI", "party registration number", "party tax number", "party VAT number"),
    ),
    "one kind of two": (
        {"registration": ("1",), "vat": ("2",)}, {"registration": ("3",), "vat": ("2",)},
        ("party registration number",),
    ),
    "one of two websites": ({"website": ("a", "b")}, {"website": ("b", "c")}, ()),
    "nothing: added": ({"website": ("a",)}, {"vat": ("1",), "website": ("a", "b")}, ()),
    "nothing: taken away": ({"vat": ("1",), "website": ("a",)}, {"website": ("a",)}, ()),
    "nothing: another kind": ({"tax": ("1",)}, {"tax": ("2",), "vat": ("1",)}, ()),
    "nothing was known": ({}, {"website": ("a",)}, ()),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLACED)
@pytest.mark.parametrize("verdict", ["not-same", "unsure"])
def test_another_company_of_the_same_id_is_not_the_one_that_was_judged(verdict: Verdict, case: str) -> None:
    """An id can be given away: numbers and websites that take the place of all that were there tell so."""
    before, now, changed = REPLACED[case]

    met = judge_match(
        CountedFinding(match(*NAMES, certain=True), ENTITY), named("Dravik Mills", **now),
        [said_of(verdict, **before)], SCORER,
    )  # fmt: skip

    assert met.changed == changed
    assert (met.effect == "open again") == bool(changed)
    if changed and verdict == "not-same":
        assert (met.noticed.finding.kind, met.noticed.finding.certain) == ("listed", False)


def test_what_was_judged_the_same_stays_so_for_another_company_and_the_report_asks() -> None:
    """To be open again would make a certain match a possible one; the id may be an innocent company's all the same."""
    met = judge_match(
        CountedFinding(match(*NAMES), ENTITY), named("Dravik Mills", website=("b",)),
        [said_of("same", website=("a",))], SCORER,
    )  # fmt: skip

    assert (met.effect, met.noticed.finding.certain, met.changed) == ("confirmed", True, ("party website",))
    assert list(sentences([met])) == [
        "`a1` still counts as `e1` of `house-a` by judgement 5; replaced since: party website; if the id"
        " is another company's now, judge the match again"
    ]


def test_a_judgement_that_recorded_no_identity_holds_as_it_did() -> None:
    """Records of earlier versions have none: nobody can tell whose id it was."""
    met = judge_match(
        CountedFinding(match(*NAMES), ENTITY), named("Dravik Mills", website=("b",)),
        [said("not-same", match(*NAMES))], SCORER,
    )  # fmt: skip

    assert (met.effect, met.changed) == ("cleared", ())
