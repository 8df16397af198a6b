"""The case of one party: what was decided, on what ground, and everything that belongs to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

from starlette.responses import Response

from evenhand.lists import Versions
from evenhand.model.errors import EvenhandError, NotFound
from evenhand.model.outcome import Outcome
from evenhand.model.party_case import CaseKind, PartyCase
from evenhand.model.staff import not_verified
from evenhand.model.task import Task
from evenhand.render.audit_sentences import about_flip
from evenhand.render.case_views import case_views, head_views
from evenhand.render.match_fields import party_fields
from evenhand.render.ownership_paths import link_words
from evenhand.render.ownership_picture import owner_boxes, ownership_picture
from evenhand.render.precedent_rows import fact_in_words, precedent_rows, value_in_words
from evenhand.render.wording import fact_lines, judgement_lines
from evenhand.web.console.party_paths import party_path
from evenhand.web.console.visit import Visit
from evenhand.workflows.delivery.next_steps import next_action
from evenhand.workflows.evaluation.listed_entries import ListedEntries
from evenhand.workflows.operations.receipts import prove
from evenhand.workflows.queries.audited_flips import audit_report
from evenhand.workflows.queries.known_parties import KnownParties, RunParties
from evenhand.workflows.queries.letters_shown import letter_shown
from evenhand.workflows.queries.party_case import CaseSources, case_with_precedents, find_decision, party_case

_KINDS: Final = ("advertiser", "payer")


def case_page(visit: Visit) -> Response:
    """Show the case of a party; like cases and what would change its outcome have a page that a script puts in."""
    kind, party_id = _party(visit)
    sources = case_sources(visit)
    with visit.console.reading() as ledger:
        case = party_case(sources, ledger, kind, party_id, visit.now)
    explained = case.explained
    visit.log_read("case", f"{kind}:{party_id}")
    views = case_views(explained, sources.verdict)
    boxes = owner_boxes(party_id, explained.name, case.owners, case.listed)
    return visit.render(
        "case.html", case=case, explained=explained, views=views, heads=head_views(views),
        boxes=boxes, picture=ownership_picture(boxes), link_words=link_words, tasks=_tasks(visit, party_id),
        next_action=next_action, timeline=_timeline(case), about_flip=about_flip,
        like=party_path(kind, party_id, "like-cases"),
        record=party_fields(case.party) if case.party is not None else {},
        unsigned=_unsigned(case), currency=visit.network.settings.network.currency,
    )  # fmt: skip


def like_cases_page(visit: Visit) -> Response:
    """Show what was decided in like cases and what would change a party's outcome; by itself, for it takes longest."""
    kind, party_id = _party(visit)
    sources = case_sources(visit)
    with visit.console.reading() as ledger:
        explained = case_with_precedents(sources, ledger, kind, party_id, visit.now)
    visit.log_read("like cases", f"{kind}:{party_id}")
    show = visit.fragment if visit.wants_fragment else visit.render
    template = "precedents.html" if visit.wants_fragment else "precedents_page.html"
    views = case_views(explained, sources.verdict)
    return show(
        template, explained=explained, views=views, back=party_path(kind, party_id),
        precedent_rows=precedent_rows, fact=fact_in_words, value=value_in_words, outcome_of=Outcome,
        found={each.seq: each for each in explained.precedents}, level=3 if visit.wants_fragment else 2,
    )  # fmt: skip


def decision_page(visit: Visit) -> Response:
    """Lead to the case that a decision is of."""
    kind, party_id, _ = _decision(visit)
    return visit.go(f"{party_path(kind, party_id)}#{visit.path('decision')}")


def receipt_file(visit: Visit) -> Response:
    """Give the receipt of a decision: the proof that it is in the log, with its content where that is asked for."""
    kind, party_id, seq = _decision(visit)
    disclose = visit.query("with") == "content"
    text = prove(visit.network.folder, seq, disclose=disclose)
    visit.log_read("receipt with content" if disclose else "receipt", f"{kind}:{party_id}")
    name = f"{visit.path('decision')}{'-with-content' if disclose else ''}.receipt"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


def letter_page(visit: Visit) -> Response:
    """Show the letter about a decision as it was written."""
    kind, party_id, seq = _decision(visit)
    with visit.console.reading() as ledger:
        names = [f"{begins}{visit.path('decision').removeprefix('d-')}" for begins in ("r-", "l-")]
        found = next((each for each in names if ledger.seq_of(each) is not None), None)
    if found is None:
        raise NotFound("no letter was written about this decision", got=visit.path("decision"))
    visit.log_read("letter", f"{kind}:{party_id}")
    back = party_path(kind, party_id)
    return visit.render("letter.html", letter=letter_shown(visit.network, found), back=back, party=party_id, seq=seq)


def case_sources(visit: Visit) -> CaseSources:
    """Return what lookups of cases share, read anew after a run or when the rules are others."""
    network, console = visit.network, visit.console
    entries = console.kept("entries", network.lists, lambda: ListedEntries(Versions(network.lists)))
    rules, read = network.rulebook, (network.state / "meta.json", audit_report(network.out))
    files = sorted((str(each), each.stat().st_mtime_ns) for each in rules.rglob("*") if each.is_file())
    stamp = network.folder, [each.stat().st_mtime_ns if each.is_file() else 0 for each in read], files
    return console.kept("cases", stamp, lambda: CaseSources.of(network, entries, _kept_parties(visit)))


def _kept_parties(visit: Visit) -> KnownParties | None:
    try:
        return RunParties(visit.console.run().rows)
    except EvenhandError:  # what a run found is lost: the case itself is in the ledger
        return None


def _party(visit: Visit) -> tuple[CaseKind, str]:
    kind = visit.path("kind")
    if kind not in _KINDS:
        raise NotFound("no such kind of party", got=kind, expected="advertiser or payer")
    return cast("CaseKind", kind), visit.request.path_params.get("id") or visit.query("id")


def _decision(visit: Visit) -> tuple[CaseKind, str, int]:
    """Return whose decision the path names, and its leaf."""
    with visit.console.reading() as ledger:
        seq, decision = find_decision(ledger, visit.path("decision"))
    return cast("CaseKind", decision.party.kind), decision.party.id, seq


def _tasks(visit: Visit, party_id: str) -> Sequence[Task]:
    try:
        return visit.console.board().about(party_id)
    except EvenhandError:  # what a run found is lost: the case itself is in the ledger
        return ()


class Happened(NamedTuple):
    """One line of the timeline; a decision has its id, and whether a letter about it was written."""

    at: datetime
    who: str
    text: str
    detail: str
    outcome: Outcome | None = None
    decision: str = ""
    letter: bool = False


def _timeline(case: PartyCase) -> list[Happened]:
    """Return what was decided and what people said, the latest first."""
    explained = case.explained
    found = [
        Happened(each.decided_at, each.by, each.scope, "; ".join(each.rules), each.outcome, each.id, bool(each.letter))
        for each in case.past
    ]
    for pair in explained.judgements:
        line, came, *_ = judgement_lines(pair)
        found.append(Happened(pair.judgement.at, pair.judgement.by, line, came.strip()))
    for stated in explained.confirmed:
        line, came = fact_lines(stated)
        found.append(Happened(stated.fact.at, stated.fact.by, line, came.strip()))
    return sorted(found, key=lambda each: each.at, reverse=True)


def _unsigned(case: PartyCase) -> str:
    """Return that nothing shows who said what people said, ``""`` where something does or nobody said anything."""
    signed = [each.judgement.signed for each in case.explained.judgements]
    signed += [each.fact.signed for each in case.explained.confirmed]
    return not_verified(None) if None in signed else ""
