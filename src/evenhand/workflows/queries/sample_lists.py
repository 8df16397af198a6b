"""The lists of the sample network, by what is in them: made for the demonstration, published by nobody."""

from typing import Final

_SAMPLES: Final = frozenset({
    "8acdef7f1dca9ac1da072357f4f39151f2df34910e0bccacf09ab81187624f6f",  # house-media
    "8bc9be10e9cf8d75e04d6abb69c9084a17f510f7c6dd894f07dd4ad26a1488a3",  # house-sanctions
    "3abc78fe5ecb8ff616738c8358af35c0b5b8835d5b93f1ebd72ebcc42512951a",  # sample-eu
    "0392f409d37b169ef59bcd42092ba34d3a1205bb984beef8a63ae680aa99d1f3",  # sample-un
    "573ca904323b5b67f41b25cfac372d926672a651c555763f4f67c6196469c75c",  # sample-uk
    "889f1d6ae491f8ce38f9fee9c4d87b9d9289f563d4bcd5a120f33f33ace38b69",  # sample-us
})  # fmt: skip

SAMPLE_WORDS: Final = "a sample made for the demonstration: no authority publishes it, and a real network needs others"
"""What people should know of such a list."""


def is_sample(sha256: str) -> bool:
    """Return whether a version of a list is one that `evenhand demo` comes with, by the SHA-256 over its files."""
    return sha256 in _SAMPLES
