"""Complaints as the ledger keeps them: all read and folded, one event appended."""
