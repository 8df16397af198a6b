"""What was typed, put back into the form of a page of ours."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.console.form_filling import fill_form, insert_below_head, typed_fields
from evenhand.web.console.page_forms import PageForms

TOKEN = '<input type="hidden" name="token" value="new">'
PAGE = f"""<!doctype html><html><body>
<header class="bar"><form method="post" action="/logout"><button>Out</button></form></header>
<main id="main"><header class="page-head"><h1>Made up</h1></header>
<table><tr><td><form method="post" action="/act?a=b">{TOKEN}<input type="hidden" name="row" value="1">
<input name="words" value="as it was"></form></td></tr>
<tr><td><details><summary>more</summary><form method="post" action="/act">{TOKEN}
<input type="hidden" name="row" value="2"><input type="hidden" name="seen" value="9"><input name="words" value="">
<textarea name="why" rows="2"></textarea><textarea name="why">second</textarea>
<select name="kind"><option value="a" selected>A</option><option>plain</option></select>
<input type="checkbox" name="box" value="1" checked><input type="checkbox" name="box" value="2">
<input type="password" name="password"><button name="do" value="x" formaction="/other">X</button>
</form></details></td></tr></table></main></body></html>"""
SENT = {
    "token": ("old",), "row": ("2",), "seen": ("3",), "words": ('<b> "q" & \'s\'',),
    "why": ("\nfirst", "last </textarea>"), "kind": ("plain",), "box": ("2",), "password": ("secret",),
}  # fmt: skip


def fields_of(page: str, row: str) -> dict[str, list[str]]:
    """Return what a browser would show in the form of a row."""
    form = next(each for each in PageForms(page).forms if any(f.name == "row" and f.value == row for f in each.fields))
    found: dict[str, list[str]] = {}
    for each in form.fields:
        raw = page[slice(*each.at)]
        if each.kind == "textarea":
            found.setdefault(each.name, []).append(unescape(page[slice(*each.content)]).removeprefix("\n"))
        elif each.kind not in ("checkbox", "option") or " checked" in raw or " selected" in raw:
            found.setdefault(each.name, []).append(each.value)
    return found


FOLDED = f"""<main id="main"><header class="page-head"><h1>Made up</h1></header>
<details class="card" open><summary>first</summary>
<form method="post" action="/one">{TOKEN}<input name="a"></form></details>
<details class="card"><summary>second</summary>
<form method="post" action="/two">{TOKEN}<input name="a"></form></details>
<details open><summary>no form</summary></details></main>"""


def test_only_the_form_that_was_sent_is_unfolded() -> None:
    """Two open forms with the button of the wrong one on top: a press of it, and a letter goes out."""
    filled = fill_form(FOLDED, "/two", {"a": ("x",)}, "/page")

    assert filled is not None
    assert [" open" in tag for tag in re.findall("<details[^>]*>", filled.page)] == [False, True, True]


def test_the_form_that_was_sent_is_filled_in_and_no_other() -> None:
    """Two forms go to one address: the one of the row that was sent has the words."""
    filled = fill_form(PAGE, "/act", SENT, "/page?x=1")

    assert filled is not None
    shown = fields_of(filled.page, "2")
    assert shown["words"] == ["<b> \"q\" & 's'"]
    assert shown["why"] == ["\nfirst", "last </textarea>"]
    assert (shown["kind"], shown["box"]) == (["plain"], ["2"])
    assert fields_of(filled.page, "1")["words"] == ["as it was"]
    assert filled.lost == ()


def test_the_token_is_the_pages_own_and_passwords_are_never_shown() -> None:
    """A form that is shown again is one of the session that shows it."""
    for hidden_too in (False, True):
        filled = fill_form(PAGE, "/act", SENT, "/page", hidden_too=hidden_too)

        assert filled is not None
        assert fields_of(filled.page, "2")["token"] == ["new"]
        assert "secret" not in filled.page
        assert fields_of(filled.page, "2")["seen"] == (["3"] if hidden_too else ["9"])


def test_what_is_folded_around_the_words_is_opened() -> None:
    """Who has to look for what they typed thinks that it is lost."""
    filled = fill_form(PAGE, "/act", SENT, "/page")

    assert filled is not None
    assert "<details open>" in filled.page
    other = fill_form(PAGE, "/act", {"row": ("1",), "words": ("x",)}, "/page")
    assert other is not None
    assert "<details open>" not in other.page


def test_a_form_is_known_by_where_its_buttons_send_it_too() -> None:
    """A button may send the form elsewhere."""
    assert fill_form(PAGE, "/other", SENT, "/page") is not None
    assert fill_form(PAGE, "/nowhere", SENT, "/page") is None


def test_what_has_no_field_any_more_is_told() -> None:
    """The words of a person are shown somewhere in any case."""
    filled = fill_form(PAGE, "/act", {"row": ("2",), "kind": ("gone",), "fact:x": ("12",)}, "/page")

    assert filled is not None
    assert filled.lost == (("kind", "gone"), ("fact:x", "12"))
    assert typed_fields(SENT) == (
        ("row", "2"), ("words", '<b> "q" & \'s\''), ("why", "\nfirst"), ("why", "last </textarea>"), ("kind", "plain"),
        ("box", "2"),
    )  # fmt: skip


def test_a_line_stands_below_the_heading() -> None:
    """Not in the bar, whose header ends before."""
    assert "</h1></header><p>line</p>" in insert_below_head(PAGE, "<p>line</p>")


@given(st.text(), st.text(), st.sampled_from(["a", "plain", "b"]))
def test_any_text_comes_back_as_it_was_typed(words: str, why: str, kind: str) -> None:
    """Whatever its characters: nothing of it becomes a part of the page."""
    words, why = (each.replace("\r", "").replace("\0", "") for each in (words, why))

    filled = fill_form(PAGE, "/act", {"row": ("2",), "words": (words,), "why": (why,), "kind": (kind,)}, "/page")

    assert filled is not None
    shown = fields_of(filled.page, "2")
    assert (shown["words"][0], shown["why"][0]) == (words, why)
    assert len(PageForms(filled.page).forms) == 3
    assert filled.lost == ((("kind", "b"),) if kind == "b" else ())


@pytest.mark.parametrize("name", ["words", "why"])
def test_an_emptied_field_stays_empty(name: str) -> None:
    """Who has deleted a proposed text does not get it back."""
    filled = fill_form(PAGE, "/act", {"row": ("1",) if name == "words" else ("2",), name: ("", "")}, "/page")

    assert filled is not None
    assert fields_of(filled.page, "1" if name == "words" else "2")[name][-1] == ""
