"""The weights of names fitted again: `python -m benchmarks.fit_weights`, about three minutes.

Reads the visible halves of the hard set and of the labelled pairs (`EVENHAND_DATA`) and prints one JSON line a way of
splitting them, then the weights. Nothing is written: a person rounds them, looks at the cases and raises `SCORER`.

Logistic regression with a ridge towards the weights in force (Newton's method). A party counts by its best pair of
names, which depends on the weights, so fitting and choosing take turns. Wrong matches weigh three times.
How much the ridge weighs is chosen on inner folds of what is fitted, so that the weights do not learn how the hard set
was made. Every figure of fitted weights is of cases that they were not fitted on: the other half of all entities
(by SHA-256), the fifth fold of entities, or the publisher left out; those in force are shown on the same rows.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.screening.names import weights
from evenhand.screening.names.name_score import NameScore, score_names
from evenhand.screening.parties.other_comparisons import person_terms
from evenhand.screening.parties.profile import WEAK, Profile, profile_of_entity, profile_of_party
from evenhand.store.public_suffixes import PublicSuffixes
from tests.conformance.screening_pairs import rows_of
from tests.conformance.screening_recall import answers, entities_of, index_of
from tests.conformance.screening_rows import entity_from, party_from

_PARTS = ("prior", "cover", "info", "both", "extra", "missing", "whole", "complete", "within", "unlike", "short")
_SHARED = (
    "SAME_NUMBERS", "NUMBER_MORE", "SOME_NUMBERS", "OTHER_NUMBERS", "SAME_FORM", "OTHER_FORM", "OTHER_AIM",
    "OTHER_FORM_OF_CLASS", "OTHER_PLACE", "OTHER_MIDDLE", "OTHER_FATHER", "OTHER_TRADE", "OTHER_SIGN",
)  # fmt: skip
NAMES = (*(f"PERSON.{part}" for part in _PARTS), *(f"ORGANISATION.{part}" for part in _PARTS), *_SHARED)
_LEFT_OUT = ("media_", "natural_", "org_acronym", "handle", "regnumber", "domain", "neg_lookalike", "neg_number_other")
_FOLDS, _INNER = 5, 3
_RIDGES = (5.0, 25.0, 125.0)
_COST = {True: 1.0, False: 3.0}
_PAIRS = ("pairs", "entity_pairs")

Numbers = NDArray[np.float64]


class Cases(NamedTuple):
    """One row of `design` and `beside` a pair of names; `case` says whose; all else stands by case."""

    design: Numbers
    beside: Numbers
    case: NDArray[np.int64]
    label: NDArray[np.bool_]
    kind: NDArray[np.str_]
    entity: NDArray[np.int64]
    publisher: NDArray[np.str_]


def design_of(score: NameScore) -> list[float]:
    """Return the numbers that the weights of `NAMES` are multiplied with to give the score's total."""
    kind = weights.PERSON if score.theirs.person else weights.ORGANISATION
    aligned, support = score.aligned, score.aligned.support
    own = dict.fromkeys(_PARTS, 0.0) | {
        "prior": 1.0,
        "unlike": min(aligned.doubt, 1.5),
        "short": float(bool(score.short)),
    }
    own["cover"], own["info"] = min(support / aligned.shorter, 1.0), min(support, 2.0)
    own |= {part: getattr(score, part) / getattr(kind, part) for part in ("both", "extra", "missing")}
    own["unlike"] *= bool(kind.unlike)
    if score.whole in {kind.within, kind.whole}:
        own["whole" if score.whole == kind.whole else "within"] = 1.0
    else:
        own["complete"] = score.whole / kind.complete
    here = {score.number, score.form, score.place, score.initial, score.trade, score.sign} - {0.0}
    blank = [0.0] * len(_PARTS)
    mine = list(own.values())
    shared = [float(getattr(weights, name) in here) for name in _SHARED]
    return [*(mine + blank if score.theirs.person else blank + mine), *shared]


def in_force() -> Numbers:
    """Return the weights of this version in the order of `NAMES`."""
    own = [getattr(kind, part) for kind in (weights.PERSON, weights.ORGANISATION) for part in _PARTS]
    return np.array([*own, *(getattr(weights, name) for name in _SHARED)])


def read_cases(folder: Path) -> Cases:
    """Return every pair of names that may decide a row: with the entity expected, or with those that lie near."""
    suffixes, rows = PublicSuffixes(), []
    for row, ours, listed in (*_hard(folder / "hard", suffixes), *_pairs(folder / "pairs", suffixes)):
        compared = [found for each in listed for found in _compared(ours, each)]
        rows.append((row, compared or [([0.0] * len(NAMES), -5.0)]))
    flat = [(number, *found) for number, (_, compared) in enumerate(rows) for found in compared]
    return Cases(
        np.array([design for _, design, _ in flat]),
        np.array([beside for _, _, beside in flat]),
        np.array([number for number, _, _ in flat]),
        np.array([row["label"] for row, _ in rows]),
        np.array([row["kind"] for row, _ in rows]),
        np.array([int.from_bytes(sha256(row["entity"].encode()).digest()[:4], "big") for row, _ in rows]),
        np.array([row["publisher"] for row, _ in rows]),
    )


def _compared(ours: Profile, theirs: Profile) -> Iterator[tuple[list[float], float]]:
    beside = sum(term.weight for term in person_terms(ours, theirs))
    for listed in theirs.names:
        for name in ours.names if listed.field != WEAK else ():
            if score := score_names(name, listed):
                yield design_of(score), beside


def _hard(folder: Path, suffixes: PublicSuffixes) -> Iterator[tuple[dict[str, Any], Profile, list[Profile]]]:
    listed = folder / "list.visible.jsonl.gz"
    by_id = defaultdict(list)
    for entity in entities_of(listed):
        by_id[entity.id].append(profile_of_entity(entity))
    rows = [row for row in rows_of(folder / "hard.visible.jsonl.gz") if not row["kind"].startswith(_LEFT_OUT)]
    for row, found in zip(rows, answers(rows, index_of([listed])), strict=True):
        expected = row.get("expected") or []
        near = row.get("near") or ""
        ids = expected or list(dict.fromkeys([near, *(entity_id for entity_id, _, _ in found)]))
        about = {
            "label": bool(expected),
            "kind": row["kind"],
            "entity": str(row.get("near") or (ids or [row["id"]])[0]),
            "publisher": "-".join(str(row.get("near") or (ids or [""])[0]).split("-")[:2]).partition("-")[0],
        }
        party = party_from("q", row["query"].get("schema", "LegalEntity"), row["query"])
        yield about, profile_of_party(party, suffixes), [each for one in ids for each in by_id[one]]


def _pairs(folder: Path, suffixes: PublicSuffixes) -> Iterator[tuple[dict[str, Any], Profile, list[Profile]]]:
    for kind in _PAIRS:
        for row in rows_of(folder / f"{kind}.visible.jsonl"):
            party = party_from("q", row["schema"], row["query"])
            about = {
                "label": bool(row["match"]),
                "kind": kind,
                "entity": str(row["candidate"]),
                "publisher": row["source"].partition("_")[0],
            }
            listed = profile_of_entity(entity_from("c", row["schema"], row["candidate"]))
            yield about, profile_of_party(party, suffixes), [listed]


def fit(cases: Cases, training: NDArray[np.bool_], ridge: float) -> tuple[Numbers, float]:
    """Return the weights that the training cases ask for, and what bare names are over or under the threshold."""
    start = theta = in_force()
    bare = np.isin(cases.kind, _PAIRS)
    costs = np.where(bare, 3.0, np.where(cases.label, _COST[True], _COST[False])) * training
    threshold = 0.0
    for _ in range(4):
        best = _best_rows(cases, cases.design @ theta + cases.beside)
        design, beside = cases.design[best], cases.beside[best] - np.where(bare, 0.0, weights.MARGIN)
        for _ in range(6):
            odds = np.clip(design @ theta + beside + threshold * bare, -30, 30)
            chance = 1 / (1 + np.exp(-odds))
            miss, bend = costs * (chance - cases.label), costs * chance * (1 - chance)
            slope = design.T @ miss + ridge * (theta - start)
            curve = (design * bend[:, None]).T @ design + ridge * np.eye(len(theta))
            theta = theta - np.linalg.solve(curve, slope)
            threshold -= miss[bare].sum() / (bend[bare].sum() + 1e-3)
    return theta, threshold


def fit_with_penalty(cases: Cases, training: NDArray[np.bool_]) -> Numbers:
    """Return the weights of the ridge that tells best what inner folds of the training cases hold out."""
    inner = cases.entity // _FOLDS % _INNER
    misses = {
        ridge: sum(
            _miss(cases, training & (inner == fold), *fit(cases, training & (inner != fold), ridge))
            for fold in range(_INNER)
        )
        for ridge in _RIDGES
    }
    best = min(misses, key=misses.__getitem__)
    print(f"ridge {best:g}: { ({ridge: round(miss, 1) for ridge, miss in misses.items()}) }")
    return fit(cases, training, best)[0]


def _miss(cases: Cases, asked: NDArray[np.bool_], theta: Numbers, threshold: float) -> float:
    """Return the log-loss of weights on some cases, wrong matches three times."""
    totals = cases.design @ theta + cases.beside
    best = totals[_best_rows(cases, totals)]
    bare = np.isin(cases.kind, _PAIRS)
    odds = np.where(bare, best + threshold, best - weights.MARGIN) * np.where(cases.label, 1, -1)
    costs = np.where(bare, 3.0, np.where(cases.label, _COST[True], _COST[False])) * asked
    return float((costs * np.logaddexp(0, -odds)).sum())


def held_out(cases: Cases, groups: NDArray[Any]) -> Numbers:
    """Return the totals of every pair of names under weights fitted on all groups but its own."""
    totals = np.zeros(len(cases.case))
    for group in np.unique(groups):
        own = (groups == group)[cases.case]
        totals[own] = cases.design[own] @ fit_with_penalty(cases, groups != group)
    return totals + cases.beside


def _best_rows(cases: Cases, totals: Numbers) -> NDArray[np.int64]:
    order = np.lexsort((totals, cases.case))
    last = np.append(cases.case[order][1:] != cases.case[order][:-1], [True])
    best: NDArray[np.int64] = order[last]
    return best


def figures(cases: Cases, totals: Numbers) -> dict[str, float]:
    """Return recall where 1 % and 0.2 % of hard negatives are found, and F1 of the pairs at their best threshold."""
    best = totals[_best_rows(cases, totals)]
    bare, negative = np.isin(cases.kind, _PAIRS), np.char.startswith(cases.kind, "neg_")
    found = {}
    for name, rate in (("recall at 1 %", 0.01), ("recall at 0.2 %", 0.002)):
        threshold = np.quantile(best[negative], 1 - rate)
        found[name] = round(float((best[cases.label & ~bare] > threshold).mean()), 4)
    found["recall at the threshold"] = round(float((best[cases.label & ~bare] > weights.MARGIN).mean()), 4)
    found["false at the threshold"] = round(float((best[negative] > weights.MARGIN).mean()), 4)
    for kind in _PAIRS:
        scored, label = best[cases.kind == kind], cases.label[cases.kind == kind]
        f1 = [2 * (label & (scored >= t)).sum() / ((scored >= t).sum() + label.sum()) for t in scored]
        found[f"f1 {kind}"] = round(float(max(f1)), 4)
    return found


def main() -> None:
    """Print the figures of the weights in force and of fitted ones on what these did not see, then the weights."""
    cases = read_cases(Path(os.environ.get("EVENHAND_DATA", "../shared/data")) / "screening")
    print(json.dumps({"in force": figures(cases, cases.design @ in_force() + cases.beside)}))
    splits = {"halves": cases.entity % 2, "entities": cases.entity % _FOLDS, "publishers": cases.publisher}
    for name, groups in splits.items():
        print(json.dumps({f"fitted on other {name}": figures(cases, held_out(cases, groups))}))
    fitted = fit_with_penalty(cases, np.ones(len(cases.label), np.bool_))
    print(json.dumps(dict(zip(NAMES, fitted.round(2).tolist(), strict=True))))


if __name__ == "__main__":
    main()
