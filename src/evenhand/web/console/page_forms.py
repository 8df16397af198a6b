"""The forms of a page of ours as a browser would read them: their fields, and where each stands in the HTML."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

Span = tuple[int, int]
_NO_VALUE: Final = "\0"  # an option whose value is its words


@dataclass
class FormField:
    """A field: `at` is its start tag, `content` the text of a text area; `kind` is an input's type or the element.

    An option is a field of kind `option` with the name of its select. `folds` are the folded parts around it.
    """

    name: str
    kind: str
    value: str
    at: Span
    folds: tuple[int, ...]
    content: Span = (0, 0)


@dataclass
class PageForm:
    """A form that is sent by POST: `actions` are the paths where it and its buttons send it."""

    at: Span
    actions: set[str]
    folds: tuple[int, ...]
    fields: list[FormField] = field(default_factory=list)


class PageForms(HTMLParser):
    """What was read of a page: its forms, its folded parts by number, and the place below its heading."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[PageForm] = []
        self.folds: list[Span] = []
        self.open_folds: set[int] = set()
        self.below_head = 0
        self._lines = [0, *(each.end() for each in re.finditer("\n", page))]
        self._around: list[int] = []
        self._form: PageForm | None = None
        self._select = ""
        self._filling: FormField | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a field, a form or a folded part."""
        start = self._place()
        at = start, start + len(self.get_starttag_text() or "")
        values = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.below_head = at[1]
        elif tag == "details":
            self._around.append(len(self.folds))
            if "open" in values:
                self.open_folds.add(len(self.folds))
            self.folds.append(at)
        elif tag == "form" and values.get("method", "").lower() == "post":
            self._form = PageForm(at, {_path(values.get("action", ""))}, tuple(self._around))
            self.forms.append(self._form)
        elif self._form is not None:
            self._note(self._form, tag, values, at)

    def _note(self, form: PageForm, tag: str, values: dict[str, str], at: Span) -> None:
        name, folds = values.get("name", ""), tuple(self._around)
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._filling = FormField(self._select, tag, values.get("value", _NO_VALUE), at, folds)
            form.fields.append(self._filling)
        elif tag == "textarea" and name:
            self._filling = FormField(name, tag, "", at, folds, (at[1], at[1]))
            form.fields.append(self._filling)
        elif tag in ("input", "button"):
            if "formaction" in values:
                form.actions.add(_path(values["formaction"]))
            kind = "button" if tag == "button" else values.get("type", "text")
            if name:
                form.fields.append(FormField(name, kind, values.get("value", ""), at, folds))

    def handle_data(self, data: str) -> None:
        """Note the words of an option that has no other value."""
        if self._filling is not None and self._filling.kind == "option" and self._filling.value == _NO_VALUE:
            self._filling.value = data.strip()

    def handle_endtag(self, tag: str) -> None:
        """Note where a text area, a form or a folded part ends."""
        if tag == "textarea" and self._filling is not None:
            self._filling.content = self._filling.at[1], self._place()
        if tag in ("textarea", "option"):
            self._filling = None
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None
        elif tag == "details" and self._around:
            self._around.pop()
        elif tag == "header" and self.below_head and not self.forms_in_main():
            self.below_head = self._place() + len("</header>")

    def forms_in_main(self) -> bool:
        """Return whether a form of the content has begun: what follows is no longer the page's head."""
        return any(each.at[0] > self.below_head for each in self.forms)

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _path(address: str) -> str:
    return urlsplit(address).path
