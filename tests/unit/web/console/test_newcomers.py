"""What somebody new meets on any page: who may do what, words, the zone of times, the way back."""

import pytest

from evenhand.web.console.console import Console
from tests.sample_network import CLAIMS, REPORT_ID
from tests.unit.web.console.clients import browser


@pytest.fixture(scope="module")
def console(reported: Console) -> Console:
    return reported


@pytest.mark.parametrize(
    ("path", "what", "button", "who"),
    [
        ("/lists", "To fetch lists", "Read all files again", "ops"), ("/jobs", "To start a run", "Run now", "pol"),
        ("/lists/house-media", "To fetch a list", "Read its file now", "lea"),
        ("/upload", "To replace a table", "Look at it", "ops"),
        ("/evidence", "To add a document", "Save and read it", "ana"),
        (f"/evidence/{REPORT_ID}/claims/{CLAIMS['2']}", "To decide about a claim", "Confirm", "rob"),
    ],
)  # fmt: skip
def test_who_may_not_do_it_sees_who_may_in_the_place_of_the_form(
    console: Console, path: str, what: str, button: str, who: str
) -> None:
    """With the role that it takes and how to get it; who may sees the form and no such line."""
    auditor, may = browser(console, "aud").get(path).text, browser(console, who).get(path).text

    assert f"{what} is for the role " in auditor
    assert "an operator adds one of these roles to yours" in auditor
    assert f">{button}</button>" not in auditor
    assert f"{what} is for" not in may
    assert f">{button}</button>" in may


def test_every_page_says_of_which_zone_its_times_are_and_leads_to_the_words(console: Console) -> None:
    """A time without a zone is read by each reader in their own."""
    ana = browser(console, "ana")

    assert "Times are of Europe/Dublin unless they say UTC." in ana.get("/tasks").text
    assert 'href="/words"' in ana.get("/tasks").text
    assert "Who keeps one sees whether it was changed later." in ana.get("/words").text


@pytest.mark.parametrize(
    ("path", "up"),
    [("/tasks/numbers", "/tasks"), ("/tasks/not-same?party=qm-bakery", "/tasks"), ("/lists/house-media", "/lists"),
     ("/lists/house-media/entries/hm-rt", "/lists/house-media"), ("/rules/minority-designated-owner", "/rules"),
     (f"/evidence/{REPORT_ID}", "/evidence")],
)  # fmt: skip
def test_a_page_below_another_leads_back_to_it(console: Console, path: str, up: str) -> None:
    """By the line above its title."""
    assert f'<p class="kind"><a href="{up}">' in browser(console, "ana").get(path).text


def test_messages_on_pages_name_no_options_of_the_command_line(console: Console) -> None:
    """Who works in a browser has no terminal."""
    ana = browser(console, "ana")

    for path in ("/lists", "/lists/sample-us", "/jobs", "/upload"):
        assert "--accept" not in ana.get(path).text
