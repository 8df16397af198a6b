"""Text compared in spite of how people write it: one spelling for all, and how similar two short texts are."""

import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import lru_cache


@lru_cache(4096)
def plain(text: str) -> str:
    """Return the letters and digits of a text in one spelling, to compare headings, months and names of countries.

    >>> plain("N° TVA"), plain("USt-Id.-Nr."), plain("Côte d’Ivoire"), plain("Нидерланды")
    ('ntva', 'ustidnr', 'cotedivoire', 'нидерланды')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum()).casefold()


LEAST_SIMILAR = 0.6
"""Of 1, as `difflib.get_close_matches` has it: about two letters of five."""


def similarity_to(wanted: str) -> Callable[[str], float]:
    """Return what tells how alike a text is, in any case, from 0 to 1; 0 as soon as `LEAST_SIMILAR` is out of reach.

    >>> similarity_to("4713")("4712"), similarity_to("4713")("A")
    (0.75, 0.0)
    """
    compared = SequenceMatcher(None, b=wanted.casefold(), autojunk=False)

    def similarity(text: str) -> float:
        compared.set_seq1(text.casefold())
        if compared.real_quick_ratio() < LEAST_SIMILAR or compared.quick_ratio() < LEAST_SIMILAR:
            return 0.0
        found = compared.ratio()
        return found if found >= LEAST_SIMILAR else 0.0

    return similarity
