"""`evenhand judge`: a person says whether a party is the listed entity that it was matched with."""

from enum import StrEnum
from typing import Annotated

import typer

from evenhand.cli.door import AllowFuture, AsJson, Folder, print_json, recorded_instant, say, tools


class Word(StrEnum):
    """What a person can say of a match."""

    SAME = "same"
    NOT_SAME = "not-same"
    UNSURE = "unsure"


def add_to(app: typer.Typer) -> None:
    """Add the verb `judge` to the command line."""
    app.command("judge")(judge)


def judge(
    folder: Folder,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="Id or name of an advertiser, payer or owner.")],
    entity: Annotated[str, typer.Argument(metavar="ENTITY", help="Id of the listed entity, or LIST#ID.")],
    verdict: Annotated[Word, typer.Argument(metavar="same|not-same|unsure", help="Is it the one?")],
    *,
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who says so.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What the judgement rests on.")],
    at: Annotated[str | None, typer.Option("--at", help="When it was said, ISO with offset; default: now.")] = None,
    allow_future: AllowFuture = False,
    as_json: AsJson = False,
) -> None:
    """Record an analyst's decision on a match; it counts from the next run until what it rests on changes."""
    from evenhand.cases.judging import Said
    from evenhand.cases.judging import judge as record
    from evenhand.cli.wording import judgement_lines
    from evenhand.store.network import read_network

    network = read_network(folder)
    with tools(quiet=True) as handed:
        pair = record(
            network,
            Said(party, entity, verdict.value, by, why),
            recorded_instant(at, allow_future=allow_future),
            handed,
        )
    if as_json:
        print_json(pair)
        return
    for line in judgement_lines(pair):
        say(line.replace("`", "'"))
    say(f"Next: evenhand run {folder}")
