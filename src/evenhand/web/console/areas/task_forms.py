"""What a person filled in about a task: an answer as the workflow takes it, and what to show again if it is wrong."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from hashlib import file_digest
from typing import NamedTuple

from evenhand.model.errors import BadInput
from evenhand.model.task import Task
from evenhand.web.console.forms import Form
from evenhand.web.console.visit import Visit
from evenhand.workflows.review.change_texts import ChangeTexts
from evenhand.workflows.review.stated_answers import StatedAnswer


class FactField(NamedTuple):
    """A fact that may lift a hold: `kind` and of whom or what, and the reason code that goes with it."""

    kind: str
    about: str
    code: str

    @property
    def name(self) -> str:
        """Return the name of its field in the form."""
        return f"{self.kind}:{self.about}" if self.about else self.kind


def fact_fields(task: Task) -> list[FactField]:
    """Return the fields of a hold's form, by the options that the task names (`--share OWNER=SHARE%`)."""
    found = dict.fromkeys(_fact_fields(task.about.get("changes", "").splitlines()))
    return list(found)


def _fact_fields(lines: Sequence[str]) -> Iterator[FactField]:
    for line in lines:
        words = shlex.split(line)
        options = dict(zip(words[::2], words[1::2], strict=False))
        for option in ("--share", "--control", "--judge", "--verified"):
            if option in options:
                about = "" if option == "--verified" else options[option].rpartition("=")[0]
                yield FactField(option.removeprefix("--"), about, options.get("--code", ""))


class Typed(dict[str, str]):
    """What was typed by field, to be shown again; boxes that were checked under `code:` and their value."""

    def __missing__(self, _: str) -> str:
        """Return ``""`` of a field that was not sent."""
        return ""


def typed(visit: Visit) -> Typed:
    """Return what a person typed into the form that was sent; of a file, which no browser fills in, the hash."""
    form = visit.form
    fields = {name: form.text(name) for name in form.fields} | {f"code:{each}": "1" for each in form.all("code")}
    return Typed(fields | {"sha256": " ".join(_hashes(form))})


def stated_answer(visit: Visit, task: Task) -> StatedAnswer:
    """Return the answer that a form states.

    Raises:
        BadInput: a day, share or document is none, or a hold is to be released by no fact.
    """
    form = visit.form
    added = tuple(form.text("techniques").replace(",", " ").split())
    kept_until = day_of(form.text("until"), "until")
    changes = _changes(visit).changes_in(visit.network, lambda: visit.console.run().inputs)
    if task.kind == "hold" and form.text("answer") == "release" and "changes" in task.about and not changes:
        raise BadInput(
            "nothing is filled in under “What is otherwise than the rules saw it”: people state facts and the rules"
            " decide, so the hold stays",
            where="Release", todo="fill in what is otherwise, or keep it on hold",
        )  # fmt: skip
    return StatedAnswer(
        task.id, form.text("answer"), form.text("why"), form.all("code"), changes, start_of(visit, kept_until),
        form.text("mark"), (added, form.all("remove_technique")),
    )  # fmt: skip


def day_of(text: str, where: str) -> date | None:
    """Return a day as a browser writes it, None for none.

    Raises:
        BadInput: it is none.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("no day", where=where, got=text, expected="such as 2026-12-01") from None


def start_of(visit: Visit, day: date | None) -> datetime | None:
    """Return the beginning of a day in the network's zone."""
    return None if day is None else datetime.combine(day, time(), visit.network.settings.zone)


def _changes(visit: Visit) -> ChangeTexts:
    form = visit.form
    stated = {name: value for name in form.fields if ":" in name and (value := form.text(name))}

    def of(kind: str) -> list[str]:
        found = [(name.partition(":")[2], value) for name, value in stated.items() if name.startswith(f"{kind}:")]
        return [f"{about}={value}" for about, value in found]

    shares = [each if each.endswith("%") else f"{each}%" for each in of("share")]
    return ChangeTexts(
        judge=of("judge"), share=shares, control=of("control"), verified=form.text("verified"),
        until=day_of(form.text("verified_until"), "verified until"), documents=_documents(visit),
        circumvention=of("circumvention"),
    )  # fmt: skip


def _documents(visit: Visit) -> tuple[str, ...]:
    """Return the SHA-256 of each document that was chosen or typed; the document itself is not kept."""
    for each in visit.form.files.values():
        if not each.size:
            raise BadInput("an empty file is no document that was seen", where="document", got=each.name)
    return _hashes(visit.form)


def _hashes(form: Form) -> tuple[str, ...]:
    hashes = form.text("sha256").lower().replace(",", " ").split()
    for each in filter(lambda file: file.size, form.files.values()):
        each.content.seek(0)
        hashes.append(file_digest(each.content, "sha256").hexdigest())
    return tuple(dict.fromkeys(hashes))
