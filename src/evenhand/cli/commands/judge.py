"""`evenhand judge`: a person says whether a party is the listed entity that it was matched with, or many at once."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evenhand.cli.acting import Sign, acting_of
from evenhand.cli.common import AllowFuture, AsJson, Folder, print_json, recorded_instant, say, suffix_rules, tools
from evenhand.model.errors import BadInput, NotFound
from evenhand.model.visible_text import visible

if TYPE_CHECKING:
    from evenhand.model.judgement import BulkJudged
    from evenhand.workflows.review.judgements import StatedJudgement


_WORDS = ("same", "not-same", "unsure")


def add_to(app: typer.Typer) -> None:
    """Add the verb `judge` to the command line."""
    app.command("judge")(judge)


def judge(
    folder: Folder,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Id or name of an advertiser, payer or owner.")] = "",
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the listed entity, or LIST#ID.")] = "",
    verdict: Annotated[
        str, typer.Argument(metavar="same|not-same|unsure", help="Is it the one? Also gleich, identique, …")
    ] = "",
    *,
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who says so.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What the judgement rests on.")] = "",
    sign: Sign = "",
    queue: Annotated[
        Path | None, typer.Option("--queue", metavar="FILE", help="Write the open matches as .csv or .xlsx.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="Record the answers of a table.")] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="With --file: record the good rows though others are wrong.")
    ] = False,
    at: Annotated[str | None, typer.Option("--at", help="When it was said, ISO with offset; default: now.")] = None,
    allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:
    """Record an analyst's decision on a match; it counts from the next run until what it rests on changes."""
    one = {"PARTY": party, "ENTITY": entity, "same|not-same|unsure": verdict}
    _check(one, queue, file, {"--by": by, "--why": why}, partial=partial)
    if queue is not None:
        _write_queue(folder, queue, as_json=as_json)
        return
    instant = recorded_instant(at, allow_future=allow_future)
    if file is not None:
        _judge_file(folder, file, instant, (by, why), sign, partial=partial, as_json=as_json)
        return
    from evenhand.workflows.review.judgement_file import read_verdict
    from evenhand.workflows.review.judgements import StatedJudgement

    _judge_one(folder, StatedJudgement(party, entity, read_verdict(verdict), by, why), instant, sign, as_json=as_json)


def _check(
    one: dict[str, Any], queue: Path | None, file: Path | None, grounds: dict[str, str], *, partial: bool
) -> None:
    given = [name for name, value in one.items() if value]
    several = [name for name, value in (("--queue", queue), ("--file", file)) if value is not None]
    if len(several) + bool(given) > 1:
        raise BadInput("say one thing at a time:", got=" and ".join((*given[:1], *several)), expected="one of them")
    if partial and file is None:
        raise BadInput("belongs to --file", where="--partial", expected="--file beside it")
    if several:
        return
    missing = [name for name in one if name not in given] + [name for name, text in grounds.items() if not text.strip()]
    if missing:
        todo = "or --queue FILE for the open matches, --file FILE for many answers"
        raise BadInput(
            "missing", got=", ".join(missing), expected="PARTY ENTITY same|not-same|unsure, --by, --why", todo=todo
        )


def _judge_one(folder: Path, judgement: "StatedJudgement", at: datetime, sign: str, *, as_json: bool) -> None:
    from evenhand.render.wording import judgement_lines
    from evenhand.store.network import read_network
    from evenhand.workflows.review.judgements import judge as record

    network = read_network(folder)
    with tools(quiet=True) as handed:
        pair = record(network, judgement, at, handed, acting_of(network, judgement.by.strip(), sign))
    if as_json:
        print_json(pair)
        return
    for line in judgement_lines(pair):
        say(line.replace("`", "'"))
    say(f"Next: evenhand run {folder}")


def _write_queue(folder: Path, path: Path, *, as_json: bool) -> None:
    from evenhand.render.judgement_table import check_target, write_queue
    from evenhand.render.wording import count
    from evenhand.store.network import read_network
    from evenhand.workflows.review.review_queue import open_matches

    check_target(path)
    network = read_network(folder)
    matches = open_matches(network, suffix_rules())
    write_queue(path, matches, network.settings.network.currency)
    if as_json:
        print_json({"queue": str(path), "open": matches})
        return
    say(f"{count(len(matches), 'open match', 'open matches')}, strongest first: {path}")
    if matches:
        say("Fill in the columns answer (same, not-same, unsure), by and why; what you leave empty stays open.")
        say(f"Next: evenhand judge {folder} --file {path}")


def _judge_file(
    folder: Path, path: Path, at: datetime, defaults: tuple[str, str], sign: str, *, partial: bool, as_json: bool
) -> None:
    from evenhand.store.network import read_network
    from evenhand.workflows.review.judgement_file import Defaults, judge_file

    if not path.is_file():
        raise NotFound("no such file", where=path, expected="a table with the columns party, entity and answer")
    network = read_network(folder)
    with tools(quiet=True) as handed:
        acting = acting_of(network, defaults[0].strip(), sign)
        judged = judge_file(network, path, at, handed, defaults=Defaults(*defaults), partial=partial, acting=acting)
    if as_json:
        print_json(judged)
    else:
        _tell(judged, folder, partial=partial)
    if judged.problems:
        raise typer.Exit(1 if partial else 2)


def _tell(judged: "BulkJudged", folder: Path, *, partial: bool) -> None:
    from evenhand.render.wording import count

    _warn(judged.problems)
    if judged.problems and not partial:
        wrong = count(len(judged.problems), "row cannot", "rows cannot")
        _warn([f"nothing was recorded: {wrong} be used; correct it, or record the others with --partial"])
        return
    words = [pair.judgement.verdict for pair in judged.recorded]
    each = ", ".join(f"{words.count(word)} {word}" for word in _WORDS if word in words)
    say(f"Recorded: {count(len(words), 'judgement')}{f' ({each})' if each else ''}")
    if judged.already:
        say(f"Recorded before, unchanged: {judged.already:,}")
    if judged.open:
        say(f"Still open, without an answer: {judged.open:,}")
    if judged.recorded:
        say(f"Next: evenhand run {folder}")


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stderr.write(f"evenhand: {visible(line)}\n")
