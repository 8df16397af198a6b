"""`evenhand review`: what people do with a complaint, one act a call."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from evenhand.cli.acting import ConfirmSign, Sign, acting_of
from evenhand.cli.commands.complain import At, compare_like_cases, read_text, say_complaint
from evenhand.cli.commands.review_acts import ACTS, OPTION_OF, RELIEF_ACTS, Typed, day_of_option, next_review
from evenhand.cli.commands.review_options import (
    AdmitOption,
    AnswerOption,
    AskOption,
    AsPerson,
    AttachOption,
    CloseOption,
    CodeOption,
    ComplaintId,
    ConfirmOption,
    ConfirmPerson,
    ConflictOption,
    DeciderOption,
    DecisionReference,
    EndReliefOption,
    ExternalCloseOption,
    ExternalOpenOption,
    FollowedOption,
    IsComplexOption,
    LikeCase,
    NumberOption,
    ObjectToOption,
    OnDay,
    ProposeOption,
    ReasonOption,
    RejectOption,
    ReliefOption,
    ShowOption,
    TakeOption,
    TextFile,
    ToReason,
    UntilDay,
    WithdrawOption,
)
from evenhand.cli.commands.task_changes import ChangeOptions, Control, Document, Judge, Share, Verified
from evenhand.cli.common import AllowFuture, AsJson, Folder, print_json, recorded_instant, say, tools
from evenhand.model.complaint import Complaint
from evenhand.model.errors import BadInput, StateRefused

if TYPE_CHECKING:
    from evenhand.store.network import Network
    from evenhand.workflows.complaint_records.complaint_store import OpenComplaints
    from evenhand.workflows.people.acting import Acting
    from evenhand.workflows.run.network_run import Tools


def add_to(app: typer.Typer) -> None:
    """Add the verb `review` to the command line."""
    app.command("review")(review)


def review(
    folder: Folder, complaint: ComplaintId, *, person: AsPerson, decision: DecisionReference = "",
    admit: AdmitOption = False, reject: RejectOption = "", take: TakeOption = False, show: ShowOption = False,
    ask: AskOption = False, answer: AnswerOption = False, propose: ProposeOption = "", confirm: ConfirmOption = False,
    object_to: ObjectToOption = False, withdraw: WithdrawOption = False, close: CloseOption = False,
    external_open: ExternalOpenOption = "", external_close: ExternalCloseOption = "",
    relief: ReliefOption = False, end_relief: EndReliefOption = False,
    confirm_as: ConfirmPerson = "", confirm_sign: ConfirmSign = "", reason: ReasonOption = None,
    conflict: ConflictOption = "", decider: DeciderOption = False, text: TextFile = None, code: CodeOption = None,
    to: ToReason = None, like: LikeCase = None, attach: AttachOption = None,
    judge: Judge = None, share: Share = None, control: Control = None, verified: Verified = "", until: UntilDay = "",
    document: Document = None, number: NumberOption = "", on: OnDay = "", is_complex: IsComplexOption = False,
    followed: FollowedOption = "", sign: Sign = "",
    at: At = None, allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Do one thing with a complaint: admit, take, show, ask, answer, lift meanwhile, propose, confirm, close."""
    acts: dict[str, Any] = {
        "--decision": decision, "--admit": admit, "--reject": reject, "--take": take, "--show": show, "--ask": ask,
        "--answer": answer, "--propose": propose, "--confirm": confirm, "--object": object_to, "--withdraw": withdraw,
        "--close": close, "--external-open": external_open, "--external-close": external_close,
        "--relief": relief, "--end-relief": end_relief,
    }  # fmt: skip
    name = _one_act(acts)
    last_day = day_of_option("--until", until) if until else None
    fact_day = None if name == "--relief" else last_day
    options = ChangeOptions(judge or (), share or (), control or (), verified, fact_day, document or ())
    typed = Typed(
        value=acts[name] if isinstance(acts[name], str) else "",
        words="" if text is None else read_text(text),
        reasons=tuple(reason or ()), codes=tuple(code or ()), to=_pairs("--to", to or ()),
        like=_pairs("--like", like or ()), changes=options.changes_in(folder), files=tuple(attach or ()),
        decider=decider, number=number, on=on, is_complex=is_complex, followed=_yes_or_no("--followed", followed),
        until=last_day, confirm_as=confirm_as, confirm_sign=confirm_sign,
    )  # fmt: skip
    now = recorded_instant(at, allow_future=allow_future)
    _act(folder, complaint, name, typed, (person, sign, _yes_or_no("--conflict", conflict)), now, as_json=as_json)


def _act(
    folder: Path, complaint_id: str, name: str, typed: Typed, who: tuple[str, str, bool | None], now: datetime,
    *, as_json: bool,
) -> None:  # fmt: skip
    from evenhand.store.network import read_network
    from evenhand.workflows.complaint_records.complaint_store import complaints_of
    from evenhand.workflows.complaints.staff_cases import check_person

    network = read_network(folder)
    acting = acting_of(network, check_person(who[0]), who[1], conflict=who[2])
    with tools(quiet=True) as handed:
        if name == "--take":
            compare_like_cases(network, complaints_of(network).get(complaint_id), now, handed)
        if name in RELIEF_ACTS:
            with _named_by_options():
                after, lines = RELIEF_ACTS[name](network, complaint_id, acting, typed, now, handed), list[str]()
        else:
            after, lines = _act_in_ledger(network, complaint_id, name, typed, acting, now=now, handed=handed)
        if name in ("--admit", "--decision"):
            after = compare_like_cases(network, after, now, handed)
    if as_json:
        print_json(after)
        return
    for line in (*lines, *(_beside_case(network, after) if lines else ())):
        say(line)
    if not lines:
        say_complaint(network, after, now)
    say(_next(folder, after))


def _act_in_ledger(
    network: "Network", complaint_id: str, name: str, typed: Typed, acting: "Acting", *, now: datetime, handed: "Tools"
) -> tuple[Complaint, list[str]]:
    """Do an act while the ledger is held; return the complaint, and the case where it was shown."""
    from evenhand.cli.render.complaint_pages import case_lines
    from evenhand.workflows.complaint_records.complaint_store import open_complaints
    from evenhand.workflows.complaints.case_shown import case_shown
    from evenhand.workflows.complaints.relief import follow_relief

    lines: list[str] = []
    with open_complaints(network, now, handed) as held:
        before = held.complaints.get(complaint_id)
        after = _done(name, held, before, acting, typed)
        if name == "--show":
            shown = case_shown(network, held.ledger, after, decider_shown=typed.decider)
            lines = list(case_lines(shown, network.settings.zone))
    if name == "--withdraw" and before.relief_until is not None:
        follow_relief(network, after, acting.person, now, handed)
    return after, lines


def _beside_case(network: "Network", complaint: Complaint) -> Iterator[str]:
    """Yield what stands after a case: like cases, and the answer where one was proposed or given."""
    from evenhand.cli.render.complaint_pages import answer_lines

    yield from _like_cases(network, complaint)
    if complaint.text:
        yield f"{4 if complaint.comparators is None else 5}. The answer"
        yield from answer_lines(complaint, "   ")


def _like_cases(network: "Network", complaint: Complaint) -> Iterator[str]:
    """Yield the comparators of a complaint of unequal treatment, each with the number that its answer has."""
    from evenhand.render.comparator_rows import comparator_lines
    from evenhand.workflows.complaints.comparator_run import attached_finding

    if complaint.comparators is None:
        return
    yield "4. Like cases (answer each with --like NUMBER=TEXT)"
    finding = attached_finding(network, complaint, lambda *_: None)
    yield from (f"   {line}" for line in comparator_lines(finding))


def _one_act(acts: Mapping[str, object]) -> str:
    given = [name for name, value in acts.items() if value]
    if len(given) != 1:
        raise BadInput("one act a call:" if given else "nothing to do:", got=" and ".join(given) or None,
                       expected=f"one of {', '.join(acts)}")  # fmt: skip
    return given[0]


def _pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """Return `NAME=TEXT` options by name."""
    pairs = {}
    for text in texts:
        name, equals, words = text.partition("=")
        if not equals or not words.strip() or name in pairs:
            raise BadInput("no answer", where=option, got=text, expected="NAME=TEXT, each name once")
        pairs[name.strip()] = words.strip()
    return pairs


def _yes_or_no(option: str, text: str) -> bool | None:
    if text not in ("", "yes", "no"):
        raise BadInput("neither yes nor no", where=option, got=text, expected="yes or no")
    return text == "yes" if text else None


def _next(folder: Path, complaint: Complaint) -> str:
    """Return the command that comes next for a complaint."""
    read = complaint.events[-1].kind == "show"
    return next_review(str(folder), complaint.id, complaint.state, read=read) or f"Next: evenhand complaints {folder}"


def _done(name: str, held: "OpenComplaints", complaint: Complaint, acting: "Acting", typed: Typed) -> Complaint:
    with _named_by_options():
        return ACTS[name](held, complaint, acting, typed)


_TO_SETTLE = frozenset({"decided", "propagating", "proved"})


@contextmanager
def _named_by_options() -> Iterator[None]:
    """Let a refusal name what is allowed by the options of this verb."""
    try:
        yield
    except StateRefused as error:
        allowed = tuple(OPTION_OF[each] for each in error.allowed if each in OPTION_OF)
        todo = error.todo or ("carry it out: evenhand settle" if error.state in _TO_SETTLE else "")
        raise StateRefused(
            error.what, where=error.where, state=error.state, event=error.event, allowed=allowed, todo=todo
        ) from error
