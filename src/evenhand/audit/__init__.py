"""Were equals treated equally? Decisions with the same facts under the same rulebook, side by side.

`read_plan` reads what an audit is to compare, before the decisions are read. Nothing here decides anything.
"""

from evenhand.audit.plan import read_plan

__all__ = ["read_plan"]
