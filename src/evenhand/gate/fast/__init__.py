"""The fast ways to an answer; each gives what `reference` gives, which the tests compare."""
