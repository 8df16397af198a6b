"""Whether two texts are copies of one report."""


def is_copy(a: str, b: str) -> bool:
    """Return whether two texts have the same words in the same order."""
    return a.split() == b.split()
