"""The influence report and the graph in Chromium: they draw, nothing fails in them, nothing is fetched."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from evenhand.render.influence_page import render_graph, render_influence
from tests.unit.influence.made import AT, EVIDENCE, FOUND, NAMES, many_groups

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="never here: no Chromium is installed, and nothing else draws the pages"
)
WIDE, NARROW = 1280, 500
"""Widths of the window; a page is read out of none that is narrower than 500."""

_CONSOLE = re.compile(r"CONSOLE(?::\d+|\(\d+\))\] (.*)")
MEASURE = """<script>
const root = document.documentElement, table = document.querySelector(".beside .wide");
const lines = document.querySelector(".beside tbody th .quiet").getClientRects()[0].height / 20;
const beyond = (part) => part.scrollWidth - part.clientWidth;
document.title = [beyond(root), beyond(table), Math.round(lines)].join(" ");
</script></body>"""


class Browsed:
    """What Chromium made of a page: its tree as text, and its complaints, which each refused fetch is one of."""

    def __init__(self, page: str, folder: Path, width: int = WIDE) -> None:
        path = folder / "page.html"
        path.write_text(page, "utf-8")
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom")
        alone = ("--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--v=0")
        done = subprocess.run(
            [str(CHROMIUM), *options, *alone, f"--window-size={width},900", f"--user-data-dir={folder}/profile",
             path.as_uri()],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        self.tree = done.stdout
        self.said = _CONSOLE.findall(done.stderr)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_graph_draws_and_says_how_many_it_shows(tmp_path: Path, width: int) -> None:
    shown = Browsed(render_graph(many_groups(38), {"a00-0": "Quolvet " * 50}, "Demo", AT), tmp_path, width)

    assert '<p id="shown" role="status">115 accounts, 117 pairs</p>' in shown.tree
    assert shown.tree.split("<footer>")[0].count("<canvas") == 3
    assert shown.said == []
    assert "default-src 'none'; style-src" in shown.tree


def test_the_report_has_its_pictures(tmp_path: Path) -> None:
    shown = Browsed(render_influence(FOUND, EVIDENCE, NAMES, "Demo", AT), tmp_path)

    assert shown.tree.count("<svg") == 2
    assert shown.tree.count('<rect class="band"') == 10
    assert shown.said == []


@pytest.mark.parametrize(("width", "name"), [(WIDE, "Quolvet" * 57), (NARROW, "Quolvet " * 50)])
def test_a_long_name_makes_the_report_no_wider_than_its_window(tmp_path: Path, width: int, name: str) -> None:
    """Of 400 characters: the table beside the picture keeps its columns in sight, and the id its line."""
    page = render_influence(many_groups(1), (), {"a00-0": name}, "Demo", AT)
    measured = page.replace('http-equiv="Content-Security-Policy"', 'name="policy"').replace("</body>", MEASURE)

    shown = Browsed(measured, tmp_path, width)

    assert "<title>0 0 1</title>" in shown.tree


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</main>", '<img src="https://elsewhere.example/"></main>', "Content Security Policy"),
        ('id="shown"', "", "null"),
    ],
)
def test_a_page_that_fetches_or_fails_is_noticed(tmp_path: Path, old: str, new: str, said: str) -> None:
    """So that silence in the other tests means something."""
    page = render_graph(FOUND, NAMES, "Demo", AT)

    (line,) = Browsed(page.replace(old, new, 1), tmp_path).said

    assert said in line
