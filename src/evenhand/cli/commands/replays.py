"""`evenhand rules replay` and `shadow`: recorded facts ruled again, by the same rulebook or by another."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evenhand.cli.common import AsJson, Folder, instant, print_json, progress_bar, say
from evenhand.render.wording import count, money, short_hash

if TYPE_CHECKING:
    from evenhand.model.ruling import Ruling
    from evenhand.workflows.rulebooks.replay import Replayed
    from evenhand.workflows.rulebooks.shadow import Flip, Shadow

_SHOWN = 20


def replay(
    folder: Folder,
    engine: Annotated[
        Literal["sql", "cedar"], typer.Option(help="Engine to use; what SQL cannot express goes to Cedar.")
    ] = "sql",
    as_json: AsJson = False,
) -> None:
    """Make every recorded ruling again from its recorded facts and rulebook; exit 1 if one differs."""
    _replay(folder, engine, as_json)


def replay_by_cedar(folder: Folder, as_json: AsJson = False) -> None:
    """Make every recorded ruling again with the Cedar engine; exit 1 if one differs."""
    _replay(folder, "cedar", as_json)


def _replay(folder: Path, engine: Literal["sql", "cedar"], as_json: bool) -> None:
    from evenhand.store.network import read_network
    from evenhand.workflows.rulebooks.replay import replay as replayed

    with progress_bar(as_json) as progress:
        report = replayed(read_network(folder), engine, progress)
    if as_json:
        different = [each.seq for each in report.different]
        print_json({
            "engine": report.engine, "decisions": report.decisions, "same": report.same, "different": different,
            "erased": len(report.erased), "rulebook_missing": len(report.rulebook_missing), "routed": report.routed,
        })  # fmt: skip
    else:
        _say_replay(report)
    if report.different:
        raise typer.Exit(1)


def shadow(
    folder: Folder,
    rulebook: Annotated[Path, typer.Argument(metavar="NEW", help="The other rulebook's folder.", show_default=False)],
    at: Annotated[str | None, typer.Option(help="The day it would take effect; default: now.", metavar="T")] = None,
    register: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write the register that the gate would get.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show whom another rulebook would decide differently on the latest recorded facts; nothing is enforced."""
    from evenhand.cli.common import rulebook_at
    from evenhand.policy import Rulebook
    from evenhand.store.network import read_network
    from evenhand.workflows.rulebooks.shadow import shadow as shadowed
    from evenhand.workflows.rulebooks.shadow_register import write_register

    network, book = read_network(folder), rulebook_at(rulebook)
    other = Rulebook.load(book.folder, book.historic, book.variant)
    with progress_bar(as_json) as progress:
        found = shadowed(network, other, instant(at), progress)
    doubts = () if register is None else write_register(network, other, found, register)
    if as_json:
        print_json(found)
    else:
        for doubt in doubts:
            say(doubt)
        _say_shadow(found, network.settings.network.currency)


def _say_replay(report: "Replayed") -> None:
    for difference in report.different:
        say(f"entry {difference.seq}: recorded {_ruling(difference.recorded)}, now {_ruling(difference.replayed)}")
    if report.erased:
        say(f"{count(len(report.erased), 'decision')} erased, not replayable")
    if report.rulebook_missing:
        say(f"{count(len(report.rulebook_missing), 'decision')} under a rulebook that was not kept, not replayable")
    if report.routed:
        say(f"{count(report.routed, 'decision')} ruled by Cedar: SQL cannot express their rules")
    different = f", {len(report.different)} different" if report.different else ""
    say(f"{count(report.decisions, 'decision')} replayed by {report.engine}: {report.same} the same{different}")


def _say_shadow(found: "Shadow", currency: str) -> None:
    from evenhand.policy.attribute_words import attribute_words

    outcomes = list(found.table)
    say(f"{'current':<10}{''.join(f'{each:>9}' for each in outcomes)}   proposed")
    for before in outcomes:
        say(f"{before:<10}{''.join(f'{found.table[before][after]:>9}' for after in outcomes)}")
    for flip in found.flips[:_SHOWN]:
        say(_flip(flip, currency))
    if len(found.flips) > _SHOWN:
        say(f"… and {len(found.flips) - _SHOWN} more; --json lists all")
    for name, groups in found.groups.items():
        for group in groups:
            if group.stricter or group.milder:
                moved = f"{group.stricter} stricter, {group.milder} milder of {group.cases}"
                say(f"{name}: {attribute_words(group.attribute)} `{group.value}`: {moved}")
    _say_held(found)
    _say_not_ruled(found)
    changed = f"{len(found.flips)} of {count(found.cases, 'case')}"
    say(f"{changed} would be decided differently by rulebook {short_hash(found.rulebook)}")


def _say_held(found: "Shadow") -> None:
    """Say what would be held for another reason than a rule that applies."""
    if found.rejected:
        say(f"{count(found.rejected, 'case')} on hold under both: the row of the party, or of who pays, was rejected")
    if found.unfit:
        how = "; ".join(found.misfits) or "see its schema"
        say(f"{count(found.unfit, 'case')} held because the facts do not fit the other schema: {how}")
    for sentence in found.held_at_gate:
        say(sentence)


def _say_not_ruled(found: "Shadow") -> None:
    """Say by which rules nobody was ruled, and who was not ruled at all."""
    if found.later:
        rules = ", ".join(f"{rule} from {day}" for rule, day in found.later.items())
        say(f"nobody was ruled by rules that hold later: {rules}; to rule by all: --at {max(found.later.values())}")
    if found.is_without_campaigns:
        say("campaigns without a decision were not ruled: what the last run read is lost; run `evenhand run` first")


def _flip(flip: "Flip", currency: str) -> str:
    rules = [f"+{rule}" for rule in flip.rules_gained] + [f"-{rule}" for rule in flip.rules_lost]
    scope = "" if flip.scope in ("advertiser", "payer") else f", {flip.scope}"
    spent = f", {money(flip.spend_micros, currency)} spent" if flip.spend_micros else ""
    name = f"{flip.party_name} " if flip.party_name else ""
    return f"{name}({flip.party_kind} {flip.party_id}{scope}): {flip.before} -> {flip.after}  {' '.join(rules)}{spent}"


def _ruling(ruling: "Ruling") -> str:
    return f"{ruling.outcome} ({', '.join((*ruling.reasons, *ruling.errors)) or 'no rule'})"
