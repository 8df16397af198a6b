"""Every page of the console in Chromium: contrast and names by axe, no sideways scroll, and whole without scripts."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.console_pages import PATHS, WITHOUT_SESSION
from tests.browser.consoles import CHROMIUM, WIDTHS, log_in, served
from tests.sample_network import add_audit, add_report

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The rules among them that look at colours: no other says anything else of a page in the dark.
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
INVENTORY = """[
  [...document.querySelectorAll('h1, h2')].map((each) => each.innerText),
  [...document.querySelectorAll('main a:not([hx-trigger=load] a)')].map((each) => each.getAttribute('href')),
  [...document.querySelectorAll('main :is(input, textarea, select, button)')].map((each) => each.name),
]"""
# What is cut: text wider or higher than its box, where the box hides the rest.
CUT = """[...document.querySelectorAll('main *')].filter((each) => {
  const style = getComputedStyle(each);
  const isShown = !each.matches('.hidden, .hidden *') && each.clientWidth > 1;
  return isShown && style.overflowX === 'hidden' && each.scrollWidth > each.clientWidth + 1;
}).map((each) => each.outerHTML.slice(0, 200))"""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="never here: no Chromium is installed, and pages need a browser"),
    pytest.mark.xdist_group("console"),
]


class Look(NamedTuple):
    """What was seen of a page: by axe in light and dark, too wide or cut by the window's width, its inventories."""

    light: list[str]
    dark: list[str]
    by_width: dict[int, tuple[int, list[str]]]
    with_scripts: list[list[str]]
    without_scripts: list[list[str]]


class Walk(NamedTuple):
    """A look at each page, and what the browser's console said on the way."""

    looks: dict[str, Look]
    said: list[str]


@pytest.fixture(scope="module")
def address(built_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    network = Path(shutil.copytree(built_sample, tmp_path_factory.mktemp("console") / "network"))
    add_report(network)
    add_audit(network)
    with served(network, ["ana"]) as found:
        yield found


@pytest.fixture(scope="module")
def walk(address: str, browser: Browser) -> Walk:
    """Every page is loaded once, and looked at in all ways: to load them anew for each look takes most of a minute."""
    # Without motion, so that no colour is looked at on its way to another.
    context = browser.new_context(
        color_scheme="light", reduced_motion="reduce", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console", lambda line: said.append(f"{page.url}: {line.text}") if line.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: said.append(f"{page.url} error: {error}"))
    unscripted = browser.new_context(java_script_enabled=False)
    plain = unscripted.new_page()
    looks = {path: look_at(page, plain, address + path) for path in WITHOUT_SESSION}
    for each in (page, plain):
        log_in(each, address, "ana")
    looks |= {path: look_at(page, plain, address + path) for path in PATHS}
    for each in (context, unscripted):
        each.close()
    return Walk(looks, said)


def look_at(page: Page, plain: Page, url: str) -> Look:
    """Load a page, in `plain` without scripts, and return what is seen of it; afterwards the window is as before."""
    with_scripts, without_scripts = inventory(page, url), inventory(plain, url)
    light = axe_findings(page, TAGS)
    page.emulate_media(color_scheme="dark")
    dark = axe_findings(page, COLOUR_RULES)
    page.emulate_media(color_scheme="light")
    by_width = {}
    for width in (*WIDTHS, 640):
        page.set_viewport_size({"width": width, "height": 900})
        by_width[width] = (page.evaluate(SIDEWAYS), page.evaluate(CUT))
    page.set_viewport_size({"width": 1280, "height": 900})
    return Look(light, dark, by_width, with_scripts, without_scripts)


@pytest.mark.skipif(not AXE.is_file(), reason="not yet here: axe-core is not installed (`npm ci` in tests/browser)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_any_page(walk: Walk, scheme: str) -> None:
    """Who reads with large letters, a keyboard or a screen reader does the same work; in the dark, colours differ."""
    found = {path: getattr(look, scheme) for path, look in walk.looks.items()}

    assert {path: lines for path, lines in found.items() if lines} == {}
    assert found.keys() == {*PATHS, *WITHOUT_SESSION}


@pytest.mark.skipif(not AXE.is_file(), reason="not yet here: axe-core is not installed (`npm ci` in tests/browser)")
def test_the_dark_has_colours_of_its_own_at_which_axe_looks(address: str, browser: Browser) -> None:
    """A scheme that is not taken, or a rule that is not run, would find nothing either."""
    context = browser.new_context(color_scheme="light", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}/login")
    page.add_style_tag(content="@media (prefers-color-scheme: dark) { main * { color: #444 !important } }")

    light = axe_findings(page, COLOUR_RULES)
    page.emulate_media(color_scheme="dark")
    dark = axe_findings(page, COLOUR_RULES)

    assert light == []
    assert [each for each in dark if each.startswith("color-contrast")] != []
    context.close()


def test_no_page_is_wider_than_its_window_and_nothing_is_cut(walk: Walk) -> None:
    """From a phone to a large screen, and at 200 % zoom, which is half the width in CSS pixels."""
    found = {(path, width): seen for path, look in walk.looks.items() for width, seen in look.by_width.items()}

    assert {place: seen for place, seen in found.items() if seen != (0, [])} == {}
    assert {width for _, width in found} == {*WIDTHS, 640}


def test_every_page_reads_the_same_without_scripts(walk: Walk) -> None:
    """A script adds speed, never content: the headings, links and fields are all there."""
    for path, look in walk.looks.items():
        assert look.with_scripts == look.without_scripts, path
    assert all(any(look.with_scripts) for look in walk.looks.values())


def test_the_console_prints_no_error_on_any_page(walk: Walk) -> None:
    """A script or style that the policy refuses, or a script that fails, is told by the browser's console only."""
    assert [line for line in walk.said if " verbose: " not in line] == []


def axe_findings(page: Page, tags_or_rules: dict[str, Any]) -> list[str]:
    """Return what axe says is wrong with a page, a line each; nothing where it is not installed."""
    if not AXE.is_file():
        return []
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("asked => axe.run(document, {resultTypes: ['violations'], runOnly: asked})", tags_or_rules)
    return [f"{each['id']}: {node['html'][:160]}" for each in result["violations"] for node in each["nodes"]]


def inventory(page: Page, url: str) -> list[list[str]]:
    """Return the headings, the addresses of links and the names of fields of a page.

    A part that a script loads by itself (the like cases of a party) is a link without scripts: it leads to the same.
    """
    page.goto(url, wait_until="load")
    found: list[list[str]] = page.evaluate(INVENTORY)
    return found
