"""Made-up complaints for the tests of their letters, and the letters that are kept as snapshots.

`python -m tests.unit.reasons.made_complaints` writes the snapshots again; read the difference as prose.
"""

import json
from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from evenhand.model.complaint import Complaint, ComplaintEvent
from evenhand.model.complaint_events import AskBody, EventBody, ProvedBody
from evenhand.reasons.complaint_letter import (
    ComplaintLetter,
    LetterSetting,
    SameMistake,
    complaint_letter,
    same_mistake_letter,
)
from tests.unit.reasons.made import FIXTURES, LANGUAGES, SETTINGS, statement_for

LIFTED_ON = date(2026, 11, 30)
LETTERS = FIXTURES / "complaint_letters"
FILED = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)
# What people wrote, by language: a question, why, an answer, an answer about a like case, why not admissible.
_LINES = (FIXTURES / "complaint_words.jsonl").read_text("utf-8").splitlines()
WRITTEN: dict[str, list[str]] = {each["language"]: each["written"] for each in map(json.loads, _LINES)}


def made_complaint(language: str = "en", **fields: Any) -> Complaint:
    values = {
        "id": "c-0123456789abcdef",
        "state": "acknowledged",
        "decision": "d-0123456789abcdef0123",
        "statement": "r-0123456789abcdef0123",
        "party_kind": "advertiser",
        "party_id": "a-1",
        "filed_at": FILED,
        "informed_on": date(2026, 11, 24),
        "filed_by": "Harbour Broadcast Network",
        "contact": "office@harbour.example",
        "language": language,
        "reasons": ("ownership_changed", "unequal_treatment"),
        "words": "Made up.",
    }
    return Complaint(**(values | fields))


def event(body: EventBody, at: datetime = FILED) -> ComplaintEvent:
    return ComplaintEvent(complaint="c-0123456789abcdef", seq=0, at=at, by="p-1", body=body)


def about(language: str = "en") -> LetterSetting:
    """Return what a network in that language says beside."""
    told = statement_for("refuse-ads", language)
    settings = replace(
        SETTINGS, language=language, out_of_court=told.redress.out_of_court.text, judicial=told.redress.judicial.text
    )
    return LetterSetting(
        settings=settings, zone="Europe/Dublin", statement=told, decide_days=14, answer_days=14
    )  # fmt: skip


def decided(language: str, outcome: Any, *codes: Any, **fields: Any) -> Complaint:
    """Return a complaint that is answered in every point."""
    _, why, answer, like, _ = WRITTEN[language]
    answers = {"ownership_changed": answer, "unequal_treatment": like}
    values: dict[str, Any] = {
        "state": "decided", "outcome": outcome, "outcome_codes": codes, "text": why, "answers": answers,
        "comparators": ("a-7",), "comparator_answers": {"a-7": like}, "decided_at": datetime(2026, 12, 14, tzinfo=UTC),
    }  # fmt: skip
    return made_complaint(language, **(values | fields))


PROVED = {"new_decision": "d-99", "events": (event(ProvedBody(points=9), datetime(2026, 12, 14, 23, 30, tzinfo=UTC)),)}


def letters_in(language: str) -> dict[str, ComplaintLetter]:
    """Return every letter about complaints in a language, by the name of its snapshot."""
    question, *_, late = WRITTEN[language]
    setting = about(language)
    asked = event(AskBody(question=question, due_at=datetime(2026, 12, 20, 23, 59, tzinfo=UTC)))
    rejected: dict[str, Any] = {"state": "inadmissible", "text": late, "rejecters": ("p-1",)}
    nameless = {"decision": "", "statement": "", "informed_on": None, "reasons": ()}
    statement = statement_for("suspend-ads", language)
    same = SameMistake(
        name="Lantern Holdings", statement=statement, decision="d-77", changed_on=date(2027, 1, 4), lifted=True,
        language=language,
    )  # fmt: skip
    return {
        "acknowledgement": complaint_letter("acknowledgement", made_complaint(language), setting),
        "acknowledgement-late": complaint_letter(
            "acknowledgement", made_complaint(language, filed_at=datetime(2027, 12, 1, tzinfo=UTC)), setting
        ),
        "acknowledgement-no-decision": complaint_letter(
            "acknowledgement", made_complaint(language, **nameless), replace(setting, statement=None)
        ),
        "acknowledgement-lifted": complaint_letter(
            "acknowledgement", made_complaint(language, lifted_on=LIFTED_ON), setting
        ),
        "inadmissible": complaint_letter(
            "inadmissible", made_complaint(language, reject_reason="out_of_time", **rejected), setting
        ),
        "inadmissible-again": complaint_letter(
            "inadmissible",
            made_complaint(language, reject_reason="out_of_time", **(rejected | {"rejecters": ("p-1", "p-2")})),
            setting,
        ),
        "question": complaint_letter("question", made_complaint(language, events=(asked,)), setting),
        "question-same-mistake": complaint_letter(
            "question", made_complaint(language, events=(asked,), way="same_mistake"), setting
        ),
        "upheld": complaint_letter("decision", decided(language, "upheld", "facts_confirmed", "rule_fits"), setting),
        "upheld-accepted": complaint_letter(
            "decision",
            decided(language, "upheld", "facts_confirmed", comparator_answers={"a-7": "Accepted"}),
            setting,
        ),
        "varied": complaint_letter("decision", decided(language, "varied", "milder_measure", **PROVED), setting),
        "reversed": complaint_letter(
            "decision", decided(language, "reversed", "changed_circumstances", confirmer="p-2", **PROVED), setting
        ),
        **{
            f"{outcome}-lifted": complaint_letter(
                "decision", decided(language, outcome, code, **PROVED, lifted_on=LIFTED_ON), setting
            )
            for outcome, code in (("upheld", "rule_fits"), ("varied", "milder_measure"), ("reversed", "wrong_entity"))
        },
        "done": complaint_letter("done", decided(language, "reversed", "wrong_entity", **PROVED), setting),
        "same-mistake": same_mistake_letter(same),
        "same-mistake-varied": same_mistake_letter(replace(same, lifted=False)),
    }


def snapshot(made: ComplaintLetter) -> str:
    """Return a letter as it is kept: its subject, a blank line, its text."""
    return f"{made.subject}\n\n{made.text}"


NAMES = tuple(letters_in("en"))

if __name__ == "__main__":
    for tongue in LANGUAGES:
        (LETTERS / tongue).mkdir(parents=True, exist_ok=True)
        for name, each in letters_in(tongue).items():
            (LETTERS / tongue / f"{name}.txt").write_text(snapshot(each), encoding="utf-8")
