"""A page of ours with what a person typed put back into its form: after a refusal, and after a lost session."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from evenhand.web.console.page_forms import FormField, PageForm, PageForms

Values = Mapping[str, tuple[str, ...]]

SECRET_FIELDS: Final = frozenset({"token", "present", "password", "again", "one_time_code"})
"""The fields that are never kept or shown again."""

SHOWN_ON: Final = "shown-on"
"""The field of a form that was filled in again which has the address of its page."""

_UNTOUCHED: Final = frozenset({"password", "file", "submit", "button"})
_FILLED: Final = " data-filled"
"""On a field that its page has itself filled in, from what was sent and no browser fills in, such as a file."""
_BOXES: Final = frozenset({"checkbox", "radio"})
# Fields of ours that nobody types: where the form is gone, only what was typed is shown.
_UNSEEN: Final = SECRET_FIELDS | {
    SHOWN_ON, "seen", "mark", "sampled", "do", "one", "version", "denies_asked", "denied_now", "apart", "next", "file",
}  # fmt: skip


class FilledPage(NamedTuple):
    """A page with a form filled in; `lost` are the fields that no form of it has, with what was typed.

    `is_filled` says whether some field of the form is otherwise than on the page without it.
    """

    page: str
    lost: tuple[tuple[str, str], ...]
    is_filled: bool = False


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def fill_form(page: str, path: str, sent: Values, shown_on: str, *, hidden_too: bool = False) -> FilledPage | None:
    """Return a page with the form that goes to a path filled in as it was sent, None where it has no such form.

    Of several the one is taken that has most of the fields as they were sent. Fields that nobody types are as the page
    has them, or as they were sent where `hidden_too`; the token is always the page's. Folded parts around what was
    typed are opened, those of other forms that the page has open are closed. The form tells that its page is at
    `shown_on`.
    """
    read = PageForms(page)
    forms = [each for each in read.forms if path in each.actions]
    if not forms:
        return None
    form = max(forms, key=lambda each: _likeness(each, sent))
    edits = list(_filled(form, page, sent, hidden_too=hidden_too))
    folds = set(form.folds)
    changed = {each.start for each in edits}
    for each in form.fields:
        if each.at[0] in changed or each.content[0] in changed:
            folds.update(each.folds)
    edits += [_Edit(read.folds[each][1] - 1, read.folds[each][1] - 1, " open") for each in folds - read.open_folds]
    edits += [_closed(page, read.folds[each]) for each in _of_others(read, form) & read.open_folds - folds]
    hidden = f'<input type="hidden" name="{SHOWN_ON}" value="{escape(shown_on)}">'
    anchor = _Edit(form.at[0], form.at[0], '<span id="typed"></span>')
    edits += [anchor, _Edit(form.at[1], form.at[1], hidden)]
    return FilledPage(_edited(page, edits), tuple(_lost(form, sent)), bool(changed))


def typed_fields(sent: Values) -> tuple[tuple[str, str], ...]:
    """Return what was typed or chosen, field by field, without what pages send by themselves."""
    return tuple((name, each) for name, values in sent.items() if name not in _UNSEEN for each in values if each)


def kept_fields(sent: Values) -> dict[str, tuple[str, ...]]:
    """Return what of a form may be kept: no token, no password."""
    return {name: values for name, values in sent.items() if name not in SECRET_FIELDS}


def insert_below_head(page: str, part: str) -> str:
    """Return a page with a part of HTML below its heading."""
    place = PageForms(page).below_head
    return page[:place] + part + page[place:]


def _of_others(read: PageForms, form: PageForm) -> set[int]:
    """Return the folded parts of the other forms of a page, where the form itself is in one."""
    return {fold for other in read.forms if form.folds and other is not form for fold in other.folds}


def _closed(page: str, fold: tuple[int, int]) -> _Edit:
    return _Edit(*fold, re.sub(r"\sopen(?=[\s>])", "", page[slice(*fold)]))


def _likeness(form: PageForm, sent: Values) -> tuple[int, int]:
    names = {each.name for each in form.fields} - SECRET_FIELDS
    same = sum(each.kind in ("hidden", "button") and each.value in sent.get(each.name, ()) for each in form.fields)
    return same, len(names & set(sent))


def _filled(form: PageForm, page: str, sent: Values, *, hidden_too: bool) -> Iterator[_Edit]:
    rest = {name: list(values) for name, values in sent.items()}
    for each in form.fields:
        if each.kind in _UNTOUCHED or each.name in SECRET_FIELDS or (each.kind == "hidden" and not hidden_too):
            continue
        if each.kind in _BOXES or each.kind == "option":
            word, chosen = ("selected" if each.kind == "option" else "checked"), each.value in sent.get(each.name, ())
            # A select that was not sent (a script of the page had it off) stays as it is; a box that was not is empty.
            if each.kind == "option" and each.name not in sent:
                continue
            yield from _marked(page, each, word, chosen=chosen)
        elif rest.get(each.name) and _FILLED not in page[slice(*each.at)]:
            yield from _with_text(page, each, rest[each.name].pop(0))


def _marked(page: str, field: FormField, word: str, *, chosen: bool) -> Iterator[_Edit]:
    raw = page[slice(*field.at)]
    plain = re.sub(rf"\s{word}(?=[\s>])", "", raw)
    if chosen != (plain != raw):
        yield _Edit(*field.at, f"{raw[:-1]} {word}>" if chosen else plain)


def _with_text(page: str, field: FormField, text: str) -> Iterator[_Edit]:
    if field.kind == "textarea":
        # HTML drops one line break at the start of a text area.
        wanted = ("\n" if text.startswith("\n") else "") + escape(text)
        if page[slice(*field.content)] != wanted:
            yield _Edit(*field.content, wanted)
    elif text != field.value:
        raw = re.sub(r'\svalue="[^"]*"', "", page[slice(*field.at)])
        yield _Edit(*field.at, f'{raw[:-1]} value="{escape(text)}">')


def _lost(form: PageForm, sent: Values) -> Iterator[tuple[str, str]]:
    """Return what was typed and is nowhere in the form: its field is gone, or has no such choice any more."""
    texts = {each.name for each in form.fields if each.kind not in _BOXES | {"option"}}
    choices = {(each.name, each.value) for each in form.fields}
    for name, value in typed_fields(sent):
        if name not in texts and (name, value) not in choices:
            yield name, value


def _edited(page: str, edits: Sequence[_Edit]) -> str:
    parts, place = [], 0
    for start, end, text in sorted(edits):
        parts += [page[place:start], text]
        place = end
    return "".join([*parts, page[place:]])
