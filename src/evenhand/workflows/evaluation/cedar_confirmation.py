"""SQL proposes, Cedar disposes: no ruling is adopted or shown that Cedar has not made of the same facts."""

from collections.abc import Sequence

import msgspec

from evenhand.model.errors import ProposalDisagrees
from evenhand.model.facts import Facts
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook, rule_many

_AT_ONCE = 10_000


def confirm(proposed: Sequence[Ruling], facts: Sequence[Facts | bytes], rulebook: Rulebook) -> None:
    """Let Cedar rule the same facts.

    Raises:
        ProposalDisagrees: the two differ, with the first case.
    """
    for start in range(0, len(facts), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        for one, other, about in zip(proposed[part], rule_many(facts[part], rulebook), facts[part], strict=True):
            if one != other:
                shown = about if isinstance(about, bytes) else msgspec.json.encode(about)
                raise ProposalDisagrees(
                    "SQL and Cedar rule one case differently", got=_said(one), expected=f"{_said(other)}, says Cedar",
                    todo=f"nothing was decided; report this with the facts {shown.decode()}",
                )  # fmt: skip


def _said(ruling: Ruling) -> str:
    return f"{ruling.outcome} ({', '.join((*ruling.reasons, *ruling.errors)) or ruling.decision})"
