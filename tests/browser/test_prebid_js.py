"""The export for Prebid.js in Prebid.js: the npm package, bundled, in Chromium, with two adapters and twenty bids."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from evenhand.gate.blocking.block_lists import BlockLists, block_lists
from evenhand.gate.blocking.formats import format_of
from evenhand.model.register import GatePolicy
from tests.unit.gate.registers import NOW, OPEN, SUFFIXES, compiled_gate, row

HERE = Path(__file__).parent
ESBUILD = HERE / "node_modules" / ".bin" / "esbuild"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
VERSIONS = ("11.20", "11.36")
SEATS = ("openx", "goldbach")  # the second tells the type of the medium in its bids' `meta`, the first does not
HOLDING = GatePolicy(unknown="allow", missing="hold", malformed="allow", mismatch="note")

pytestmark = [
    pytest.mark.skipif(not ESBUILD.exists(), reason="not here: `npm ci` in tests/browser brings Prebid.js and esbuild"),
    pytest.mark.skipif(CHROMIUM is None, reason="not here: Chromium (Debian package `chromium`)"),
]


class Auction(NamedTuple):
    """What an auction left: bids that passed, why others did not, and the `badv` of each request."""

    passed: list[str]
    rejected: dict[str, str]
    sent: list[Any]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Bundle Prebid.js, its filter, the adapters and the page, by version."""
    folder = tmp_path_factory.mktemp("bundles")
    entries = [HERE / f"entry-{version.replace('.', '-')}.js" for version in VERSIONS]
    subprocess.run([ESBUILD, *entries, "--bundle", f"--outdir={folder}", "--log-level=warning"], check=True)
    return {version: folder / entry.name for version, entry in zip(VERSIONS, entries, strict=True)}


def auction(bundle: Path, config: object, bids: list[dict[str, Any]], folder: Path) -> Auction:
    """Run one auction in a page opened from disk."""
    case = json.dumps({"config": config, "bids": bids}).replace("<", "\\u003c")
    page = folder / "page.html"
    page.write_text(
        '<!doctype html><meta charset="utf-8"><title>waiting</title><pre id="result"></pre>'
        f'<script type="application/json" id="case">{case}</script>'
        f"<script src={bundle.as_uri()}></script>",
        encoding="utf-8",
    )
    browser = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    dom = subprocess.run(
        [*browser, "--virtual-time-budget=20000", "--dump-dom", page.as_uri()],
        check=True, capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip
    found = re.search(r'<pre id="result">(.*?)</pre>', dom, re.DOTALL)
    assert found
    assert "<title>done</title>" in dom
    return Auction(**json.loads(html.unescape(found[1])))


def made_lists(folder: Path, policy: GatePolicy) -> BlockLists:
    refused = row("pear", "refuse", domains=("pear.example",))
    log = [b"https://m.pear.example/x\n"]
    return block_lists(compiled_gate(folder, refused, policy=policy), NOW, SUFFIXES, log)


def twenty_bids() -> list[dict[str, Any]]:
    """Return ten bids a seat: three of the refused party, one without a domain, six of others."""
    refused = ["pear.example", "www.pear.example", "https://m.pear.example/x"]
    domains = [*([each] for each in refused), None, *([f"plum-{number}.example"] for number in range(6))]
    return [
        {"id": f"{seat}-{number}", "seat": seat, "adomain": domain}
        for seat in SEATS for number, domain in enumerate(domains)
    ]  # fmt: skip


@pytest.mark.parametrize(("version", "policy"), [("11.20", OPEN), ("11.36", OPEN), ("11.36", HOLDING)])
def test_the_export_blocks_the_refused_and_nobody_else(
    pages: dict[str, Path], version: str, policy: GatePolicy, tmp_path: Path
) -> None:
    """Whatever an adapter leaves out of `meta`; and from 11.22 on no request carries the list to the bidders."""
    lists = made_lists(tmp_path, policy)
    config = json.loads(format_of("prebid-js", version).text(lists))

    left = auction(pages[version], config, twenty_bids(), tmp_path)

    numbers = [0, 1, 2] if policy is OPEN else [0, 1, 2, 3]
    assert left.rejected == {f"{seat}-{number}": "Adv domain is not allowed" for seat in SEATS for number in numbers}
    assert sorted({*left.passed, *left.rejected}) == sorted(bid["id"] for bid in twenty_bids())
    assert set(left.passed).isdisjoint(left.rejected)
    assert left.sent == [None if version == "11.36" else list(lists.spelled)] * 2


def test_without_our_configuration_everybody_passes(pages: dict[str, Path], tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    left = auction(pages["11.36"], None, twenty_bids(), tmp_path)

    assert (len(left.passed), left.rejected) == (20, {})


@pytest.mark.parametrize(("version", "check"), [("11.20", "attr"), ("11.36", "mediaTypes")])
def test_a_check_that_is_left_on_rejects_what_an_adapter_omits(
    pages: dict[str, Path], version: str, check: str, tmp_path: Path
) -> None:
    """What our file once did: the module's checks are on by default, and most adapters say nothing of them."""
    config = format_of("prebid-js", version).document(made_lists(tmp_path, OPEN))
    del config["bidResponseFilter"][check]

    left = auction(pages[version], config, twenty_bids(), tmp_path)

    assert {f"openx-{number}" for number in range(3, 10)} <= set(left.rejected)
    assert "openx-5" not in left.passed


def test_a_list_in_the_newer_place_blocks_nobody_in_an_older_version(pages: dict[str, Path], tmp_path: Path) -> None:
    """So the version has to be named."""
    config = format_of("prebid-js", "11.22").document(made_lists(tmp_path, OPEN))

    assert auction(pages["11.20"], config, twenty_bids(), tmp_path).rejected == {}
