"""Rulebooks that are wrong in one way each: the house rulebook with a few lines changed, built when a test asks.

Each overlay says which lines it changes, what the linter must find and what proofs must answer.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evenhand.policy.rulebook.format import formatted

HOUSE = Path(__file__).parents[1] / "rulebooks" / "house"
AT = "2026-03-01"

Finding = tuple[str, str]


@dataclass(frozen=True)
class Overlay:
    """What is replaced in `house.cedar`, what is added to its end, and what lint and proofs must say of the result.

    `questions` are lines of `tests/questions.jsonl` without day and rulebook; one with `other` asks of the house.
    """

    replaced: Mapping[str, str] = field(default_factory=dict)
    added: str = ""
    lint: Sequence[Finding] = ()
    questions: Sequence[Mapping[str, str]] = ()


def _extra(condition: str, verdict: str = "refuse", **notes: str) -> str:
    annotations = {
        "id": "extra", "title": "Made up", "verdict": verdict, "ground": "contract", "notice_days": "0",
        "sor_category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC", "effective_from": "2018-01-01",
        "owner": "policy-office",
    } | notes  # fmt: skip
    head = "".join(f'@{name}("{value}")\n' for name, value in annotations.items())
    scope = 'principal is Advertiser, action in [Action::"buy", Action::"serve"], resource'
    return f"\n{head}forbid ({scope})\nwhen {{ {condition} }};\n"


def _asks(name: str, property_: str, expect: str, why: str, **parameters: str) -> dict[str, str]:
    return {"id": name, "property": property_, "expect": expect, "why": why, **parameters}


OVERLAYS: Mapping[str, Overlay] = {
    "country-behind-list": Overlay(
        added=_extra(
            'principal.country == "RU" && principal in Designation::"house-asset-freeze"',
            criteria="Made up: whoever is on the list",
        ),
        lint=[("reads-protected", "extra")],
        questions=[
            _asks("country-behind-list", "neutral", "proved", "the list refuses anyway", **{"class": "nationality"}),
            _asks("country-behind-list-shadowed", "shadowed", "proved", "without it every outcome stays", rule="extra"),
        ],
    ),
    "guilt-by-association": Overlay(
        added=_extra("principal.association.listed_links >= 3"),
        lint=[("refuses-on-association", "extra")],
        questions=[_asks("guilt", "not_by_association", "refuted", "three links refuse")],
    ),
    "host-suffix": Overlay(
        added=_extra('resource.landing_host like "*.cn"', "hold"),
        lint=[("reads-protected", "extra"), ("gate-not-told", "extra")],
        questions=[_asks("host-suffix", "neutral", "refuted", "a proxy of a country", **{"class": "nationality"})],
    ),
    "law-everywhere": Overlay(
        added=_extra(
            "context.political && principal has third_country_controlled && principal.third_country_controlled",
            ground="illegal",
            legal_basis="Regulation (EU) 2024/900 | 5(2) | EU",
            relies_on="Advertiser.third_country_controlled",
        ),
        lint=[("basis-without-territory", "extra")],
        questions=[_asks("law-everywhere", "in_scope", "refuted", "asks for no territory", rule="extra")],
    ),
    "names-a-country": Overlay(
        added=_extra('principal has media && principal.country == "RU"'),
        lint=[("reads-protected", "extra")],
        questions=[_asks("names-a-country", "neutral", "refuted", "country decides", **{"class": "nationality"})],
    ),
    "names-parties": Overlay(
        added=_extra('principal == Advertiser::"rt" || principal == Advertiser::"sputnik"'),
        lint=[("names-party", "extra")],
        questions=[
            _asks("names-parties-diff", "equivalent", "refuted", "two more are refused", other=""),
            _asks("names-parties-neutral", "neutral", "proved", "a name is no country", **{"class": "nationality"}),
            _asks("names-parties-identity", "neutral", "refuted", "another id is allowed", **{"class": "identity"}),
        ],
    ),
    "overflow": Overlay(
        added=_extra("principal.association.cluster_size * principal.association.listed_links > 1000000"),
        lint=[("refuses-on-association", "extra")],
        questions=[_asks("overflow", "never_errors", "refuted", "a product of 64 bits", rule="extra")],
    ),
    "rewritten": Overlay(
        replaced={
            "when { context.political && !context.payer_disclosed };": (
                "unless { !context.political || context.payer_disclosed };"
            ),
            "when { principal.evidence.named_sources >= 2 || principal.evidence.official_documents >= 1 };": (
                "when { !(principal.evidence.named_sources <= 1 && principal.evidence.official_documents <= 0) };"
            ),
        },
        questions=[_asks("rewritten", "equivalent", "proved", "same meaning, other words", other="")],
    ),
    "spend-threshold": Overlay(
        replaced={
            "when { context.political && principal.verification < 2 };": (
                "when { context.political && principal.verification < 2 && principal.spend_micros < 100000000000 };"
            )
        },
        lint=[("reads-protected", "unverified-political-advertiser")],
        questions=[_asks("spend-threshold", "neutral", "refuted", "large spenders are exempt", **{"class": "spend"})],
    ),
    "unnamed-sources": Overlay(
        added=_extra("principal.evidence.anonymous_sources >= 7 && principal.evidence.named_sources == 0"),
        lint=[("refuses-on-anonymous", "extra"), ("refuses-on-claims", "extra")],
        questions=[
            _asks("unnamed", "not_by_anonymous", "refuted", "seven unnamed sources refuse"),
            _asks("unnamed-alone", "not_by_claims_alone", "refuted", "seven unnamed sources refuse alone"),
        ],
    ),
    "one-outlet": Overlay(
        added=_extra("principal.evidence.named_sources >= 2 && !principal.evidence.denied"),
        lint=[("refuses-on-claims", "extra")],
        questions=[
            _asks("outlet", "not_by_claims_alone", "refuted", "two sources of one outlet refuse, nothing else"),
            _asks("outlet-named", "not_by_anonymous", "proved", "they have names"),
        ],
    ),
}  # fmt: skip


def overlaid(text: str, overlay: Overlay) -> str:
    """Return a text with an overlay's changes; each text to replace must be there exactly once."""
    for old, new in overlay.replaced.items():
        if text.count(old) != 1:
            raise AssertionError(f"to be replaced once, found {text.count(old)} times: {old}")
        text = text.replace(old, new)
    return text + overlay.added


def write_house_with_overlays(folder: Path) -> Path:
    """Write the house rulebook with each overlay as `variants/NAME.cedar`, as networks of version 0.1 have it."""
    shutil.copytree(HOUSE, folder)
    text = (HOUSE / "house.cedar").read_text(encoding="utf-8")
    (folder / "variants").mkdir()
    lint, questions = list[dict[str, Any]](), list[dict[str, Any]]()
    for name, overlay in OVERLAYS.items():
        variant = f"variants/{name}.cedar"
        (folder / variant).write_text(formatted(overlaid(text, overlay), folder / variant), encoding="utf-8")
        lint.append({"rulebook": variant, "expect": overlay.lint})
        for each in overlay.questions:
            questions.append({**each, "at": AT, "other" if "other" in each else "rulebook": variant})
    _append_lines(folder / "tests" / "lint.jsonl", lint)
    _append_lines(folder / "tests" / "questions.jsonl", questions)
    return folder


def _append_lines(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(each) + "\n" for each in lines)
