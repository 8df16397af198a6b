"""The field that finds anything, as a page and as a list while one types."""

import pytest

from evenhand.web.console.console import Console
from tests.unit.web.console.clients import Browser


def first(ana: Browser, text: str) -> str:
    """Return the row that is found first."""
    page = ana.get("/find", params={"q": text}).text
    return page.partition("<tbody>")[2].partition("</tr>")[0]


@pytest.mark.parametrize("text", ["qm-bakery", "QM-Bakery", "dravik mills"])
def test_a_party_is_found_by_id_and_name(ana: Browser, text: str) -> None:
    """Without regard to capitals."""
    assert "qm-bakery" in first(ana, text)


def test_what_is_named_exactly_comes_first(ana: Browser, console: Console) -> None:
    """A task and an entry by their ids."""
    task = console.board().unanswered[0]
    match = next(each.matches[0] for each in console.board().unanswered if each.matches)

    assert f"/tasks/{task.id}" in first(ana, task.id)
    for sign in "#:":  # the second is what OpenRefine links to
        named = ana.get("/find", params={"q": f"{match.list}{sign}{match.entity_id}"}).text
        assert f"/lists/{match.list}/entries/{match.entity_id}" in named


@pytest.mark.parametrize("text", ["c-7ec4f4bd", "C-7ec4", "c-7ec4f4bd7649f17b21a5"])
def test_a_complaint_is_found_by_the_number_that_its_list_shows(ana: Browser, text: str) -> None:
    """The list shows the first part of it; the list below the field finds it too."""
    listed = ana.get("/complaints?view=all").text
    typed = ana.get("/find", params={"q": text}, headers={"hx-request": "true"}).text

    assert ">c-7ec4f4bd</a>" in listed
    assert 'href="/complaints/c-7ec4f4bd7649f17b21a5"' in first(ana, text)
    assert "/complaints/c-7ec4f4bd7649f17b21a5" in typed


def test_a_rule_is_found_by_its_title(ana: Browser, console: Console) -> None:
    """And leads to its own page."""
    rule = next(iter(console.run().rulebook().rules.values()))

    assert f'href="/rules/{rule.id}"' in ana.get("/find", params={"q": rule.annotations["title"]}).text


def test_pages_of_the_menu_are_found_too(ana: Browser) -> None:
    """Ctrl-K is the way to everywhere."""
    assert 'href="/tasks"' in first(ana, "queue")


@pytest.mark.parametrize("text", ["", "x", "nothing is called so", "%", "' OR 1=1", "d-none", "c-none", "#", "a#b"])
def test_a_text_that_means_nothing_is_said(ana: Browser, text: str) -> None:
    """No error, whatever is typed."""
    assert ana.get("/find", params={"q": text}).status_code == 200


def test_markup_in_what_is_typed_stays_text(ana: Browser) -> None:
    """It is shown in the field and in the sentence."""
    page = ana.get("/find", params={"q": "<script>alert(1)</script>"}).text

    assert "<script>alert" not in page


def test_a_script_gets_the_first_ten_as_options(ana: Browser) -> None:
    """A list that a screen reader walks by the arrows."""
    part = ana.get("/find", params={"q": "re"}, headers={"hx-request": "true"}).text

    assert 0 < part.count('role="option"') <= 10
    assert "<html" not in part
