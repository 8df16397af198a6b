"""Erasure of a party's personal data from the ledger and every file of a network."""
