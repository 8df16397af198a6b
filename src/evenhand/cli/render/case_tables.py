"""A run and a decided case on the terminal, from 80 columns up."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from evenhand.cli.render.match_tables import match_block
from evenhand.model.listing import ListVersion
from evenhand.model.log import Checkpoint
from evenhand.model.matches import MatchShown, finding_key
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, Explained, ListNews, Refused, RunReport
from evenhand.model.staff import not_verified
from evenhand.model.visible_text import visible
from evenhand.render import wording
from evenhand.render.match_fields import rests_beside
from evenhand.render.ownership_paths import path_lines
from evenhand.render.precedent_rows import precedent_rows

MOST_SHOWN = 40
"""Lines of one table on the screen; the report page and the tables beside it hold all."""
_ALL_REJECTED = "out/rejected-input.csv"

_STYLES = {
    Outcome.ALLOW: "green",
    Outcome.LABEL: "blue",
    Outcome.LIMIT: "magenta",
    Outcome.HOLD: "yellow",
    Outcome.REFUSE: "red",
}


def show_report(report: RunReport, console: Console) -> None:
    """Print what a run did: warnings, outcomes, decisions other than allow, lists, rejected input, checkpoint."""
    historic = " (historic: kept as it was then)" if report.historic else ""
    _show_lines("Warnings", report.warnings, console)
    _show_lines("Restrictions lifted in this run", report.lifted, console)
    console.print(_plain(report.network, "bold"))
    console.print(
        _plain(f"{wording.instant(report.at)}, {wording.rulebook_words(report.rulebook_name)}{historic}", "dim")
    )
    console.print()
    console.print(_outcomes(report))
    if report.cases:
        console.print(_cases(report))
    if report.lists:
        console.print(_lists(report.lists))
    read = tuple(chain.from_iterable(each.lines for each in report.understood))
    _show_lines("How the tables were read", read, console)
    if report.refused:
        _show_rejected(report, console)
    _show_lines("Screened and re-evaluated", report.again or ("nothing: no input changed since the last run",), console)
    _show_lines("Duplicate keys and other doubts", _first_lines(report.contested), console)
    note = f"{report.checkpoint.origin} at size {report.checkpoint.size}"
    done = f"{wording.count(report.decisions, 'decision')} and {wording.count(report.statements, 'notice')} in this run"
    if report.letters_waiting:
        waiting = wording.count(report.letters_waiting, "letter waits", "letters wait")
        done += f"; {waiting} for a review of the match, or for a corrected row"
    _show_lines(
        "Checkpoint",
        (note, done, *(() if report.persons_verified else (not_verified(report.staff_until),))),
        console,
    )


def show_case(case: DecidedCase, head: Checkpoint, console: Console, matches: Sequence[MatchShown] = ()) -> None:
    """Print one decided case whole: findings with both sides, rules with their ground, consequences, receipt."""
    decision = case.decision
    console.print(Text.assemble(_word(decision.outcome), "  ", _plain(case.name, "bold")))
    console.print(_plain(wording.about(decision), "dim"))
    console.print()
    for match in matches:
        console.print(match_block(match, decision.party.id, rests_beside(decision)))
    _show_facts(case, console, because=not matches)
    sources = tuple(dict.fromkeys(source for finding in decision.findings for source in finding.sources))
    _show_grid(
        (("Sources", tuple(map(wording.source, sources))), ("Receipt", (wording.receipt(case, head), decision.id))),
        console,
    )


def _show_facts(case: DecidedCase, console: Console, *, because: bool) -> None:
    decision = case.decision
    rules = [line for title, rule, ground in wording.rule_lines(case) for line in (title, f"  {rule}, {ground}")]
    findings = (
        ("Because", case.because or ("no adverse findings",)),
        ("Ownership paths", path_lines(case)),
    )
    _show_grid((
        *(findings if because else ()),
        ("Rule" if len(case.rules) == 1 else "Rules", rules),
        ("Rejected", decision.unread),
        ("Effective", tuple(filter(None, (wording.from_when(decision), case.not_applied)))),
        ("What follows", wording.consequences(case)),
        ("Notice", (wording.notice(case),) if case.statement else ()),
    ), console)  # fmt: skip


def _show_grid(rows: Iterable[tuple[str, Sequence[str]]], console: Console) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True, width=12)
    table.add_column(overflow="fold")
    for word, lines in rows:
        if lines:
            table.add_row(word, _lines(lines))
    console.print(table)


def show_explained(explained: Explained, console: Console) -> None:
    """Print every decision about one party, those that wait for their day last, each with its proof."""
    cases = (*explained.in_force, *explained.waiting)
    if not explained.in_force:
        console.print(_plain(f"{explained.name}: no decision in force at {wording.instant(explained.at)}"))
    shown = {finding_key(each.finding): each for each in explained.matches}
    for place, (case, inclusion) in enumerate(zip(cases, explained.inclusions, strict=True)):
        if place == len(explained.in_force):
            console.print(_plain(f"Not in force yet at {wording.instant(explained.at)}:", "bold"))
        keys = dict.fromkeys(map(finding_key, case.decision.findings))
        show_case(case, explained.checkpoint, console, [shown[key] for key in keys if key in shown])
        proof = f"Inclusion proof: {wording.count(len(inclusion.proof), 'hash', 'hashes')}"
        console.print(Padding(_plain(proof, "dim"), (0, 0, 0, 14)))
        _show_grid(precedent_rows(explained.precedents[place]) if explained.precedents else (), console)
        console.print()
    _show_lines("Noticed", tuple(f"{each[:1].upper()}{each[1:]}" for each in explained.noticed), console)
    lines = [line for each in explained.judgements for line in wording.judgement_lines(each)]
    facts = [line for each in explained.confirmed for line in wording.fact_lines(each)]
    signatures = [each.judgement.signed for each in explained.judgements]
    signatures += [each.fact.signed for each in explained.confirmed]
    if None in signatures:
        (facts or lines).append(not_verified(None))
    _show_lines("Judgements", tuple(lines), console)
    _show_lines("Confirmed facts", tuple(facts), console)


def versions_table(versions: Iterable[tuple[ListVersion, str, bool]]) -> Table:
    """Return a table of kept list versions, each with the day it was fetched or ``""``, and whether it is in force."""
    table = _table("Kept versions", "List", "Published", "Fetched", "Entries", "Version", "In force")
    for version, fetched, in_force in versions:
        published, digest = str(version.published_on or "not stated"), wording.short_hash(version.sha256)
        known = (_plain(version.key), published, fetched, f"{version.entries:,}", digest)
        table.add_row(*known, "yes" if in_force else "")
    return table


def _plain(text: str, style: str = "") -> Text:
    return Text(visible(text), style=style)


def _word(outcome: Outcome) -> Text:
    return Text(wording.outcome_word(outcome), style=f"bold {_STYLES[outcome]}")


def _lines(lines: Iterable[str]) -> RenderableType:
    return Group(*(_plain(line.replace("`", "'")) for line in lines))


def _table(title: str, *columns: str, whole: str = "") -> Table:
    """Return a table whose column `whole` is never broken: ids and places are copied from it."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == whole)
    return table


def _outcomes(report: RunReport) -> RenderableType:
    table = Table(
        title="Outcomes in force", box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False
    )
    table.add_column("About")
    for outcome in Outcome:
        table.add_column(_word(outcome), justify="right")
    for kind, counts in report.outcomes_in_force.items():
        numbers = [counts.get(outcome.value, 0) for outcome in Outcome]
        table.add_row(f"{kind}s", *(Text(f"{n:,}", style="" if n else "dim") for n in numbers))
    left = wording.left_rows(report)
    return Group(table, _plain(left)) if left else table


def _cases(report: RunReport) -> RenderableType:
    table = _table("Decisions other than allow", "Outcome", "Party", "Rules", whole="Rules")
    for case in report.cases[:MOST_SHOWN]:
        party = Text.assemble(_plain(case.name), "\n", _plain(wording.about(case.decision), "dim"))
        table.add_row(_word(case.decision.outcome), party, _lines(rule for rule, _ in case.rules))
    titles = dict(rule for case in report.cases[:MOST_SHOWN] for rule in case.rules)
    meaning = _table("What these rules say", "Rule", "Title", whole="Rule")
    for rule, title in sorted(titles.items()):
        meaning.add_row(_plain(rule), _plain(title))
    return Group(_with_rest(table, len(report.cases), "out/report.html"), *([meaning] if any(titles.values()) else []))


def _lists(news: tuple[ListNews, ...]) -> Table:
    table = _table("Lists", "List", "Published", "Entries", "Version", "In this run")
    for one_list in news:
        version = one_list.version
        known = (
            ("-", "-", "never read")
            if version is None
            else (str(version.published_on or "not stated"), f"{version.entries:,}", wording.short_hash(version.sha256))
        )
        state = _lines(filter(None, (wording.list_news(one_list), one_list.problem, *one_list.notes)))
        table.add_row(_plain(one_list.key), *known, state)
    return table


def _show_rejected(report: RunReport, console: Console) -> None:
    """Print rejected rows and values as a table, then the notes, each as one line: an option in it can be copied."""
    rejected = [each for each in wording.rows_first(report.refused) if each.what != "note"]
    notes = [each for each in report.refused if each.what == "note"]
    if rejected:
        console.print(_rejected_table(rejected, wording.rejected(report.refused)))
    else:
        console.print(_plain(wording.rejected(report.refused), "bold"))
    for note in notes[:MOST_SHOWN]:
        _print_whole(f"{note.file}:{note.line}: '{note.value}'; expected {note.expected}", console)
    if len(notes) > MOST_SHOWN:
        console.print(_plain(f"  and {len(notes) - MOST_SHOWN:,} more: {_ALL_REJECTED}", "dim"))
    if notes or not rejected:
        console.print()


def _rejected_table(rejected: Sequence[Refused], title: str) -> RenderableType:
    """Return the table of rejected rows and values: one line for each kind of fault in a column, its first value."""
    faults: dict[tuple[str, ...], list[Refused]] = {}
    for row in rejected:
        faults.setdefault((row.file, row.column, row.expected, row.what), []).append(row)
    table = _table(title, "Where", "Value", "Expected", "Rejected", whole="Where")
    for first, *more in islice(faults.values(), MOST_SHOWN):
        where = Text.assemble(_plain(f"{first.file}:{first.line}"), "\n", _plain(first.column, "dim"))
        what = f"{first.what}, and {len(more):,} more" if more else first.what
        table.add_row(where, _plain(first.value or "empty"), _plain(first.expected), what)
    if len(faults) == len(rejected):
        return _with_rest(table, len(faults), _ALL_REJECTED)
    return Group(table, Text(f"all of them: {_ALL_REJECTED}", style="dim"), Text())


def _with_rest(table: Table, count: int, place: str) -> RenderableType:
    if count <= MOST_SHOWN:
        return table
    return Group(table, Text(f"and {count - MOST_SHOWN:,} more: {place}", style="dim"), Text())


def _first_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    rest = len(lines) - MOST_SHOWN
    return (*lines[:MOST_SHOWN], f"and {rest:,} more: out/report.html") if rest > 0 else lines


def _show_lines(title: str, lines: tuple[str, ...], console: Console) -> None:
    if lines:
        console.print(Text(title, style="bold"))
        for line in lines:
            if " --" in line:
                _print_whole(line.replace("`", "'"), console)
            else:
                console.print(Padding(_lines([line]), (0, 0, 0, 2)))
        console.print()


def _print_whole(line: str, console: Console) -> None:
    """Print a line that is never broken: a command or option in it can be copied."""
    console.print(_plain(f"  {line}"), soft_wrap=True)
