"""Help of every verb: the overview with its groups, and a page a verb with its examples."""

from typing import TYPE_CHECKING

import typer
from typer.core import TyperGroup

from evenhand.cli.verb_texts import PAGES

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

START, PEOPLE, DEEPER = "Start here", "People decide", "Look deeper"
GROUPS = {
    START: ("demo", "init", "screen", "run", "explain", "judge"),
    PEOPLE: ("serve", "account", "key", "tasks", "task", "complain", "complaints", "review", "settle", "staff"),
    DEEPER: (
        "lists", "tables", "rules", "influence", "evidence", "reasons", "ledger", "gate", "audit", "notify", "doctor"
    ),
}  # fmt: skip
WIDTH = 80
WHAT = (
    "Evenhand decides who may buy advertising on a network, and lets anyone check",
    "that every advertiser met the same rule.",
)
NEXT = ("`evenhand VERB --help` explains a verb and gives examples.",)


class Overview(TyperGroup):
    """The whole command line, whose help has the verbs in groups, those that people use first at the top."""

    def format_help_text(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write what it is, then a section a group; a verb that is in none comes last."""
        super().format_help_text(ctx, formatter)
        rest = [name for name in self.commands if not any(name in names for names in GROUPS.values())]
        for title, names in (*GROUPS.items(), ("Others", rest)):
            rows = [(name, self.commands[name].get_short_help_str(WIDTH)) for name in names if name in self.commands]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_commands(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        """Write no verbs below the options: they stand above."""


def add_pages(app: typer.Typer, above: str = "") -> None:
    """Give each verb and group its line of help, and each verb its examples."""
    for verb in app.registered_commands:
        line, *examples = PAGES.get(f"{above}{verb.name}", ("",))
        verb.short_help = line or None
        verb.epilog = _examples(examples)
    for group in app.registered_groups:
        assert group.typer_instance is not None
        line, *examples = PAGES.get(f"{above}{group.name}", ("",))
        group.short_help, group.epilog = line or None, _examples(examples)
        add_pages(group.typer_instance, f"{above}{group.name} ")


def _examples(examples: list[str]) -> str | None:
    """Return the end of a help page; the character at the beginning keeps its lines as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {example}" for example in examples)]) if examples else None


def first_page(group: Overview) -> str:
    """Return what `evenhand` alone prints: what it is, and the verbs in groups."""
    lines = [*WHAT, ""]
    for title, names in GROUPS.items():
        shown = [name for name in names if name in group.commands]
        lines += [f"{title}:", *(f"  evenhand {name:<11}{PAGES[name][0]}" for name in shown), ""]
    return "\n".join([*lines, *NEXT])
