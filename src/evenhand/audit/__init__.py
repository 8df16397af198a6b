"""Were equals treated equally? Decisions with the same facts under the same rulebook, side by side.

`read_plan` reads what an audit compares, `audit_table` gives its report; `read_decisions` opens a table of decisions
for `precedents` and `comparators` of one of them. Nothing here decides anything.
"""

from evenhand.audit.comparators import comparators, precedents
from evenhand.audit.decision_table import read_decisions
from evenhand.audit.exact_test import exact_test
from evenhand.audit.limits import FLIPS_NOT_REPLAYED
from evenhand.audit.plan import read_plan
from evenhand.audit.report import audit_table

__all__ = [
    "FLIPS_NOT_REPLAYED",
    "audit_table",
    "comparators",
    "exact_test",
    "precedents",
    "read_decisions",
    "read_plan",
]
