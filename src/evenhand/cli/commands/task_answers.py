"""`evenhand task answer`, `confirm` and `object`: what a person says is the case, and what a second one says of it."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.acting import Sign, acting_of
from evenhand.cli.commands.task_changes import ChangeOptions, Circumvention, Control, Document, Judge, Share, Verified
from evenhand.cli.commands.task_options import (
    COUNTS_THEN,
    AsPerson,
    At,
    Beside,
    Mark,
    RemovedTechniques,
    TaskId,
    Techniques,
    Unrelated,
    Until,
    Why,
    instant_or_day,
    show_done,
)
from evenhand.cli.common import AllowFuture, AsJson, Folder, print_json, recorded_instant, say, say_wrapped, tools
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenhand.model.task import Task
    from evenhand.store.network import Network
    from evenhand.workflows.people.acting import Acting
    from evenhand.workflows.review.bulk_answers import StatedBulk
    from evenhand.workflows.review.stated_answers import StatedAnswer
    from evenhand.workflows.run import Tools

    SecondAnswer = Callable[[Network, str, Acting, str, datetime, Tools], Task]


def add_to(group: typer.Typer) -> None:
    """Add these verbs to the group `task`."""
    group.command("answer")(answer)
    group.command("confirm")(confirm)
    group.command("object")(object_to)


def answer(
    folder: Folder,
    task_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the task; none with --entry or --party.")],
    word: Annotated[
        str, typer.Argument(metavar="ANSWER", help="A match: same, not-same, unsure. A hold: release, refuse, keep. "
                       "A finding: declared-since, no-circumvention, circumvention-confirmed. "
                       "A claim: confirm, reject. Others: done …")
    ] = "",
    *, person: AsPerson, why: Why = "",
    entry: Annotated[
        str, typer.Option("--entry", metavar="LIST#ID", help="not-same for every open match of this entry.")
    ] = "",
    party: Annotated[
        str, typer.Option("--party", metavar="ID", help="not-same for every open match of this party.")
    ] = "",
    yes: Annotated[
        str, typer.Option("--yes", metavar="CODE", help="Record it: the code that the sample was shown with.")
    ] = "",
    judge: Judge = None, share: Share = None, control: Control = None, verified: Verified = "",
    circumvention: Circumvention = None, document: Document = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", metavar="CODE", help="A reason code, such as rule_fits.")
    ] = None,
    technique: Techniques = None, remove_technique: RemovedTechniques = None, until: Until = "", mark: Mark = "",
    beside: Beside = None, unrelated: Unrelated = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would follow; record nothing.")] = False,
    sign: Sign = "", at: At = None, allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Answer a task; each judgement and fact that it comes to is recorded singly, and the rules decide."""
    from evenhand.store.network import read_network
    from evenhand.workflows.evidence.denials_seen import DenialAnswers
    from evenhand.workflows.review.stated_answers import StatedAnswer
    from evenhand.workflows.review.task_answers import answer_task

    network, now = read_network(folder), recorded_instant(at, allow_future=allow_future)
    techniques = technique or (), remove_technique or ()
    if entry or party or yes:
        stated_at_once = _at_once(task_id, word, why, (entry, party, yes), techniques=any(techniques))
        _answer_at_once(folder, network, stated_at_once, (person, sign), now, as_json=as_json)
        return
    ends = instant_or_day(until, network)
    last_day = None if ends is None else ends.astimezone(network.settings.zone).date()
    options = ChangeOptions(
        judge or (), share or (), control or (), verified, last_day, document or (), circumvention or ()
    )
    stated = StatedAnswer(task_id, word, why, tuple(code or ()), options.changes_in(folder), ends, mark, techniques,
                          DenialAnswers(tuple(beside or ()), tuple(unrelated or ())))  # fmt: skip
    if dry_run:
        _try(network, stated, now, as_json=as_json)
        return
    with tools(quiet=True) as handed:
        task = answer_task(network, stated, acting_of(network, person, sign), now, handed)
    show_done(folder, network, task, as_json=as_json)


def confirm(
    folder: Folder, task_id: TaskId, *, person: AsPerson, why: Why = "", sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Confirm another person's answer that waits for a second one; then it counts."""
    from evenhand.workflows.review.task_answers import confirm_answer

    instant_given = recorded_instant(at, allow_future=allow_future)
    _second(confirm_answer, folder, task_id, (person, sign), why, instant_given, as_json=as_json)


def object_to(
    folder: Folder, task_id: TaskId, *, person: AsPerson, why: Why, sign: Sign = "", at: At = None,
    allow_future: AllowFuture = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Object to another person's answer that waits for a second one; the task is open again."""
    from evenhand.workflows.review.task_answers import object_to_answer

    instant_given = recorded_instant(at, allow_future=allow_future)
    _second(object_to_answer, folder, task_id, (person, sign), why, instant_given, as_json=as_json)


def _second(
    say_of_it: "SecondAnswer", folder: Path, task_id: str, who: tuple[str, str], why: str, now: datetime, *,
    as_json: bool,
) -> None:  # fmt: skip
    """Record what a second person says of an answer, and show the task."""
    from evenhand.store.network import read_network

    network = read_network(folder)
    with tools(quiet=True) as handed:
        task = say_of_it(network, task_id, acting_of(network, *who), why, now, handed)
    show_done(folder, network, task, as_json=as_json)


def _at_once(task_id: str, word: str, why: str, chosen: tuple[str, str, str], *, techniques: bool) -> "StatedBulk":
    """Return what is answered at once; the one word beside the options is the answer."""
    from evenhand.workflows.review.bulk_answers import WORD, StatedBulk
    from evenhand.workflows.review.judgement_file import read_verdict

    if word or read_verdict(task_id) != WORD:
        raise BadInput("only one answer is given to many tasks at once", got=f"{task_id} {word}".strip(), expected=WORD)
    if techniques:
        raise BadInput("techniques are set on one community", where="--technique", expected="the ID of its task")
    return StatedBulk(why, *chosen)


def _answer_at_once(
    folder: Path, network: "Network", stated: "StatedBulk", who: tuple[str, str], now: datetime, *, as_json: bool
) -> None:
    from evenhand.cli.render.task_tables import sample_lines
    from evenhand.render.wording import count
    from evenhand.workflows.review.bulk_answers import answer_at_once, sample_of

    acting = acting_of(network, *who)
    with tools(quiet=True) as handed:
        if not stated.sampled:
            sample = sample_of(network, stated, acting, now, handed)
            if as_json:
                print_json(sample)
            else:
                for line in sample_lines(sample):
                    say_wrapped(line)
            return
        done = answer_at_once(network, stated, acting, now, handed)
    if as_json:
        print_json(done)
        return
    say_wrapped(f"{count(done.tasks, 'task')} answered, {count(done.judgements, 'judgement')} recorded, "
        f"{count(done.waiting, 'answer')} for a second person to confirm")  # fmt: skip
    say(f"Next: evenhand run {folder}{COUNTS_THEN}" if done.judgements else f"Next: evenhand tasks {folder}")


def _try(network: "Network", stated: "StatedAnswer", now: datetime, *, as_json: bool) -> None:
    from evenhand.render.task_words import effect_lines
    from evenhand.workflows.review.task_answers import dry_run_of_answer

    with tools(quiet=True) as handed:
        tried = dry_run_of_answer(network, stated, now, handed)
    if as_json:
        print_json(tried)
        return
    for line in effect_lines(tried):
        say_wrapped(f"  {line}")
    say("Nothing was recorded.")
