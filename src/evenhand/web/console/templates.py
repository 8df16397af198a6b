"""Templates of the console: every value is escaped and shown with its invisible characters."""

from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from evenhand.model.visible_text import visible
from evenhand.render import run_words, task_words, wording
from evenhand.render.pages import quoted, shown
from evenhand.web.console.party_paths import party_path
from evenhand.web.console.problems import for_page

_FOLDER = "templates"


def render_template(name: str, **values: Any) -> str:
    """Return a template filled in; `visit` is among the values."""
    return _environment().get_template(name).render(**values)


_IN_NAMES: Final = frozenset("-/._")  # of files and keys, which are other ones with a large letter


def add_globals(**values: Any) -> None:
    """Give every template some values more, such as the links of the menu."""
    _environment().globals.update(values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=shown,
    )  # fmt: skip
    made.filters.update(
        visible=visible, quoted=quoted, count="{:,}".format, short=wording.short_hash, when=when, day=day,
        sentence=_sentence, for_page=for_page,
    )  # fmt: skip
    made.globals.update(words=wording, runs=run_words, task_words=task_words, party_path=party_path)
    return made


def when(at: datetime, zone: ZoneInfo) -> Markup:
    """Return an instant in the network's zone, to the minute, as an element that has it whole."""
    local = at.astimezone(zone)
    return Markup('<time datetime="{}">{} {}, {}</time>').format(
        at.isoformat(), local.day, f"{local:%b %Y}", f"{local:%H:%M}"
    )


def day(at: date | datetime) -> Markup:
    """Return a day as people write it."""
    return Markup('<time datetime="{}">{} {}</time>').format(f"{at:%Y-%m-%d}", at.day, f"{at:%b %Y}")


def _sentence(text: str) -> str:
    """Return a message as a sentence: its first letter large, if no file or key is first, a full stop at its end."""
    is_name = not _IN_NAMES.isdisjoint(text.partition(" ")[0].rstrip(".:;,"))
    return (text if is_name else text[:1].upper() + text[1:]) + ("" if text.endswith((".", "?", "!")) else ".")


def _source(name: str) -> str | None:
    path = files("evenhand.web.console") / _FOLDER / name
    return path.read_text(encoding="utf-8") if path.is_file() else None
