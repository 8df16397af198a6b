"""What stands beside the statistics of a network's audit: what is proved of its rules, and what replay shows."""

from typing import Literal

from evenhand.model.record import Record


class LawFlip(Record, frozen=True, kw_only=True):
    """Decisions that a protected attribute alone would change because a law says so: reported, and no finding.

    `decisions` have the facts of the first of them, `seq`; `changed_to` is one value that changes the outcome.
    """

    law: str
    rules: tuple[str, ...]
    attribute: str
    seq: int
    decisions: int
    value: str | None
    changed_to: str | None
    outcome: str
    changed_outcome: str


class NeutralityProof(Record, frozen=True, kw_only=True):
    """What was proved, for all possible facts, of one class of protected attributes under the rulebook in force."""

    protected_class: str
    attributes: tuple[str, ...]
    result: Literal["proved", "refuted", "unknown"]
    by: tuple[str, ...]
    why: str | None = None


class ProofAndReplay(Record, frozen=True, kw_only=True):
    """What the rulebook proves for all facts, beside what replay of the recorded decisions shows.

    `replayed` decisions had their recorded facts ruled again, `different` are leaves whose ruling came out otherwise.
    `strata` are the distinct facts that were replayed with each protected attribute changed, `flips` such replays.
    """

    rulebook: str
    at: str
    proofs: tuple[NeutralityProof, ...]
    replayed: int
    different: tuple[int, ...]
    rulebook_missing: int
    strata: int
    flips: int
    by_law: tuple[LawFlip, ...] = ()
