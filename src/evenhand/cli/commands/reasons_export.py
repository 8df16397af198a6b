"""`evenhand reasons export` and `lint`: records of a file, told in a form or judged."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.common import AsJson, print_json, say
from evenhand.model.errors import BadInput
from evenhand.render.wording import count

if TYPE_CHECKING:
    from evenhand.reasons.lint import Form

Records = Annotated[Path, typer.Argument(metavar="RECORDS.jsonl", help="Records, one a line.", show_default=False)]
FormName = Annotated[
    str, typer.Option("--form", help="notice, public or tdb (EU Transparency Database).", show_default=False)
]


def export(
    records: Records,
    form: FormName,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the lines go.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Write each record in a form, or why it cannot be told, one line a record in their order."""
    from evenhand.workflows.delivery.reasons_export import export_file

    known = _form(form)
    if out.exists() and records.exists() and out.samefile(records):
        raise BadInput("would be written over", where=out, expected="another file for --out")
    exported = export_file(records, known, out)
    if as_json:
        print_json(exported)
        return
    warned = f", {exported.warned} with warnings" if exported.warned else ""
    say(f"{count(exported.records, 'record')}, {exported.refused} refused{warned}: {out}")


def lint(records: Records, form: FormName, as_json: AsJson = False) -> None:
    """Say what is wrong with each record in a form; exit 1 if anything but warnings is found."""
    from evenhand.reasons.lint import WARNINGS
    from evenhand.workflows.delivery.reasons_export import lint_file

    found = list(lint_file(records, _form(form)))
    wrong = sum(1 for _, codes in found if not WARNINGS.issuperset(codes))
    warned = sum(1 for _, codes in found if not WARNINGS.isdisjoint(codes))
    if as_json:
        each = [{"id": record_id, "codes": codes} for record_id, codes in found]
        with_codes = sum(1 for _, codes in found if codes)
        counts = {"with_codes": with_codes, "with_errors": wrong, "with_warnings": warned}
        print_json({"form": form, "records": len(found), **counts, "lint": each})
    else:
        for record_id, codes in found:
            if codes:
                say(f"{record_id}: {', '.join(f'{code} (warning)' if code in WARNINGS else code for code in codes)}")
        only = f", {warned} with warnings" if warned else ""
        say(f"{count(len(found), 'record')}, {wrong} with errors{only}")
    if wrong:
        raise typer.Exit(1)


def _form(name: str) -> "Form":
    from evenhand.reasons.records import FORMS

    for form in FORMS:
        if form == name:
            return form
    raise BadInput("unknown form", where="--form", got=name, expected=", ".join(FORMS))
