"""One Chromium for all tests of pages of a worker; what a test opens in it is closed after the test."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.consoles import chromium


# Not for the session: Playwright's loop runs in the thread of the tests, where no other test could run one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Yield what opens a page for another person, with cookies of its own."""
    contexts = []

    def opened() -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()
