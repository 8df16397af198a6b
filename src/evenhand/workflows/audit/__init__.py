"""The audit of a network's own ledger: the plan first, then the report."""
