"""Tasks on the terminal, from 80 columns up: the list, one task whole, and the numbers of each kind."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evenhand.cli.render.match_tables import match_block
from evenhand.model.task import Task
from evenhand.model.visible_text import visible
from evenhand.render.claim_lines import claim_rows, denial_answers
from evenhand.render.precedent_rows import precedent_rows
from evenhand.render.task_words import event_line, state_words
from evenhand.render.technique_lines import technique_lines
from evenhand.render.wording import count, money
from evenhand.workflows.review.bulk_answers import BulkSample
from evenhand.workflows.review.task_details import HeldScope, TaskShown
from evenhand.workflows.review.task_numbers import TaskNumbers

_NONE = "–"
_MOST_PAIRS, _MOST_ACTS = 5, 5
_FINDING_ANSWERS = (
    "declared-since: they have declared one control; enter it in the table of declarations",
    "no-circumvention: they act together, and nobody returns under another name",
    "circumvention-confirmed --circumvention ACCOUNT=PARTY --document FILE: ACCOUNT is the refused PARTY, or an entry"
    " LIST#ENTITY, under another name",
)


def show_tasks(tasks: Sequence[Task], console: Console, zone: tzinfo, currency: str, at: datetime) -> None:
    """Print tasks, a row each."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Task", no_wrap=True)
    table.add_column("Kind", no_wrap=True)
    table.add_column("Due", no_wrap=True)
    table.add_column("Question", ratio=1)
    for task in tasks:
        table.add_row(task.id, task.kind, _due(task, zone, at), _question(task, currency, zone))
    console.print(table)


def task_counts(tasks: Iterable[Task]) -> str:
    """Return how many tasks there are of each kind: `17 open tasks (10 hold, 7 match)`."""
    kinds = [each.kind for each in tasks]
    several = sorted(set(kinds), key=lambda kind: (-kinds.count(kind), kind))
    each = ", ".join(f"{kinds.count(kind):,} {kind}" for kind in several)
    return f"{count(len(kinds), 'open task')}{f' ({each})' if each else ''}"


def task_line(waiting: Sequence[Task], found: Sequence[Task], *, shown: bool) -> str:
    """Return how many tasks wait, and how many do not until a day; the option that lists those unless `shown`."""
    snoozed, kept = (sum(each.state == state for each in found) for state in ("snoozed", "answered"))
    hidden = [f"{number:,} {word}" for number, word in ((snoozed, "snoozed"), (kept, "kept")) if number]
    rest = f"; {', '.join(hidden)}{'' if shown else ' (--snoozed)'}" if hidden else ""
    return f"{task_counts(waiting)}, most urgent first{rest}"


def show_task_page(shown: TaskShown, console: Console, zone: tzinfo, currency: str, at: datetime) -> None:
    """Print a task whole: the question, what hangs on it, both sides, the rules, what people did with it."""
    task = shown.task
    console.print(_text(task.question, "bold"))
    console.print(_text(f"task {task.id}, {task.kind}, {state_words(task, zone)}", "dim"))
    for line in (*filter(None, (task.excerpt,)), *_facts(task, zone, currency, at), *shown.beside):
        console.print(_text(line))
    console.print()
    for match in shown.matches:
        console.print(match_block(match, ""))
    for hold in shown.holds:
        _show_hold(hold, console, zone, with_facts=not shown.matches)
    _show_claims(shown, console)
    _show_options(task, console)
    _show_community(shown, console)
    _show_before_and_after(shown, console, zone)
    for found in shown.precedents[:1]:
        for label, lines in precedent_rows(found):
            _show_lines(label, lines, console)
    if task.history:
        _show_lines("History", [event_line(each, zone) for each in task.history], console)


def _show_before_and_after(shown: TaskShown, console: Console, zone: tzinfo) -> None:
    """Print what people judged of the matches before, and what would follow from each answer."""
    judged = [
        f"{each.at.astimezone(zone):%Y-%m-%d}  {each.by} judged {each.verdict}: {each.why}" for each in shown.judged
    ]
    if judged:
        _show_lines("Earlier judgements", judged, console)
    for outlook in shown.outlooks:
        _show_lines(f"If the answer is {outlook.answer}", outlook.sentences or ("no ruling changes",), console)


def _show_claims(shown: TaskShown, console: Console) -> None:
    """Print what denies a claim or may do so, each with both answers to it, then the claim and its mark."""
    of_task = shown.task.about.get("claim", "")
    tied = next((each.denied_by for each in shown.claims if each.id == of_task), ())
    for each in shown.claims:
        if each.id == of_task:
            _show_lines("The claim", list(claim_rows(each)), console)
        else:
            label = "Denied there" if each.id in tied else "Is it denied here?"
            _show_lines(label, [*claim_rows(each), *denial_answers(each.id, is_tied=of_task in each.denies)], console)
    if shown.around:
        _show_lines("In the text", [f"… {shown.around} …"], console)
    if shown.claims:
        console.print(_text(f"Mark: {shown.task.mark}"))


def show_numbers(numbers: Sequence[TaskNumbers], console: Console) -> None:
    """Print the numbers of each kind of task, a row each."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Kind", no_wrap=True)
    for title in ("Open", "Median age", "90 % are under", "Answered a day"):
        table.add_column(title, justify="right")
    table.add_column("Changed by a second person")
    for each in numbers:
        table.add_row(
            each.kind, f"{each.open:,}", _days(each.age_median_days), _days(each.age_p90_days),
            f"{each.answered_a_day:g} ({each.answered:,} in {count(each.days, 'day')})", _changed(each),
        )  # fmt: skip
    console.print(table)


def _days(days: float | None) -> str:
    return _NONE if days is None else f"{days:,.1f} days"


def _changed(numbers: TaskNumbers) -> str:
    if numbers.low is None or numbers.high is None:
        return "none was looked at"
    interval = f"{100 * numbers.low:.0f} to {100 * numbers.high:.0f} %"
    return f"{numbers.changed_by_second:,} of {numbers.seen_by_second:,} ({interval})"


def sample_lines(sample: BulkSample) -> Iterator[str]:
    """Yield what would be answered at once, and some of it."""
    yield f"{count(sample.tasks, 'task')} with {count(sample.matches, 'match', 'matches')} would be answered not-same."
    if sample.left:
        yield f"{count(sample.left, 'task')} about it stay: somebody else has them, or they ask about more."
    yield f"A sample of {len(sample.sample)}, drawn by a hash of their ids:"
    for task in sample.sample:
        yield f"  {task.id}  {task.question}"
    yield f"Look at each with `evenhand task show`. Nothing was recorded. To record it: add --yes {sample.sampled}"


def _show_lines(title: str, lines: Iterable[str], console: Console) -> None:
    console.print(_text(title, "bold"))
    for line in lines:
        console.print(Padding(_text(line), (0, 0, 0, 2)))
    console.print()


def _show_hold(hold: HeldScope, console: Console, zone: tzinfo, *, with_facts: bool) -> None:
    name = f" ({hold.name})" if hold.name else ""
    scope = "" if hold.scope == hold.party_kind else f", {hold.scope.replace(':', ' ')}"
    since = f"{hold.since.astimezone(zone):%Y-%m-%d}"
    console.print(_text(f"On hold since {since}: {hold.party_kind} {hold.party_id}{name}{scope}", "yellow"))
    lines = [f"Rule {name}: {title}" for name, title in hold.rules]
    if with_facts:
        lines += [*(f"Fact: {line}" for line in hold.because), f"To do: {hold.next_step}"]
    for line in lines:
        console.print(Padding(_text(line), (0, 0, 0, 2)))
    console.print()


def _show_community(shown: TaskShown, console: Console) -> None:
    """Print the pairs of a community, and the acts behind the first few of them."""
    if shown.task.kind != "finding":
        return
    more = [f"and {len(shown.pairs) - _MOST_PAIRS:,} more pairs"] if len(shown.pairs) > _MOST_PAIRS else []
    _show_lines("What acts as one", [*shown.pairs[:_MOST_PAIRS], *more], console)
    if lines := list(technique_lines(shown.techniques)):
        _show_lines("Techniques", lines, console)
    for each in shown.evidence:
        close = [act for act in each.counted if act.is_close] or list(each.acts)
        lines = [
            f"{act.time(act.a_at)}, {act.apart}: {act.object_id} ({act.a_content or _NONE}, {act.b_content or _NONE})"
            f"{f'; does not count: {act.uncounted}' if act.uncounted else ''}"
            for act in close[:_MOST_ACTS]
        ]
        _show_lines(f"Behind {each.a} and {each.b}: {count(len(close), 'act')}", lines, console)
    if shown.task.state != "answered":
        _show_lines("Answers", _FINDING_ANSWERS, console)


def _show_options(task: Task, console: Console) -> None:
    """Print who owns what, and what can change a hold: by options of `task answer`, or in the tables alone."""
    owners, changes, tables = (task.about.get(each, "").splitlines() for each in ("owners", "changes", "tables"))
    if owners:
        _show_lines("Owners", owners, console)
    if changes:
        _show_lines("To release it, state what is so", changes, console)
    if tables:
        alone = "" if changes else "Only this can mend it: "
        _show_lines("In tables and reports", [f"{alone}{each}, then run again" for each in tables], console)


def _facts(task: Task, zone: tzinfo, currency: str, at: datetime) -> Iterable[str]:
    opened = f"{task.opened.astimezone(zone):%Y-%m-%d}"
    if task.state == "answered":
        yield f"opened on {opened}"
    else:
        yield f"open since {opened}" + (f", due {_due(task, zone, at)}" if task.due else "")
    if task.assignee:
        yield f"assigned to {task.assignee}"
    if task.law:
        yield "a law that binds the network may apply"
    if task.concerned:
        yield "concerns " + ", ".join(f"{each.kind} {each.id}" for each in task.concerned)
    if task.campaigns:
        left = f", {money(task.not_spent_micros, currency)} not spent" if task.not_spent_micros else ""
        yield f"{count(task.campaigns, 'campaign')} not ended{left}"


def _question(task: Task, currency: str, zone: tzinfo) -> Text:
    notes = [
        "law" if task.law else "",
        f"{money(task.not_spent_micros, currency)} at stake" if task.not_spent_micros else "",
        f"claimed by {task.claimed_by}" if task.state == "claimed" else "",
        f"assigned to {task.assignee}" if task.assignee and task.state != "claimed" else "",
        "waits for a second person" if task.state == "second" else "",
        state_words(task, zone).removeprefix("answered: ") if task.state in ("snoozed", "answered") else "",
    ]
    line = _text(task.question)
    if task.excerpt:
        line.append(f"\n{visible(task.excerpt)}")
    if comment := "; ".join(filter(None, notes)):
        line.append(f"\n{visible(comment)}", style="dim")
    return line


def _due(task: Task, zone: tzinfo, at: datetime) -> str:
    if task.due is None:
        return _NONE
    day = f"{task.due.astimezone(zone):%Y-%m-%d}"
    return f"{day} late" if task.due < at else day


def _text(text: str, style: str = "") -> Text:
    return Text(visible(text), style)
