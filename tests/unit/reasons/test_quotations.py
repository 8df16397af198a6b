"""What others said stands in a notice verbatim, attributed, confirmed by a person, and with its denial."""

from typing import Any

import pytest
from msgspec.structs import replace

from evenhand.model.decision import Decision
from evenhand.model.errors import RecordIncomplete
from evenhand.model.evidence import QuotedClaim
from evenhand.model.outcome import Outcome
from evenhand.model.record import record_sha256
from evenhand.model.statement import Case
from evenhand.reasons import findings, statement_of_reasons
from evenhand.reasons.language import languages, words_of
from evenhand.reasons.quotations import check_quotations
from evenhand.reasons.wording import Wording
from tests.each_case import each_case
from tests.unit.reasons.made import made_case, made_decision, made_finding, told_in

TEXT = "The board said the station hides who pays. The station\ndenied that. Nobody else said anything."
RULE = "state-controlled-news-media"


def quoted(name: str, words: str, **fields: Any) -> QuotedClaim:
    """Return a confirmed claim whose words stand in the made-up text."""
    start = TEXT.index(words)
    values = {
        "id": name, "state": "confirmed", "words": (words,), "spans": ((start, start + len(words)),), "text": TEXT,
        "sha256": record_sha256((words,)), "speaker": "The board", "person": False, "outlet": "Quay Wire",
        "published": "2026-02-24",
    }  # fmt: skip
    return QuotedClaim(**(values | fields))


SAID = quoted("q-1", "the station hides who pays", denied_by=("q-2",))
DENIED = quoted("q-2", "The station\ndenied that", speaker="The station", denial=True)


def decision_on(*claims: QuotedClaim) -> tuple[Decision, Case]:
    """Return a decision that rests on claims, and its case."""
    finding = made_finding("claims", list="", entity_id="e-1", because=(),
                           sources=tuple(f"claim:{each.id}" for each in claims))  # fmt: skip
    return made_decision(Outcome.HOLD, None, finding), made_case(claims={each.id: each for each in claims})


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_notice_gives_words_and_denial_in_each_language(language: str) -> None:
    """Words are those of the document in every language."""
    facts = told_in(language, *decision_on(SAID, DENIED)).facts

    assert facts.index("the station hides who pays") < facts.index("The station denied that")


@pytest.mark.parametrize(
    ("claim", "what"),
    [
        (replace(SAID, state="proposed"), "a claim that is proposed, not confirmed by a person"),
        (replace(SAID, state="rejected"), "a claim that is rejected"),
        (replace(SAID, words=("the station hides who payz",)), "words that are not those of the document"),
        (replace(SAID, text=TEXT.replace("hides", "hidez")), "words that are not those of the document"),
        (replace(SAID, sha256="0" * 64), "words that are not those of the document"),
    ],
)
def test_a_notice_that_gives_what_nobody_confirmed_or_wrote_is_refused(claim: QuotedClaim, what: str) -> None:
    """One letter is enough."""
    with pytest.raises(RecordIncomplete, match=what):
        statement_of_reasons(*decision_on(claim, DENIED))


def test_a_notice_on_a_claim_that_is_not_at_hand_is_refused() -> None:
    """Its words cannot be given."""
    decision, case = decision_on(SAID, DENIED)

    with pytest.raises(RecordIncomplete, match="not at hand"):
        statement_of_reasons(decision, replace(case, claims={"q-1": SAID}))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        (("hides who pays", "hides who payz"), "words that are not the document's"),
        (("“The station denied that”", "“The station said so”"), "no denial beside the accusation"),
    ],
)
def test_a_notice_that_somebody_changed_is_refused(changed: tuple[str, str], what: str) -> None:
    """The check reads the text that goes out."""
    decision, case = decision_on(SAID, DENIED)
    text = statement_of_reasons(decision, case).facts
    wording = Wording(case=case, public=False, words=words_of("en"))
    check_quotations(text, decision.findings, wording)

    with pytest.raises(RecordIncomplete, match=what):
        check_quotations(text.replace(*changed), decision.findings, wording)


def test_a_renderer_that_forgets_the_denial_writes_no_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is read again before it goes out."""
    monkeypatch.setattr(findings, "said_of", lambda *_: [TEXT[:45]])

    with pytest.raises(RecordIncomplete, match="no denial beside"):
        statement_of_reasons(*decision_on(SAID, DENIED))


def test_in_public_nobody_is_quoted() -> None:
    """Words may hold names of persons: the public sees that statements were made."""
    statement = statement_of_reasons(*decision_on(replace(SAID, person=True), DENIED))

    assert statement.facts_public is not None
    assert "hides" not in statement.facts_public


def test_of_many_claims_the_first_are_given_each_with_its_denial() -> None:
    """A notice is one page; how many more there are is said."""
    others = [replace(SAID, id=f"q-{number}") for number in range(3, 9)]
    facts = statement_of_reasons(*decision_on(SAID, *others, DENIED)).facts

    assert facts.count("the station hides who pays") == 3
    assert "The station denied that" in facts
    assert "Further statements on record: 4." in facts


def test_each_accusation_is_followed_by_that_it_is_denied() -> None:
    """A denial of several is given once, and named after each."""
    facts = statement_of_reasons(*decision_on(SAID, replace(SAID, id="q-3"), DENIED)).facts

    assert facts.count("This is denied:") == facts.count("This is denied as well:") == 1
    assert facts.endswith("This is denied as well: see the denial by the station above.")


def test_of_long_words_the_beginning_is_given() -> None:
    """It ends at a blank, so that no word is cut."""
    text = "word " * 500
    claim = replace(SAID, words=(text,), spans=((0, len(text)),), text=text, sha256=record_sha256((text,)))
    facts = statement_of_reasons(*decision_on(claim, DENIED)).facts

    assert f"“{('word ' * 80).strip()}”" in facts


def test_a_speaker_whose_name_the_document_does_not_have_is_not_named() -> None:
    """What is known from elsewhere is never shown as said by the document."""
    facts = statement_of_reasons(*decision_on(replace(SAID, speaker=""), DENIED)).facts

    assert "quotes a source that is not named here as saying" in facts


@each_case("words", ["the accusation", "The findings", "it.", "This", "all of these claims"])
@each_case("language", sorted(languages()))
def test_a_denial_that_only_points_back_is_told_without_words(language: str, words: str) -> None:
    """What the report calls the accusation is nothing that anybody said."""
    text = f"The station denied {words}"
    start = text.index(words)
    denial = replace(DENIED, words=(words,), spans=((start, len(text)),), text=text, sha256=record_sha256((words,)),
                     spoken=False)  # fmt: skip
    decision, case = decision_on(SAID, denial)
    facts = told_in(language, decision, case).facts

    denied = words_of(language).found["claim_denial_of_this"]
    assert denied in facts
    assert words_of(language).found["claim_denied_words"].partition("{words}")[0] not in facts
    wording = Wording(case=case, public=False, words=words_of(language))
    with pytest.raises(RecordIncomplete, match="no denial beside the accusation"):
        check_quotations(facts.partition(denied)[0], decision.findings, wording)


def test_an_indirect_denial_is_told_in_the_words_of_the_report() -> None:
    """It is not quoted as if somebody had spoken so."""
    facts = statement_of_reasons(*decision_on(SAID, replace(DENIED, spoken=False))).facts

    assert "reports a denial by the station. The report's words are: “The station denied that”." in facts
    assert facts.count("as saying") == 1


@pytest.mark.parametrize(
    ("text", "phrase", "words", "speaker", "sentence"),
    [
        ("The regulator accused Dray Ferries of concealing defects.", "accused Dray Ferries of concealing defects",
         "of concealing defects", "The regulator",
         "Quay Wire of 24 February 2026 reports that the regulator accused Dray Ferries of concealing defects."),
        ("Two people said Dray Ferries hid “grave” defects.", "said Dray Ferries hid “grave” defects",
         "Dray Ferries hid “grave” defects", "Two people",
         "reports that two people said Dray Ferries hid “grave” defects."),
        ("Dray Ferries hid defects, the office said.", "", "Dray Ferries hid defects", "the office",
         "reports an accusation by the office, in the report's words: “Dray Ferries hid defects”."),
    ],
)  # fmt: skip
def test_what_nobody_spoke_is_told_as_the_report_tells_it(
    text: str, phrase: str, words: str, speaker: str, sentence: str
) -> None:
    """A half-sentence of the reporter is never put into the speaker's mouth: marks stand where the report has them."""
    start, at = text.index(words), text.index(phrase)
    claim = replace(SAID, words=(words,), spans=((start, start + len(words)),), text=text, speaker=speaker,
                    sha256=record_sha256((words,)), spoken=False, denied_by=(),
                    phrase=(at, at + len(phrase)) if phrase else None)  # fmt: skip
    facts = statement_of_reasons(*decision_on(claim)).facts

    assert sentence in facts
    assert "as saying" not in facts


@pytest.mark.parametrize(
    ("outlet", "published", "begins"),
    [
        ("Quay Wire", "2026-02-24", "Quay Wire of 24 February 2026 quotes the board"),
        ("", "2025-02-18", "A report of 18 February 2025 quotes the board"),
        ("quay.example", "", "quay.example quotes the board"),
        ("", "", "A report without a date quotes the board"),
    ],
)
def test_a_report_is_called_by_its_outlet_and_day(outlet: str, published: str, begins: str) -> None:
    """Where it has neither, the sentence is one all the same."""
    claim = replace(SAID, outlet=outlet, published=published, denied_by=())

    assert begins in statement_of_reasons(*decision_on(claim)).facts


def test_a_quotation_that_is_a_sentence_ends_with_one_full_stop() -> None:
    """That of the notice: “…, of course”."""
    text = "“The station never paid for anything, of course.”"
    words = (text[1:-1],)
    claim = replace(SAID, text=text, words=words, spans=((1, len(text) - 1),), sha256=record_sha256(words), phrase=None,
                    denied_by=())  # fmt: skip

    assert "of course”." in statement_of_reasons(*decision_on(claim)).facts


def test_a_phrase_that_does_not_hold_the_words_is_not_used() -> None:
    """A notice gives what the document says around the words that a person confirmed, or none of it."""
    claim = replace(SAID, spoken=False, phrase=(0, 9), denied_by=())

    facts = statement_of_reasons(*decision_on(claim)).facts

    assert "in the report's words: “the station hides who pays”." in facts


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_letter_says_that_a_report_names_somebody_else(language: str) -> None:
    """Who reads it learns that a person made the link, and the report did not."""
    decision, _ = decision_on(SAID, DENIED)
    claim = replace(SAID, not_named=(decision.findings[0].party_id,))
    facts = told_in(language, *decision_on(claim, DENIED)).facts

    assert words_of(language).found["claim_not_named"].partition("{who}")[0] in facts
    assert (
        words_of(language).found["claim_not_named"].partition("{who}")[0]
        not in told_in(language, *decision_on(SAID, DENIED)).facts
    )


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_letter_does_not_deny_a_name_that_it_quotes(language: str) -> None:
    """A person may link a claim to who accuses in it: the quotation beside the sentence has the name."""
    decision, _ = decision_on(SAID, DENIED)
    text = "Harbour Broadcast hides who pays"
    claim = replace(
        SAID, not_named=(decision.findings[0].party_id,), text=text, words=(text,), spans=((0, len(text)),),
        phrase=None, sha256=record_sha256((text,)),
    )  # fmt: skip
    facts = told_in(language, *decision_on(claim, DENIED)).facts

    assert words_of(language).found["claim_not_named"].partition("{who}")[0] not in facts
    assert words_of(language).found["claim_linked"].partition("{who}")[0] in facts


def test_an_accusation_without_the_party_s_own_denial_of_the_same_document_is_refused() -> None:
    """Unless a person said that it is of something else; a denial in another document is given at the end."""
    accusation = replace(SAID, denied_by=(), document="d")
    own = replace(DENIED, document="d", of=("p-1",))
    decision, _ = decision_on(accusation, own)
    own = replace(own, of=(decision.findings[0].party_id,))

    with pytest.raises(RecordIncomplete, match="without the party's own denial beside it"):
        statement_of_reasons(*decision_on(accusation, own))
    for one, other in ((replace(accusation, apart=("q-2",)), own), (accusation, replace(own, document="e"))):
        assert "The station denied that" in statement_of_reasons(*decision_on(one, other)).facts


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("spoken", [True, False])
def test_a_denial_of_no_accusation_in_particular_is_told_of_all(language: str, spoken: bool) -> None:
    """The party's own denial stood behind the last accusation and was called a denial of that one."""
    words = words_of(language).found
    other = quoted("q-3", "Nobody else said anything", speaker="The mayor")
    first, denial = replace(SAID, denied_by=()), replace(DENIED, spoken=spoken)

    loose = told_in(language, *decision_on(first, other, denial)).facts
    tied = told_in(language, *decision_on(replace(first, denied_by=("q-2",)), other, denial)).facts
    of_one = told_in(language, *decision_on(first, denial)).facts

    assert words["claim_denial_of_these"] in loose
    assert words["claim_denial_of_this"] not in loose
    for facts in (tied, of_one):
        assert words["claim_denial_of_this"] in facts
        assert words["claim_denial_of_these"] not in facts
    assert loose.index("Nobody else") < loose.index(words["claim_denial_of_these"])
    assert tied.index(words["claim_denial_of_this"]) < tied.index("Nobody else")
