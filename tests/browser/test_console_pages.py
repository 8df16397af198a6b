"""Every page of the console in Chromium: contrast and names by axe, no sideways scroll, and whole without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.console_pages import PATHS, WITHOUT_SESSION
from tests.browser.consoles import CHROMIUM, WIDTHS, chromium, log_in, served
from tests.sample_network import add_audit, add_report, build_sample

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LINKS = """[...document.querySelectorAll('main a:not([hx-trigger=load] a)')].map((each) => each.getAttribute('href'))"""
FIELDS = "input, textarea, select, button"
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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    network = build_sample(tmp_path_factory.mktemp("console") / "network")
    add_report(network)
    add_audit(network)
    with served(network, ["ana"]) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.skipif(not AXE.is_file(), reason="not yet here: axe-core is not installed (`npm ci` in tests/browser)")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_any_page(address: str, browser: Browser, scheme: Any) -> None:
    """Who reads with large letters, a keyboard or a screen reader does the same work."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    found = {path: violations(page, address + path) for path in WITHOUT_SESSION}
    log_in(page, address, "ana")

    found |= {path: violations(page, address + path) for path in PATHS}

    assert {path: lines for path, lines in found.items() if lines} == {}
    context.close()


def test_no_page_is_wider_than_its_window_and_nothing_is_cut(address: str, browser: Browser) -> None:
    """From a phone to a large screen, and at 200 % zoom, which is half the width in CSS pixels."""
    context = browser.new_context()
    page = context.new_page()
    log_in(page, address, "ana")

    found = {}
    for path in PATHS:
        page.goto(address + path)
        for width in (*WIDTHS, 640):
            page.set_viewport_size({"width": width, "height": 900})
            sideways, cut = page.evaluate(SIDEWAYS), page.evaluate(CUT)
            if sideways or cut:
                found[path, width] = (sideways, cut)

    assert found == {}
    context.close()


def test_every_page_reads_the_same_without_scripts(address: str, browser: Browser) -> None:
    """A script adds speed, never content: the headings, links and fields are all there."""
    with_scripts, without = (browser.new_context(java_script_enabled=enabled) for enabled in (True, False))
    pages = [context.new_page() for context in (with_scripts, without)]
    for page in pages:
        log_in(page, address, "ana")

    for path in PATHS:
        seen = [inventory(page, address + path) for page in pages]
        assert seen[0] == seen[1], path

    for context in (with_scripts, without):
        context.close()


def test_the_console_prints_no_error_on_any_page(address: str, browser: Browser) -> None:
    """A script or style that the policy refuses, or a script that fails, is told by the browser's console only."""
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on(
        "console", lambda line: told.append(f"{page.url}: {line.text}") if line.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: told.append(f"{page.url} error: {error}"))
    log_in(page, address, "ana")

    for path in PATHS:
        page.goto(address + path, wait_until="load")

    assert [line for line in told if " verbose: " not in line] == []
    context.close()


def violations(page: Page, url: str) -> list[str]:
    """Return what axe says is wrong with a page, a line each."""
    page.goto(url)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("tags => axe.run(document, {resultTypes: ['violations'], runOnly: tags})", TAGS)
    return [f"{each['id']}: {node['html'][:160]}" for each in result["violations"] for node in each["nodes"]]


def inventory(page: Page, url: str) -> list[list[str]]:
    """Return the headings, the addresses of links and the names of fields of a page.

    A part that a script loads by itself (the like cases of a party) is a link without scripts: it leads to the same.
    """
    page.goto(url)
    return [
        page.locator("h1, h2").all_inner_texts(),
        page.evaluate(LINKS),
        [
            each.get_attribute("name") or ""
            for each in page.locator("main input, main textarea, main select, main button").all()
        ],
    ]
