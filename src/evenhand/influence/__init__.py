"""Do these advertisers act as one, undeclared? Pairs and groups beyond chance, with the evidence of each.

`event_tables` numbers what advertisers did, `find_coordination` tests it. A finding here bans nobody: it opens a
question for a person.
"""

from evenhand.influence.coordination import find_coordination
from evenhand.influence.event_tables import EventTables, event_tables
from evenhand.influence.similar_texts import similar_texts

__all__ = ["EventTables", "event_tables", "find_coordination", "similar_texts"]
