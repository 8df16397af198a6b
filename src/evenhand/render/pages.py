"""Pages that need no network and no other file: style and script are in them, admitted by their hashes alone."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from evenhand.model.visible_text import visible
from evenhand.render import wording
from evenhand.store.atomic_files import write_whole


def render_page(
    template: str, *, script: str = "", libraries: Sequence[str] = (), styles: Sequence[str] = (), **values: Any
) -> str:
    """Return a page as HTML, with the style all pages share. Everything that came from outside is escaped.

    `template`, `script`, `libraries` of others that it needs, and `styles`, which only this page needs, name files
    beside the shared style. The template is given `style`, `script` and `policy`, its content security policy.
    """
    style, code = (
        "".join(map(source, ("report.css", *styles))),
        "\n".join(map(source, (*libraries, *filter(None, [script])))),
    )
    admitted = f"style-src '{source_hash(style)}'" + (f"; script-src '{source_hash(code)}'" if code else "")
    policy = f"default-src 'none'; {admitted}"
    page = _environment().get_template(template)
    return page.render(style=Markup(style), script=Markup(code), policy=policy, **values)


def write_page(page: str, path: Path) -> None:
    """Write a page to `path`; a reader sees the old page or the new one, never half of one."""
    write_whole(path, page.encode())


def source(name: str) -> str:
    """Return the text of a template, style or script."""
    return (files("evenhand.render") / "templates" / name).read_text(encoding="utf-8")


def source_hash(text: str) -> str:
    """Return the source expression by which a page's policy admits exactly this text (CSP level 3, §2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    pages = Environment(
        loader=FunctionLoader(source), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=shown,
    )  # fmt: skip
    pages.filters.update(
        visible=visible,
        instant=wording.instant,
        short=wording.short_hash,
        quoted=quoted,
        count="{:,}".format,
        short_name=_short_name,
    )
    pages.globals.update(words=wording)
    return pages


def _short_name(name: str) -> str:
    """Return a version as a person reads it: of a hash the first digits, any other name whole."""
    digits = name.removeprefix("sha256:")
    return digits[:12] if len(digits) == 64 else name


def shown(value: Any) -> Any:
    """Return what a page shows of a value: of a text no character that shows nothing; its lines stay lines.

    Every expression of a template comes by here, so that no page depends on a filter that somebody forgets.
    """
    if isinstance(value, (tuple, list)):  # a page never shows how a program writes several values
        value = ", ".join(map(str, value))
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "\n".join(map(visible, value.split("\n")))


def quoted(sentence: str) -> Markup:
    """Return a sentence with each value in backticks isolated, so that an Arabic name does not turn it around."""
    parts = visible(sentence).split("`")
    if len(parts) % 2 == 0:
        return escape("`".join(parts))
    return Markup("").join(
        Markup('<bdi class="value" dir="auto">{}</bdi>').format(part) if odd % 2 else part
        for odd, part in enumerate(parts)
    )
