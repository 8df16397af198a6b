"""The names in what is said: whom a claim is about, as written."""

import re
from collections.abc import Sequence
from typing import Final

from evenhand.evidence.reported_dates import is_day_or_month
from evenhand.model.claims import Span

_NAME: Final = re.compile(
    r"[^\W\d_a-z](?:\.(?:[^\W\d_a-z]\.)+|[\w&-]*(?:\s(?:of the |of |de |al )?[^\W\d_a-z][\w.&-]*)*)"
)
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:]\s)[“\"«„‘']*$")
MOST_NAMES: Final = 20


def names_in(text: str, content: Sequence[Span], target: Span | None) -> tuple[str, ...]:
    """Return the names in the target and the content of a claim, each once, in order.

    A word that only opens a sentence is no name.
    """
    found: dict[str, None] = {}
    for start, end in ([target] if target else []) + list(content):
        for match in _NAME.finditer(text, start, min(end, start + 2_000)):
            name = (
                " ".join(match[0].split()).removesuffix("’s").removesuffix("'s").strip(".")
                if "." not in match[0][:-1]
                else match[0]
            )
            if name in found or is_day_or_month(name):
                continue
            alone = " " not in name and not name.isupper()
            if not (alone and _SENTENCE_START.search(text[max(start, match.start() - 4) : match.start()])):
                found[name] = None
    return tuple(found)[:MOST_NAMES]
