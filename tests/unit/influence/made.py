"""A coordination of our own for pages and files: one group, one declared pair, names that try to break out."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from evenhand.model.coordination import (
    CoordinatedGroup,
    CoordinatedPair,
    Coordination,
    EdgeEvidence,
    OversizedCell,
    SharedAct,
    UncountedToken,
)

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
NAMES = {"a": "Ada & <Sons> \u202e", "b": "Bel"}
FOUND = Coordination(
    pairs=(
        CoordinatedPair(a="a", b="b", layer="landing_url", n=10, k=8, expected=1.915, p=1e-6, q=0.0002,
                        p_short_bins=0.0003),
        CoordinatedPair(a="b", b="c\x01", layer="landing_url", n=3, k=2, expected=0.57, p=0.1, q=0.01, by_group=True),
        CoordinatedPair(a="a", b="c\x01", layer="tokens", n=2, k=2, expected=0.01, p=1e-5, q=0.02),
        CoordinatedPair(a="x", b="y", layer="landing_url", n=9, k=9, expected=1.7, p=1e-8, q=1e-6, declared=True),
    ),
    groups=(
        CoordinatedGroup(
            id="g-0123456789ab", members=("a", "b", "c\x01"), named=("a", "b"), layers=("landing_url", "tokens"),
            q=0.01, p_confirm=0.001,
        ),
    ),
    oversized=(OversizedCell(object_type="host", object_id="host:<b>", bin_starts=0, bin_s=600, accounts=9, pairs=36),),
    uncounted=(UncountedToken(object_type="host", object_id="host:bit.ly", accounts=4, why="public infrastructure"),),
    accounts=30, events=400, pairs_tested=5200, token_pairs_tested=435,
)  # fmt: skip
EVIDENCE = (
    EdgeEvidence(
        a="a", b="b", pairs=FOUND.pairs[:1],
        acts=tuple(
            SharedAct(
                object_type="landing_url", object_id=f"landing_url:p{page}<i>", a_at=AT - timedelta(days=page),
                b_at=AT - timedelta(days=page, seconds=7 if page < 8 else 400), a_content=f"ad-{page}",
                is_close=page < 8,
            )
            for page in range(10)
        ),
    ),
)  # fmt: skip


def many_groups(count: int) -> Coordination:
    """Return groups of three accounts that are linked each with each, and the first with a fourth."""
    groups, pairs = [], []
    for number in range(count):
        members = tuple(f"a{number:02}-{place}" for place in range(3 + (number == 0)))
        links = [(a, b) for place, a in enumerate(members) for b in members[place + 1 :]]
        pairs += [replace(FOUND.pairs[0], a=a, b=b) for a, b in links]
        groups.append(replace(FOUND.groups[0], id=f"g-{number:012x}", members=members, named=members))
    return replace(FOUND, pairs=tuple(pairs), groups=tuple(groups))
