"""The pages of the rulebook: every rule in words beside its text, its tests, its releases."""

from pathlib import Path

from tests.unit.web.console.clients import Browser, browser, console_of, copy_network


def test_the_rulebook_page_lists_each_rule_its_tests_and_its_releases(ana: Browser) -> None:
    """Who answers for the rules sees in one place what they are, that they are tested and who released them."""
    page = ana.get("/rules").text

    assert page.count('class="long"><a href="/rules/') == 44
    assert "all as expected" in page
    assert "Runs decide by it." in page
    assert "293 of 293 proved" in page


def test_rules_are_filtered_by_what_follows(ana: Browser) -> None:
    """A policy team asks for all that refuses."""
    page = ana.get("/rules?verdict=label").text

    assert page.count('class="long"><a href="/rules/') == 1
    assert "/rules/political-label" in page


def test_a_rule_is_shown_in_words_beside_its_text(ana: Browser) -> None:
    """The words are made of the text, so each can be checked by the other."""
    page = ana.get("/rules/minority-designated-owner").text

    assert "designated share is at least 25 %" in page
    assert "principal.designated_share_bp &gt;= 2500" in page
    assert "owned-just-below" in page


def test_a_rule_that_is_not_there_is_not_found(ana: Browser) -> None:
    """An old link says so, and where to go."""
    answer = ana.get("/rules/no-such-rule")

    assert answer.status_code == 404
    assert "there is no such rule" in answer.text.lower()


def test_markup_in_the_title_of_a_rule_is_shown_as_text(console_network: Path, tmp_path: Path) -> None:
    """A title is text that somebody wrote into a file; it must never run in a colleague's session."""
    network = copy_network(console_network, tmp_path / "network")
    rules = network / "rulebooks" / "house" / "house.cedar"
    bad = "<script>alert(1)</script>"
    rules.write_text(rules.read_text("utf-8").replace("Political advertising is labelled", bad), "utf-8")

    with console_of(network) as console:
        ana = browser(console, "ana")
        pages = ana.get("/rules").text + ana.get("/rules/political-label").text

    assert bad not in pages
    assert pages.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert "the next run uses it only with proofs" in pages


def test_a_rulebook_that_does_not_hold_is_told_with_its_place(console_network: Path, tmp_path: Path) -> None:
    """Somebody edited the file by hand: the page says where, as the run would."""
    network = copy_network(console_network, tmp_path / "network")
    rules = network / "rulebooks" / "house" / "house.cedar"
    rules.write_text(rules.read_text("utf-8") + "permit (", "utf-8")

    with console_of(network) as console:
        answer = browser(console, "ana").get("/rules")

    assert answer.status_code == 400
    assert "house.cedar:925" in answer.text
