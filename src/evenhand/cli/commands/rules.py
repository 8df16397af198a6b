"""`evenhand rules`: a rulebook as text, checked, tried on its own tests, laid out, and said in plain words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.approve import approve
from evenhand.cli.commands.proofs import diff, prove
from evenhand.cli.commands.replays import replay, shadow
from evenhand.cli.common import AsJson, contents_at, print_json, rulebook_at, say
from evenhand.model.errors import NotFound
from evenhand.model.visible_text import visible
from evenhand.render.wording import count, short_hash

if TYPE_CHECKING:
    from evenhand.policy.rulebook_tests import RulebookTestReport

RulebookFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A rulebook's folder, or a network's.", show_default=False)
]
Historic = Annotated[bool, typer.Option("--historic", help="Load it despite lint errors.")]


def add_to(app: typer.Typer) -> None:
    """Add the group `rules` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("lint")(lint)
    group.command("test")(run_tests)
    group.command("fmt")(fmt)
    group.command("list")(list_rules)
    group.command("explain")(explain)
    group.command("prove")(prove)
    group.command("diff")(diff)
    group.command("approve")(approve)
    group.command("replay")(replay)
    group.command("shadow")(shadow)
    group.callback()(lambda: None)
    app.add_typer(group, name="rules", help="Checks, tests, lays out and explains a rulebook.")


def lint(folder: RulebookFolder, as_json: AsJson = False) -> None:
    """Check the rules: errors refuse the rulebook, warnings need a proof; exit 1 on errors."""
    from evenhand.policy.rulebook import mapping_findings, read_draft, read_folder

    book = rulebook_at(folder)
    draft = read_draft(book.folder, book.variant)
    findings, of_mapping = draft.findings(), mapping_findings(book.folder, draft)
    wrong = sum(each.severity == "error" for each in (*findings, *of_mapping))
    if not wrong:  # else the rules come first; a run would refuse the other files by the same line
        read_folder(book.folder, book.historic, book.variant)
    if as_json:
        names = ("code", "rule", "severity", "message")
        print_json({"findings": [{name: getattr(each, name) for name in names} for each in (*findings, *of_mapping)]})
    else:
        for finding in findings:
            error = draft.shown(finding)
            say(str(error))
            for line in error.excerpt.splitlines():
                say(f"  {line}")
        for each in of_mapping:
            say(f"lint {each.severity} {each.code}: {each.message}")
        warnings = count(len(findings) + len(of_mapping) - wrong, "warning")
        say(f"{count(wrong, 'error')}, {warnings} in {count(len(draft.policies), 'rule')}")
    if wrong:
        raise typer.Exit(1)


def run_tests(folder: RulebookFolder, historic: Historic = False, as_json: AsJson = False) -> None:
    """Run the rulebook's own tests and show which rules they cover; exit 1 if one fails."""
    from evenhand.policy.rulebook_tests import run_rulebook_tests

    book = rulebook_at(folder)
    report = run_rulebook_tests(book.folder, book.variant, historic=historic or book.historic)
    if as_json:
        print_json(report)
    else:
        _say_report(report)
    if report.failed:
        raise typer.Exit(1)


def fmt(
    folder: RulebookFolder,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Format every file of policies in Cedar's style; comments, annotations and meaning stay."""
    from evenhand.policy.rulebook.format import formatted
    from evenhand.store.atomic_files import write_whole

    book = rulebook_at(folder)
    pattern = book.variant or "**/*.cedar"
    texts = {path: path.read_text("utf-8") for path in sorted(book.folder.glob(pattern))}
    laid_out = {path: formatted(text, path) for path, text in texts.items()}
    changed = [path for path, text in texts.items() if laid_out[path] != text]
    if not check:
        for path in changed:
            write_whole(path, laid_out[path].encode())
    names = [str(path.relative_to(book.folder)) for path in changed]
    if as_json:
        print_json({"files": len(texts), "changed": names})
    else:
        for name in names:
            say(f"{name}: {'would be reformatted' if check else 'reformatted'}")
        say(f"{count(len(texts), 'file')}, {len(changed)} {'to change' if check else 'changed'}")
    if check and changed:
        raise typer.Exit(1)


def list_rules(folder: RulebookFolder, as_json: AsJson = False) -> None:
    """List the rules: verdict, id, days in force and title."""
    source = contents_at(folder)
    if as_json:
        print_json({"sha256": source.sha256, "rules": [
            {"id": rule.id, "effect": "forbid" if rule.forbids else "permit", **rule.annotations}
            for rule in source.rules.values()
        ]})  # fmt: skip
        return
    width = max(map(len, source.rules))
    for rule in source.rules.values():
        notes = rule.annotations
        until = notes.get("effective_until", "")
        days = f"from {notes['effective_from']}{f' until {until}' if until else ''}"
        effect = notes["verdict"] if rule.forbids else "permit"
        say(f"{effect:<6}  {rule.id:<{width}}  {days}  {notes.get('title', '')}")
    say(f"{count(len(source.rules), 'rule')}, sha256 {short_hash(source.sha256)}")


def explain(
    folder: RulebookFolder,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Explain a rule in plain words, from its own text: who, when, what follows, and what it reads."""
    from evenhand.policy.rulebook.explain import explain as explained
    from evenhand.policy.rulebook.explain import lines

    source = contents_at(folder)
    if rule not in source.rules:
        raise NotFound("no such rule", where=folder, got=rule, expected=f"one of {', '.join(source.rules)}")
    explanation = explained(source, rule)
    if as_json:
        print_json(explanation)
        return
    for line in lines(explanation):
        say(line)


def _say_report(report: "RulebookTestReport") -> None:
    for test in report.tests:
        for wrong in test.wrong:
            say(f"{test.id}: {wrong}")
    for line in report.lint:
        say(f"lint: {line}")
    width = max(len(each.rule) for each in report.rules)
    say(f"{'rule':<{width}}  satisfied  errored  silent")
    for reached in report.rules:
        say(f"{reached.rule:<{width}}  {reached.satisfied:>9}  {reached.errored:>7}  {reached.silent:>6}")
    if report.unreached:
        say(f"not covered by any test: {', '.join(report.unreached)}")
    failed = f", {report.failed} failed" if report.failed else ", all passed"
    say(f"{visible(report.rulebook)} {short_hash(report.sha256)}: {count(len(report.tests), 'test')}{failed}")
