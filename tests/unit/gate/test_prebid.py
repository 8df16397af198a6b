"""Prebid's three configurations, written and read."""

import json
import re
from pathlib import Path

import pytest

from evenhand.gate.blocking.block_lists import BlockLists, block_lists
from evenhand.gate.blocking.drift import drift
from evenhand.gate.blocking.prebid import GO, JAVA, JAVA_BEFORE_4, JS, JS_BEFORE_11_22, Prebid
from evenhand.model.errors import BadInput
from evenhand.model.register import GatePolicy
from tests.unit.gate.registers import NOW, OPEN, SUFFIXES, compiled_gate, row

HOST = Path("host.json")
MISSING = GatePolicy(unknown="allow", missing="hold", malformed="allow", mismatch="note")


@pytest.fixture
def lists(tmp_path: Path) -> BlockLists:
    return made(tmp_path)


def made(folder: Path, policy: GatePolicy = MISSING) -> BlockLists:
    pear = row("pear", "refuse", domains=("pear.example",), bundles=("com.pear",))
    return block_lists(compiled_gate(folder, pear, policy=policy), NOW, SUFFIXES)


def test_the_server_in_go_takes_underscores(lists: BlockLists) -> None:
    """docs.prebid.org, ORTB2 Blocking Module: `hooks.modules.prebid.ortb2blocking`."""
    assert json.loads(GO.text(lists)) == {"hooks": {"modules": {"prebid": {"ortb2blocking": {"attributes": {
        "badv": {
            "enforce_blocks": True, "block_unknown_adomain": True,
            "blocked_adomain": ["pear.example", "www.pear.example"],
        },
        "bapp": {"enforce_blocks": True, "blocked_app": ["com.pear"]},
    }}}}}}  # fmt: skip


@pytest.mark.parametrize(("form", "module"), [(JAVA, "pb-ortb2-blocking"), (JAVA_BEFORE_4, "ortb2-blocking")])
def test_the_server_in_java_takes_hyphens_and_the_name_of_its_version(
    lists: BlockLists, form: Prebid, module: str
) -> None:
    """A module of another name is passed over in silence; 4.0 gave all modules new ones."""
    assert json.loads(form.text(lists)) == {"hooks": {"modules": {module: {"attributes": {
        "badv": {
            "enforce-blocks": True, "block-unknown-adomain": True,
            "blocked-adomain": ["pear.example", "www.pear.example"],
        },
        "bapp": {"enforce-blocks": True, "blocked-app": ["com.pear"]},
    }}}}}  # fmt: skip


OFF = {"enforce": False, "blockUnknown": False}


def test_prebid_js_gets_every_check_that_is_on_by_default_switched_off(lists: BlockLists) -> None:
    """Bids whose adapter tells no category, attribute or type of medium would fall: most of all bids."""
    badv = ["pear.example", "www.pear.example"]

    assert json.loads(JS.text(lists)) == {
        "bidResponseFilter": {
            "adv": {"enforce": True, "blockUnknown": True, "badv": badv}, "cat": OFF, "attr": OFF, "mediaTypes": OFF,
        },
    }  # fmt: skip
    assert json.loads(JS_BEFORE_11_22.text(lists)) == {
        "ortb2": {"badv": badv},
        "bidResponseFilter": {
            "adv": {"enforce": True, "blockUnknown": True}, "cat": OFF, "attr": OFF, "mediaTypes": OFF,
        },
    }  # fmt: skip


def test_a_bid_that_names_nobody_passes_where_the_operator_lets_it(tmp_path: Path) -> None:
    """58 % of the corpus' bids have no `adomain`: the switch must not be on by mistake."""
    lists = made(tmp_path, OPEN)

    assert JS.document(lists)["bidResponseFilter"]["adv"]["blockUnknown"] is False
    assert GO.due(lists).switches["badv.block_unknown_adomain"] is False


@pytest.mark.parametrize("form", [GO, JAVA, JS])
def test_what_else_a_host_has_in_its_file_is_its_own(lists: BlockLists, form: Prebid) -> None:
    """Other modules, other attributes, exceptions for deals: not ours to compare."""
    host = json.loads(form.text(lists))
    host["hooks" if form is not JS else "bidResponseFilter"] |= {"execution_plan": {"x": [1]}, "site": {"badv": ["a"]}}
    host |= {"debug": True}

    assert form.read(json.dumps(host).encode(), HOST) == form.due(lists)


def test_lists_and_switches_that_differ_are_named(lists: BlockLists) -> None:
    """A list that is there but not enforced is drift like one that lacks an entry."""
    host = GO.document(lists)
    attributes = host["hooks"]["modules"]["prebid"]["ortb2blocking"]["attributes"]
    attributes["badv"] = {"enforce_blocks": False, "blocked_adomain": ["pear.example", "plum.example"]}
    attributes["bapp"]["blocked_app"] = None

    found = drift(GO.due(lists), GO.read(json.dumps(host).encode(), HOST))

    assert found.missing == (
        "badv.block_unknown_adomain=true", "badv.enforce_blocks=true", "com.pear", "www.pear.example",
    )  # fmt: skip
    assert found.extra == ("badv.block_unknown_adomain=false", "badv.enforce_blocks=false", "plum.example")
    assert found.same == 1


def test_a_switch_that_prebid_js_does_not_find_is_on(lists: BlockLists) -> None:
    """What is absent there is true, but for `attr.blockUnknown` from 11.21 on; in the server it is false."""
    found, older = (form.read(b'{"bidResponseFilter":{}}', HOST) for form in (JS, JS_BEFORE_11_22))

    assert {name for name, on in found.switches.items() if not on} == {"bidResponseFilter.attr.blockUnknown"}
    assert set(older.switches.values()) == {True}
    assert "bidResponseFilter.mediaTypes.enforce=true" in drift(JS.due(lists), found).extra


@pytest.mark.parametrize(
    ("form", "data", "says"),
    [
        (GO, b"", "host.json: not JSON"),
        (GO, b"\xff", "host.json: not JSON"),
        (GO, b"[" * 100_000, "host.json: not JSON"),
        (GO, b"pbjs.setConfig({})", "host.json: not JSON"),
        (GO, b"[]", "expected an object at `hooks.modules.prebid.ortb2blocking.attributes`; name the host's format"),
        (
            JAVA,
            b'{"hooks":{"modules":{"prebid":{}}}}',
            "expected an object at `hooks.modules.pb-ortb2-blocking.attributes`",
        ),
        (JS, b'{"hooks":{}}', "expected an object at `bidResponseFilter`"),
        (
            JS_BEFORE_11_22,
            b'{"ortb2":{"badv":"pear.example"}}',
            "host.json: ortb2.badv: Expected `array | null`, got `str`",
        ),
        (JS_BEFORE_11_22, b'{"ortb2":{"badv":[7]}}', "ortb2.badv: Expected `str`, got `int` - at `$[0]`"),
        (
            JS,
            b'{"bidResponseFilter":{"adv":{"enforce":1}}}',
            "bidResponseFilter.adv.enforce: Expected `bool | null`",
        ),
    ],
)
def test_a_file_of_another_format_is_one_clear_error(form: Prebid, data: bytes, says: str) -> None:
    """It must never pass for a host on which everything is missing."""
    with pytest.raises(BadInput) as raised:
        form.read(data, HOST)

    assert says in str(raised.value)


def test_the_execution_plans_of_the_page_name_both_stages_of_the_modules_that_we_write() -> None:
    """A plan with one stage tells bidders and rejects nothing, or the other way round."""
    page = (Path(__file__).parents[3] / "docs/how-to/export-block-lists.md").read_text(encoding="utf-8")
    plans = [json.loads(each) for each in re.findall(r"```json\n(\{\"hooks\".*?)```", page, re.DOTALL)]

    for plan, form, sign in zip(plans, (GO, JAVA), "_-", strict=True):
        stages = plan["hooks"][f"execution{sign}plan"]["endpoints"]["/openrtb2/auction"]["stages"]
        assert set(stages) == {f"bidder{sign}request", f"raw{sign}bidder{sign}response"}
        for stage in stages.values():
            (hook,) = stage["groups"][0][f"hook{sign}sequence"]
            assert hook[f"module{sign}code"] == ".".join(form.module[2:-1])
