"""One claim on its page: the denial beside its accusation, and what a person says of it, as the verbs record it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from starlette.responses import Response

from evenhand.evidence import same_origin
from evenhand.model.claims import Claim, Span, SpeakerKind, Stance
from evenhand.model.errors import BadInput, EvenhandError, NotFound, NotPermitted, StateRefused
from evenhand.model.evidence import ClaimShown
from evenhand.model.task import task_id
from evenhand.render.claim_lines import claim_details, speaker_words
from evenhand.render.marked_text import Piece, marked
from evenhand.web.console.guard import error_status
from evenhand.web.console.visit import Visit
from evenhand.workflows.evidence.claim_decisions import (
    Correction,
    StatedDecision,
    Word,
    decide_claim,
    take_back_denial,
)
from evenhand.workflows.evidence.claim_pages import claim_page
from evenhand.workflows.evidence.kept_documents import OpenedDocuments
from evenhand.workflows.evidence.linking import RELATIONS, StatedLink, link_claim
from evenhand.workflows.evidence_records.evidence_fold import Evidence, EvidenceFold
from evenhand.workflows.evidence_records.source_questions import KeptSourceFacts, SourceQuestion, of_claim

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "proposed": ("waits for a person", "warn"), "confirmed": ("confirmed", "good"),
    "corrected": ("corrected and confirmed", "good"), "rejected": ("rejected", "plain"),
}  # fmt: skip
"""Each state of a claim in words, and the tone of its badge."""

DENIAL: Final = "denial-"
_AROUND: Final = 240
_KINDS: Final = get_args(SpeakerKind)
_STANCES: Final = get_args(Stance)
_REFUSED: Final[Mapping[str, str]] = {
    "in the same document": "Answer each denial below: it denies the claim, or it does not belong",
    "in another document": "Answer each denial below: it denies the claim, or it does not belong",
    "waits for a person": "Open that denial first, and confirm, correct or reject it",
    "is not beside the accusation": "Open the accusation first, and answer each denial there",
    "it says itself that it denies": "Choose that it denies this claim, or open the denial and correct what it denies",
}  # fmt: skip
"""What to do on the page after a refusal that has these words."""


def evidence_now(visit: Visit) -> Evidence:
    """Return what is saved in the network, folded again only when something was recorded of a document."""
    fold = visit.console.kept("evidence", visit.network.ledger, EvidenceFold)
    with visit.console.reading() as ledger:
        return fold.read_on(ledger)


def opened_documents(visit: Visit) -> OpenedDocuments:
    """Return the documents that were shown last, as they were opened."""
    return visit.console.kept("opened documents", visit.network.folder, OpenedDocuments)


def source_questions(visit: Visit, evidence: Evidence) -> tuple[SourceQuestion, ...]:
    """Return what may change claims that count."""
    return visit.console.kept("source facts", visit.network.folder, KeptSourceFacts).questions(visit.network, evidence)


def claim_page_of(visit: Visit) -> Response:
    """Show a claim with what denies it, and the forms to decide about it."""
    return _shown(visit, "")


def act(visit: Visit) -> Response:
    """Do one act with a claim; a refusal shows the claim again with what was chosen and typed."""
    name = visit.path("act")
    if name not in _ACTS:
        raise NotFound("no such act", got=name, expected=", ".join(_ACTS))
    try:
        note = _ACTS[name](visit)
    except (BadInput, StateRefused, NotPermitted) as error:
        return _shown(visit, _on_the_page(error), error_status(error))
    return visit.go(f"/evidence/{visit.path('document')}/claims/{visit.path('claim')}", note)


def _shown(visit: Visit, problem: str, status: int = 200) -> Response:
    network = visit.network
    document = opened_documents(visit).document(network, evidence_now(visit), visit.path("document"))
    page = claim_page(network, evidence_now(visit), visit.path("document"), visit.path("claim"), document)
    visit.log_read("claim", page.shown.id)
    task = f"/tasks/{task_id('claim', page.shown.id)}"
    return visit.render(
        "evidence_claim.html", status, page=page, shown=page.shown, problem=problem, states=STATES, kinds=_KINDS,
        stances=_STANCES, relations=RELATIONS, speaker=speaker_words, details=claim_details, around=_around,
        by_another=page.shown.by if page.shown.by not in ("", visit.person) else "", is_typed=bool(problem),
        task=task if page.shown.state == "proposed" and visit.can_open(task) else "",
        numbers={each.id: place for place, each in enumerate(page.document.claims, 1)},
        changes=of_claim(source_questions(visit, evidence_now(visit)), page.shown.id),
    )  # fmt: skip


def _around(text: str, shown: ClaimShown) -> tuple[Piece, ...]:
    """Return the words of a claim marked in the text around them: "it" alone tells nobody what."""
    content = shown.claim.content
    start, end = max(content[0][0] - _AROUND, 0), min(content[-1][1] + _AROUND, len(text))
    # A word that would be cut at the start or the end is left out.
    start = max(text.find(" ", start, content[0][0]), start) if start else 0
    end = max(text.rfind(" ", content[-1][1], end), content[-1][1]) if end < len(text) else end
    return marked(text, (start, end), {shown.id: content})


def _confirm(visit: Visit) -> str:
    claim = _claim(visit)
    if _correction(visit, claim) != Correction():
        raise BadInput("fields of a correction are filled in", todo="choose Correct, or set them back and confirm")
    shown = _decided(visit, "confirm", Correction())
    return f"{shown.state}: it was made so; that does not say that it is true"


def _correct(visit: Visit) -> str:
    shown = _decided(visit, "correct", _correction(visit, _claim(visit)))
    return f"{shown.state}: what was proposed is kept beside it"


def _reject(visit: Visit) -> str:
    shown = _decided(visit, "reject", Correction())
    return f"{shown.state}: it counts for nothing"


def _decided(visit: Visit, word: Word, correction: Correction) -> ClaimShown:
    form = visit.form
    answers = {name.removeprefix(DENIAL): form.text(name) for name in form.fields if name.startswith(DENIAL)}
    known_apart = form.all("apart")
    stated = StatedDecision(
        visit.path("claim"), word, _why(visit),
        beside=tuple(each for each, answer in answers.items() if answer == "beside"),
        unrelated=tuple(each for each, answer in answers.items() if answer == "unrelated" and each not in known_apart),
        overturns=_overturned(visit), correction=correction, document=visit.path("document"),
    )  # fmt: skip
    return decide_claim(visit.network, stated, visit.acting(), visit.now, visit.console.tools())


def _untie(visit: Visit) -> str:
    stated = StatedDecision(visit.path("claim"), "confirm", _why(visit), overturns=_overturned(visit),
                            document=visit.path("document"))  # fmt: skip
    take_back_denial(visit.network, stated, visit.form.text("denial"), visit.acting(), visit.now, visit.console.tools())
    return "taken back: that denial is of something else"


def _link(visit: Visit) -> str:
    form = visit.form
    relation = next((each for each in RELATIONS if each == form.text("relation")), None)
    if relation is None:
        raise BadInput("nothing says what the claim is to the party", expected=", ".join(RELATIONS))
    if not form.text("party"):
        raise BadInput("no party is named", expected="the id of a party that a run has decided about")
    stated = StatedLink(visit.path("claim"), form.text("party"), relation, _why(visit), form.text("although"),
                        _overturned(visit), visit.path("document"))  # fmt: skip
    done = link_claim(visit.network, stated, visit.acting(), visit.now, visit.console.tools(), same_origin)
    if done.draft is not None:
        return (f"linked. It asks for a review: a draft of a complaint is kept with the network's evidence as "
                f"{done.draft.file}; nothing is filed")  # fmt: skip
    return "linked: it counts from the next run on" if done.counts else f"linked, but {done.why_not}"


def _unlink(visit: Visit) -> str:
    stated = StatedLink(visit.path("claim"), visit.form.text("party"), None, _why(visit), overturns=_overturned(visit),
                        document=visit.path("document"))  # fmt: skip
    link_claim(visit.network, stated, visit.acting(), visit.now, visit.console.tools(), same_origin)
    return "the link is taken back: the claim is nothing to this party from the next run on"


def _why(visit: Visit) -> str:
    """Return the words of a person on why: of the answers to denials, and of the correction."""
    return "; ".join(each.strip() for each in visit.form.all("why") if each.strip())


def _overturned(visit: Visit) -> int | None:
    """Return the number of the event by another person that this act changes, as the form showed it."""
    text = visit.form.text("overturn")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _claim(visit: Visit) -> Claim:
    page = claim_page(visit.network, evidence_now(visit), visit.path("document"), visit.path("claim"))
    return page.shown.claim


def _correction(visit: Visit, claim: Claim) -> Correction:
    """Return what the fields of a correction say otherwise than the claim; a field that was not sent says nothing."""
    form, speaker = visit.form, claim.speaker
    persons = str(claim.source_count.n or "") if claim.source_count is not None else ""
    said_on = (claim.said_on.value or "") if claim.said_on is not None else ""
    now = {"speaker": speaker.name, "kind": speaker.kind, "speaks_for": speaker.speaks_for or "",
           "stance": claim.stance, "persons": persons, "said_on": said_on}  # fmt: skip
    # A name may have a line break in the text; a field of one line sends none.
    changed: dict[str, Any] = {
        name: form.text(name) for name, value in now.items()
        if name in form.fields and form.text(name).split() != value.split()
    }  # fmt: skip
    if "persons" in changed:
        changed["persons"] = _number(changed["persons"])
    if content := form.text("content"):
        changed["content"] = tuple(map(_span, content.split()))
    if form.is_checked("denies_asked") and set(form.all("denies")) != set(form.all("denied_now")):
        changed["denies"] = form.all("denies")
    return Correction(**changed)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadInput("no number of persons", got=text, expected="a number such as 3")
    return int(text)


def _span(text: str) -> Span:
    start, _, end = text.partition(":")
    try:
        return int(start), int(end)
    except ValueError:
        raise BadInput("no place in the text", got=text, expected="START:END, such as 120:164") from None


def _on_the_page(error: EvenhandError) -> str:
    """Return what went wrong in the words of the page: the workflow's own name the options of the command line."""
    if isinstance(error, NotPermitted):
        return str(error)
    got = f": {error.got}" if error.got else ""
    if "reason is given" in error.what:
        return "No reason is given. Say why, in words, for those who check it"
    todo = next((words for part, words in _REFUSED.items() if part in error.what), "")
    if todo:
        return f"{error.what}. {todo}"
    if "--overturn" in error.todo and "nobody" not in error.what:
        return f"{error.what}. Look at it again; to change that, check the box that says so"
    if "--although" in error.todo:
        return f"{error.what}. If it is about this party all the same, say why in the field for that"
    expected = f"; expected: {error.expected}" if error.expected else ""
    return f"{error.what}{got}{expected}"


_ACTS: Final[Mapping[str, Callable[[Visit], str]]] = {
    "confirm": _confirm, "correct": _correct, "reject": _reject, "untie": _untie, "link": _link, "unlink": _unlink,
}  # fmt: skip
