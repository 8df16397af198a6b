"""Whoever must not be asked or shown, told to others: block lists in requests and for systems that do not ask."""
