"""Addresses that somebody guesses lead to the page that is meant; what is not there offers to find it."""

import pytest

from evenhand.web.console.guessed_paths import _MEANT
from tests.unit.web.console.clients import ADDRESS, Browser


@pytest.mark.parametrize(
    ("guessed", "page"),
    [("/queue?kind=match", "/tasks?kind=match"), ("/runs", "/jobs"), ("/Tasks", "/tasks"), ("/rulebook/", "/rules"),
     ("/task/t4b089c0c9a", "/tasks/t4b089c0c9a"), ("/advertisers", "/parties"), ("/search?q=rt", "/find?q=rt")],
)  # fmt: skip
def test_a_plain_guess_leads_to_the_page(ana: Browser, guessed: str, page: str) -> None:
    """The menu says Queue and the address says tasks: who types the one means the other."""
    answer = ana.get(guessed)

    assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_every_page_that_a_guess_leads_to_is_there(ana: Browser) -> None:
    """And no guess is a page of its own, which it would hide."""
    for page, words in _MEANT.items():
        assert ana.get(page).status_code in (200, 303)
        for word in words:
            assert ana.get(f"/{word}").headers["location"] == page


@pytest.mark.parametrize("path", ["/nothing-like-it", "/queue/a/b", "/tasks/t0000000000", "/%3Cscript%3Ealert(1)%3C/x"])
def test_what_is_not_there_offers_to_find_it(ana: Browser, path: str) -> None:
    """With the last word of the address in the field, as text."""
    answer = ana.get(path)

    assert answer.status_code == 404
    assert 'action="/find" role="search" aria-label="Find what is meant"' in answer.text
    assert "<script>alert" not in answer.text
    assert "Nothing was changed" not in answer.text


def test_nobody_is_led_to_another_site(ana: Browser) -> None:
    """A guess of two slashes is a path here and no host."""
    for path in ("//evil.example", "/task//evil.example", "/task/\\evil.example"):
        location = ana.get(f"http://127.0.0.1:8971{path}").headers.get("location", "/")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


def test_a_slash_too_many_leads_to_the_page_and_to_no_other_host(ana: Browser) -> None:
    """What begins with two slashes would name another one."""
    assert ana.get("/tasks/?kind=match").headers["location"] == "/tasks?kind=match"
    assert ana.get(f"{ADDRESS}//evil.example/tasks/").status_code == 404
    assert ana.get("/tasks/none/act/").status_code == 404
