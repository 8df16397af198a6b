"""Near-duplicate texts of creatives: `python -m benchmarks.influence_texts [--quick]`; the last line is JSON.

Made advertisements, three in ten of which repeat an earlier one with up to three words replaced. `recall` is that of
clusters against every pair of a sample compared plainly, `hard_recall` that of pairs whose likeness is below 0.8. The
plain twin builds sketches as datasketch does (128 permutations by numpy, a text at a time) and finds candidates in 16
bands; it runs on a part of the same texts. Seconds are of the processor, on one core, with the collector of reference
rings at rest as in a run of the product; `wall_texts_per_s_runs` are the same runs by the clock on the wall.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha1
from itertools import combinations
from typing import Any

import numpy as np

from benchmarks.words import BRANDS, FAMILY, GIVEN, PLACES, TRADES
from evenhand.cli.common import collector_at_rest
from evenhand.influence import similar_texts
from evenhand.influence.similar_texts import LIKE, plain_text
from evenhand.influence.text_sketches import SHINGLE

FULL, QUICK = 100_000, 10_000
SAMPLE, TWIN, REPEATS = 2_000, 2_000, 5
_PRIME = (1 << 61) - 1
_COMMON = (
    "and the of to for with from your our new best now today free only until order save buy see more all in at on by "
    "every week month delivery price offer sale shop home family summer winter fresh local made quality"
)


def main() -> None:
    """Make the texts, find like ones both ways, and print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} texts instead of {FULL:,}")
    print(json.dumps(measure(QUICK if parser.parse_args().quick else FULL)))


def measure(count: int) -> dict[str, Any]:
    """Return the figures for so many made texts."""
    texts = made_texts(count)
    rows = [(f"c{number:06d}", text) for number, text in enumerate(texts)]
    similar_texts(rows[:100])
    seconds, wall = [], []
    for _ in range(REPEATS):
        with collector_at_rest():
            started, began = time.process_time(), time.perf_counter()
            found = similar_texts(rows)
            seconds.append(time.process_time() - started)
            wall.append(time.perf_counter() - began)
    sample = _sample(rows)
    like = _like_pairs(sample)
    together = [share for share, a, b in like if found.object_ids[a] == found.object_ids[b]]
    hard = [share for share, _, _ in like if share < 0.8]
    started = time.process_time()
    twin = _twin_pairs(sample[:TWIN])
    twin_rate = TWIN / (time.process_time() - started)
    rate = count / sorted(seconds)[REPEATS // 2]
    return {
        "texts": count,
        "letters": round(sum(map(len, texts)) / count),
        "texts_per_s": round(rate),
        "texts_per_s_runs": [round(count / each) for each in seconds],
        "wall_texts_per_s_runs": [round(count / each) for each in wall],
        "clusters": len(found.clusters),
        "not_compared": found.not_compared,
        "sample_pairs": len(like),
        "recall": round(len(together) / len(like), 4),
        "hard_pairs": len(hard),
        "hard_recall": round(sum(share < 0.8 for share in together) / len(hard), 4),
        "twin_texts_per_s": round(twin_rate),
        "twin_recall": round(sum((a, b) in twin for _, a, b in like) / len(like), 4),
        "ratio": round(rate / twin_rate, 1),
    }


def made_texts(count: int) -> list[str]:
    """Return made advertisements; three in ten repeat an earlier one with some words replaced."""
    drawn = random.Random(20201103)
    words = [*_COMMON.split() * 8, *(each.lower() for each in (*BRANDS, *PLACES, *TRADES, *GIVEN, *FAMILY))]
    texts: list[str] = []
    for _ in range(count):
        if texts and drawn.random() < 0.3:
            repeated = texts[int(len(texts) * drawn.random())].split()
            for _ in range(drawn.randint(0, 3)):
                repeated[drawn.randrange(len(repeated))] = drawn.choice(words)
            texts.append(" ".join(repeated))
        else:
            texts.append(" ".join(drawn.choices(words, k=drawn.randint(12, 40))).capitalize())
    return texts


def _sample(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return texts that begin alike, so that both ends of a pair are among them."""
    by_start = defaultdict(list)
    for row in rows:
        by_start[plain_text(row[1])[:12]].append(row)
    several = [group for group in by_start.values() if len(group) > 1]
    return [row for group in several for row in group][:SAMPLE]


def _like_pairs(sample: Sequence[tuple[str, str]]) -> list[tuple[float, str, str]]:
    sets = {creative: _shingles(text) for creative, text in sample}
    shares = ((len(sets[a] & sets[b]) / len(sets[a] | sets[b]), a, b) for a, b in combinations(sets, 2))
    return [found for found in shares if found[0] >= LIKE]


def _shingles(text: str) -> frozenset[str]:
    plain = plain_text(text)
    return frozenset(plain[at : at + SHINGLE] for at in range(max(1, len(plain) - SHINGLE + 1)))


def _twin_pairs(sample: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    drawn = np.random.default_rng(1)
    factors, terms = (drawn.integers(1, _PRIME, 128, dtype=np.uint64) for _ in range(2))
    buckets: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    sets = {}
    for creative, text in sample:
        least = np.full(128, np.iinfo(np.uint64).max, np.uint64)
        sets[creative] = _shingles(text)
        for shingle in sets[creative]:
            value = int.from_bytes(sha1(shingle.encode(), usedforsecurity=False).digest()[:4], "little")
            least = np.minimum(least, (factors * np.uint64(value) + terms) % np.uint64(_PRIME) & np.uint64(0xFFFFFFFF))
        for band in range(16):
            buckets[band, least[band * 8 : band * 8 + 8].tobytes()].append(creative)
    pairs = {pair for bucket in buckets.values() for pair in combinations(bucket, 2)}
    return {(a, b) for a, b in pairs if len(sets[a] & sets[b]) >= LIKE * len(sets[a] | sets[b])}


if __name__ == "__main__":
    main()
