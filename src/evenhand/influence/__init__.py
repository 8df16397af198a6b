"""Do these advertisers act as one, undeclared? Pairs and groups beyond chance, with the evidence of each.

`event_tables` numbers what advertisers did, `find_coordination` tests it. A finding here bans nobody: it opens a
question for a person. `co_sharing` and `directed_edges` only count, as tools do that others use.
"""

from evenhand.influence.co_sharing import co_sharing
from evenhand.influence.coordination import find_coordination
from evenhand.influence.directed_edges import directed_edges
from evenhand.influence.event_tables import EventTables, event_tables
from evenhand.influence.similar_images import similar_images
from evenhand.influence.similar_texts import similar_texts

__all__ = [
    "EventTables",
    "co_sharing",
    "directed_edges",
    "event_tables",
    "find_coordination",
    "similar_images",
    "similar_texts",
]
