"""All standing questions of a made rulebook, from text to last answer: `python -m benchmarks.policy_proof [--quick]`.

The last line is one JSON object: `{"policies","seconds","proved","refuted","unknown", …}`. The rulebook is the house's
and rules of its kind, one place and kind of content each; `--policies` says how many, `--second` asks cvc5 too.
`seconds` is the whole: reading, validation and lint of the text, and every answer; `read_s` is the first part.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.sizes import at_least
from evenhand.cli.common import collector_at_rest
from evenhand.policy.proofs.proof_processes import cores
from evenhand.policy.proofs.prover import Prover, prover_rulebook
from evenhand.policy.proofs.questions import release_questions
from evenhand.policy.proofs.time_limit import prove_within
from evenhand.policy.rulebook.reading import read_folder

HOUSE = Path(__file__).parents[1] / "rulebooks" / "house"
POLICIES, QUICK = 1_000, 50
LIMIT_S = 600.0
AT = "2026-03-01"
FILES = ("schema.cedarschema", "house.cedar", "designations.json")
KINDS = (
    "news",
    "opinion",
    "political",
    "issue",
    "entertainment",
    "sport",
    "travel",
    "commercial",
    "public_information",
)
LISTS = ("asset-freeze", "caatsa-231", "house-review")

_RULE = """
@id("{id}")
@title("{title}")
@verdict("{verdict}"){more}
@ground("contract")
@criteria("made up for a benchmark")
@notice_days("{days}")
@effective_from("2018-01-01")
@owner("policy-office")
forbid (principal is Advertiser, action in [Action::"buy", Action::"serve"], resource)
when {{ {condition} }};
"""


def main() -> None:
    """Make a rulebook, ask it everything and print the figures as one JSON object on the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} policies and not {POLICIES:,}")
    parser.add_argument("--policies", type=at_least(1))
    parser.add_argument("--second", action="store_true", help="ask the second solver too")
    parser.add_argument("--workers", type=at_least(1), default=cores(), help="processes, as many as there are cores")
    arguments = parser.parse_args()
    policies = arguments.policies or (QUICK if arguments.quick else POLICIES)
    print(json.dumps(measure(policies, arguments.second, arguments.workers)))


def measure(policies: int, second: bool, workers: int) -> dict[str, Any]:
    """Return the figures of a made rulebook of so many policies."""
    with tempfile.TemporaryDirectory() as folder, collector_at_rest():
        made_rulebook(Path(folder), policies)
        start = time.perf_counter()
        source = read_folder(Path(folder))
        read_s = time.perf_counter() - start
        prover = Prover(prover_rulebook(source), second)
        questions = release_questions(source.policies, source.schema, AT)
        certificates = list(prove_within(prover, [each.question for each in questions], LIMIT_S, workers))
        seconds = time.perf_counter() - start
    results = Counter(each.result for each in certificates)
    return {
        "policies": len(source.policies),
        "seconds": round(seconds, 3),
        "read_s": round(read_s, 3),
        "questions": len(questions),
        **{name: results[name] for name in ("proved", "refuted", "unknown")},
        "by_reading": sum(each.by == ("reading",) for each in certificates),
        "queries": sum(len(each.smtlib_sha256) for each in certificates),
    }


def made_rulebook(folder: Path, policies: int) -> None:
    """Write the house's rulebook with rules like it, so many in all, the same for the same number."""
    for name in FILES:
        (folder / name).write_bytes((HOUSE / name).read_bytes())
    have = (HOUSE / "house.cedar").read_text(encoding="utf-8").count("@id(")
    chance = random.Random(policies)
    rules = (_RULE.format(id=f"made-{place}", **made_rule(place, chance)) for place in range(policies - have))
    (folder / "more.cedar").write_text("".join(rules), encoding="utf-8")


def made_rule(place: int, chance: random.Random) -> dict[str, str]:
    """Return what a made rule says: of some place, kind of content and party."""
    territory = f"{chr(65 + place // 26 % 26)}{chr(65 + place % 26)}"
    kind = chance.choice(KINDS)
    verdict, more = chance.choice((
        ("refuse", ""), ("hold", ""), ("hold", ""),
        ("limit", '\n@limit("daily_reach_10000")'), ("label", '\n@label("political_advertisement")'),
    ))  # fmt: skip
    parts = [f'context.territories.contains("{territory}")', f'resource.content.contains(ContentKind::"{kind}")']
    chance.shuffle(parts)
    party = chance.choice(list(_parties(chance)))
    return {
        "title": f"Rule {place} of {territory}", "verdict": verdict, "more": more,
        "days": str(chance.choice((0, 7, 30))),
        "condition": " && ".join((*parts, party)),
    }  # fmt: skip


def _parties(chance: random.Random) -> Iterator[str]:
    """Yield what a made rule may ask of the party."""
    yield f"principal.verification < {chance.randint(1, 3)}"
    yield f"principal.designated_share_bp >= {chance.randrange(100, 2_500, 100)}"
    yield f'context.payer in Designation::"{chance.choice(LISTS)}"'
    yield f"principal.evidence.named_sources >= {chance.randint(1, 9)} && !principal.evidence.denied"
    yield 'principal has media && principal.media.control.contains(ControlType::"political_pressure")'
    yield f'principal.association.similarity.greaterThan(decimal("0.{chance.randint(5, 9)}"))'
    yield f"(context.payer.verification < {chance.randint(1, 3)} || context.payer.designated_share_bp > 100)"
    yield (
        'principal.first_seen >= datetime("2000-01-01") && principal.first_seen < datetime("2200-01-01") && '
        'context.at >= datetime("2000-01-01") && context.at < datetime("2200-01-01") && '
        f'context.at.durationSince(principal.first_seen) < duration("{chance.randint(1, 60)}d")'
    )


if __name__ == "__main__":
    main()
