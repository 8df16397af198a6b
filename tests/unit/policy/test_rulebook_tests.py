"""A rulebook's own tests: what they find, what is no test, and which rules they reach."""

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand.model.errors import BadInput, RulebookInvalid
from evenhand.policy.attribute_roles import roles, without_protected
from evenhand.policy.rulebook_tests import RulebookTestReport, run_rulebook_tests
from evenhand.policy.schema import read_schema
from evenhand.store.shipped_rulebooks import shipped_rulebook
from tests.unit.policy.made_up import HOUSE, PERMIT, TWO_NAMES, entity, facts, folder_with, forbid, pack, raw

BUY = 'principal, action in [Action::"buy", Action::"serve"], resource'
POLITICAL = forbid("context.political", scope=BUY)
ROLES = roles(read_schema((HOUSE / "schema.cedarschema").read_text()))


def report_of(folder: Path, *trials: dict[str, Any], rule: str = POLITICAL, **files: str) -> RulebookTestReport:
    """Return the report of a made-up rulebook with these tests."""
    folder_with(folder, PERMIT, rule)
    (folder / "tests").mkdir()
    (folder / "tests" / "requests.jsonl").write_text("\n".join(json.dumps(each) for each in trials) + "\n\n")
    for name, text in files.items():
        (folder / "tests" / f"{name}.jsonl").write_text(text)
    return run_rulebook_tests(folder)


def trial(name: str, request: str = "plain-commercial", **more: Any) -> dict[str, Any]:
    """Return a request of the house's pack as a test of its own."""
    return {"id": name, **raw(request), **more}


@pytest.mark.parametrize("folder", [HOUSE, TWO_NAMES, shipped_rulebook("staff")], ids=lambda folder: folder.name)
def test_the_shipped_rulebooks_pass_their_own_tests_and_every_rule_is_reached(folder: Path) -> None:
    """What ships is tested, and no rule of it is untried."""
    report = run_rulebook_tests(folder, historic=True)

    assert [(each.id, each.wrong) for each in report.tests if each.wrong] == []
    assert (report.failed, report.lint, report.unreached) == (0, (), ())
    assert len(report.tests) == len(pack(folder))
    assert len(report.sha256) == 64


def test_an_overlay_fails_the_tests_of_the_house(house_with_overlays: Path) -> None:
    """The tests can tell a rulebook that is wrong in one way."""
    report = run_rulebook_tests(house_with_overlays, "variants/names-a-country.cedar")

    wrong = {each.id: each.wrong for each in report.tests if each.wrong}
    assert wrong["public-broadcaster-mirror"] == (
        "decision deny; expected allow",
        "outcome refuse; expected allow",
        "reasons extra; expected open-to-all",
        "its mirror public-broadcaster is ruled allow by open-to-all, errors none",
    )
    assert set(wrong) == {
        "public-broadcaster-mirror", "state-news-RU", "state-news-CN", "state-news-US", "big-spender",
    }  # fmt: skip
    assert report.failed == len(wrong)


def test_a_ruling_otherwise_than_expected_is_told(tmp_path: Path) -> None:
    """What is not said may be anything; order does not count."""
    expect = {"outcome": "refuse", "reasons": ["open", "a"], "errors": ["x"]}
    right = trial("right", expect={"decision": "allow", "reasons": ["open"]})

    report = report_of(tmp_path, trial("wrong", expect=expect), trial("unsaid"), right)

    assert [each.wrong for each in report.tests] == [
        ("outcome allow; expected refuse", "reasons open; expected open, a", "errors none; expected x"), (), (),
    ]  # fmt: skip
    assert report.failed == 1


def test_reasons_are_a_set(tmp_path: Path) -> None:
    """Anyone who writes a test need not know in what order rules are named."""
    rules = forbid("true", "first") + forbid("true", "second")

    report = report_of(tmp_path, trial("one", expect={"reasons": ["second", "first"]}), rule=rules)

    assert report.failed == 0


def test_a_rule_that_no_test_reaches_is_named(tmp_path: Path) -> None:
    """Neither satisfied nor in error: nobody knows what it does."""
    report = report_of(tmp_path, trial("one"), trial("two", "payer-pay-out"))

    assert [(each.rule, each.satisfied, each.silent) for each in report.rules] == [("open", 2, 0), ("made-up", 0, 1)]
    assert report.unreached == ("made-up",)


def test_a_mirror_that_is_ruled_otherwise_or_is_none_is_wrong(tmp_path: Path) -> None:
    """Equal but for what no rule may look at: the same ruling, and really equal."""
    other, poorer = trial("other", mirror_of="one"), trial("poorer", mirror_of="one")
    entity(other, "Advertiser")["attrs"]["country"] = "XX"
    entity(poorer, "Advertiser")["attrs"]["verification"] = 0
    rule = forbid('principal.country == "XX"', scope="principal is Advertiser, action, resource")

    report = report_of(tmp_path, trial("one"), other, poorer, rule=rule)

    assert [each.wrong for each in report.tests] == [
        (),
        ("its mirror one is ruled allow by open, errors none",),
        ("not a mirror of one: it differs in more than protected attributes",),
    ]


def test_mirrors_are_equal_without_what_is_protected() -> None:
    """Attributes, proxies of the context, and who the principal is; nothing else."""
    one, other, third = raw("plain-commercial"), raw("plain-commercial"), raw("plain-commercial")
    for plain in (other, third):
        plain["principal"]["id"] = entity(plain, "Advertiser")["uid"]["id"] = "another"
        entity(plain, "Advertiser")["attrs"] |= {"country": "XX", "spend_micros": 1, "languages": ["xx"]}
        entity(plain, "Campaign")["attrs"]["landing_host"] = "another.example"
        plain["context"]["origin_ip"] = {"__extn": {"fn": "ip", "arg": "10.0.0.1"}}
    third["context"]["political"] = True

    bare = [without_protected(facts(each), ROLES) for each in (one, other, third)]

    assert bare[0] == bare[1]
    assert bare[0] != bare[2]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (['{"id": "a"'], "requests.jsonl:1: "),
        (["", json.dumps({"id": "a"})], "requests.jsonl:2: Object missing required field"),
        ([json.dumps(trial("a", unknown=1))], "unknown field"),
        ([json.dumps(trial("a"))] * 2, "requests.jsonl:2: duplicate test id `a`"),
        ([json.dumps(trial("a", mirror_of="b"))], "`mirror_of` of test a names no test `b`"),
        (["[" * 100_000], "requests.jsonl:1: "),
    ],
)  # fmt: skip
def test_what_is_no_test_is_refused_with_its_line(tmp_path: Path, lines: list[str], says: str) -> None:
    """A test that is skipped in silence tests nothing."""
    folder = folder_with(tmp_path, PERMIT)
    (folder / "tests").mkdir()
    (folder / "tests" / "requests.jsonl").write_text("\n".join(lines))

    with pytest.raises(BadInput) as raised:
        run_rulebook_tests(folder)

    assert says in str(raised.value)


def test_a_rulebook_without_tests_or_with_lint_errors_is_not_tried(tmp_path: Path) -> None:
    """Nothing to say is said."""
    with pytest.raises(BadInput, match="no test file"):
        run_rulebook_tests(folder_with(tmp_path, PERMIT))
    with pytest.raises(RulebookInvalid, match="names-party"):
        run_rulebook_tests(TWO_NAMES)


def test_what_the_linter_should_say_is_tested_too(tmp_path: Path) -> None:
    """Expected and not said, said and not expected."""
    rule = forbid('principal.country == "XX"', scope="principal is Advertiser, action, resource")
    told = '{"rulebook": "rules.cedar", "expect": [["names-party", "open"]]}\n'

    report = report_of(tmp_path / "a", trial("one"), rule=rule, lint=told)

    assert report.lint == (
        'tests/lint.jsonl, line 1: rules.cedar: missed names-party of open: take ["names-party", "open"] out of'
        " `expect`",
        "tests/lint.jsonl, line 1: rules.cedar: unexpected reads-protected of made-up: mend the rule, or add"
        ' ["reads-protected", "made-up"] to `expect`',
    )
    assert report.failed == 2
    with pytest.raises(BadInput, match=r"lint\.jsonl:1: "):
        report_of(tmp_path / "b", trial("one"), lint="{}")
    with pytest.raises(BadInput, match=r"lint\.jsonl:2: .* names no file .* `rulse.cedar`; expected rules.cedar"):
        report_of(tmp_path / "c", trial("one"), lint=told + '{"rulebook": "rulse.cedar", "expect": []}')
