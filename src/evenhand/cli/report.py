"""`out/report.html`: one run on one page that needs no network, no script and no other file."""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from evenhand.cli import wording
from evenhand.cli.ways import way_lines
from evenhand.model.outcome import Outcome
from evenhand.model.run import DecidedCase, RunReport

MOST_SHOWN = 1_000
"""Cases and refused rows on one page; the rest is in the tables beside it, which a person sorts better there."""


def render_report(report: RunReport) -> str:
    """Return the page of a run as HTML. Everything that came from outside is escaped."""
    style, script = _source("report.css"), _source("report.js")
    return _page().render(
        report=report,
        outcomes=tuple(Outcome),
        groups=list(_groups(report.cases[:MOST_SHOWN])),
        refused=report.refused[:MOST_SHOWN],
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
    )


def write_report(report: RunReport, path: Path) -> None:
    """Write the page of a run to `path`; a reader sees the old page or the new one, never half of one."""
    half = path.with_name(f".{path.name}.half")
    half.write_text(render_report(report), encoding="utf-8")
    half.replace(path)


def _source(name: str) -> str:
    return (files("evenhand.cli") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the source expression by which a page's policy admits exactly this text (CSP level 3, §2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _groups(cases: tuple[DecidedCase, ...]) -> Iterator[tuple[Outcome, list[DecidedCase]]]:
    """Yield the cases by outcome, in the report's own order (strictest first)."""
    for outcome, group in groupby(cases, key=lambda case: case.decision.outcome):
        yield outcome, list(group)


@cache
def _page() -> Template:
    page = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page.filters.update(
        visible=wording.visible, instant=wording.instant, short=wording.short_hash, quoted=_quoted, count="{:,}".format
    )
    page.globals.update(words=wording, way_lines=way_lines)
    return page.get_template("report.html")


def _quoted(sentence: str) -> Markup:
    """Return a sentence with each value in backticks isolated, so that an Arabic name does not turn it around."""
    parts = wording.visible(sentence).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    return Markup("").join(
        Markup('<bdi class="value" dir="auto">{}</bdi>').format(part) if odd % 2 else part
        for odd, part in enumerate(parts)
    )
