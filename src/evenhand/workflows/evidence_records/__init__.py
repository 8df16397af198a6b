"""Saved documents and the claims in them: what the ledger says of them, their files, what they come to for a party."""
