"""The two pictures of the front page, made anew from what Evenhand prints: `python -m tools.pictures`.

The report page is photographed by Chromium (Debian's `chromium`), a terminal is drawn by rich. Fonts are the reader's:
nothing in a picture is fetched.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tools.locks import ROOT

ASSETS = ROOT / "docs" / "assets"
COMMAND = ("explain", "two-owners")
COLUMNS, LINES = 80, 25  # to the end of the first listed entry
# rich's own form names a font on a server.
_FORM = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>The command evenhand explain in a terminal</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""  # noqa: E501
_DIM = ["#181c20", "#f06e6e", "#82c882", "#e1be64", "#78aaf0", "#c896dc", "#6ec8c8", "#dee2e6"]
_BRIGHT = ["#6e767e", "#ff8282", "#96dc96", "#f0d282", "#96beff", "#dcaaf0", "#8cdcdc", "#ffffff"]


def _rgb(colour: str) -> tuple[int, int, int]:
    """Return the three parts of `#rrggbb`."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


_COLOURS = TerminalTheme(_rgb("#181c20"), _rgb("#dee2e6"), [*map(_rgb, _DIM)], [*map(_rgb, _BRIGHT)])


def evenhand(*words: str) -> str:
    """Return what the command prints on a terminal with colours."""
    settings = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "NO_COLOR": ""}
    program = Path(sys.executable).with_name("evenhand")
    return subprocess.run([program, *words], env=settings, check=True, capture_output=True, text=True).stdout


def draw_terminal(network: Path, out: Path) -> None:
    """Write the first lines of one explanation as SVG."""
    lines = evenhand(COMMAND[0], str(network), COMMAND[1]).splitlines()[:LINES]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(f"[bold]$ evenhand {COMMAND[0]} {network.name} {COMMAND[1]}[/]", highlight=False)
    for line in lines:
        console.print(Text.from_ansi(line.rstrip()))
    console.print("[dim]…[/]")
    drawn = console.export_svg(title="evenhand", theme=_COLOURS, code_format=_FORM, unique_id="evenhand")
    out.write_text("\n".join(line.rstrip() for line in drawn.splitlines()) + "\n", encoding="utf-8")


def photograph(page: Path, out: Path, width: int = 1280, height: int = 1240) -> None:
    """Write a picture of the top of a page, as a browser shows it."""
    browser = shutil.which("chromium")
    if browser is None:
        raise SystemExit("chromium is not installed: apt-get install chromium")
    switches = (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--window-size={width},{height}",
    )
    subprocess.run([browser, *switches, f"--screenshot={out}", page.as_uri()], check=True, capture_output=True)


def main() -> None:
    """Build the sample network and make both pictures of it."""
    with tempfile.TemporaryDirectory() as folder:
        network = Path(folder, "demo-network")
        evenhand("demo", str(network))
        draw_terminal(network, ASSETS / "terminal.svg")
        photograph(network / "out" / "report.html", ASSETS / "report.png")
    for picture in ("terminal.svg", "report.png"):
        print(ASSETS / picture, (ASSETS / picture).stat().st_size)  # noqa: T201


if __name__ == "__main__":
    main()
