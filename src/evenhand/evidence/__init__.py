"""Who said what about whom, and who denies it? Claims of a saved document, proposed to a person, never true or false.

Rules read the text, no list of names and no model: a text in which names are exchanged gives the same claims.
"""

from evenhand.evidence.claims import find_claims, read_article
from evenhand.evidence.name_swaps import swap_names
from evenhand.evidence.one_origin import same_origin
from evenhand.evidence.reported_dates import read_said_on
from evenhand.evidence.source_counts import count_sources
from evenhand.evidence.web_annotations import to_web_annotations

__all__ = [
    "count_sources",
    "find_claims",
    "read_article",
    "read_said_on",
    "same_origin",
    "swap_names",
    "to_web_annotations",
]
