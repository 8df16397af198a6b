"""The public-suffix rules, read once for all tests: to read them takes as long as many a test."""

from evenhand.store.public_suffixes import PublicSuffixes

SUFFIXES = PublicSuffixes()
