"""Text without what people write in different ways: case, accents, punctuation and blanks."""

import unicodedata
from functools import lru_cache


@lru_cache(4096)
def plain(text: str) -> str:
    """Return the letters and digits of a text in one spelling, to compare headings, months and names of countries.

    >>> plain("N° TVA"), plain("USt-Id.-Nr."), plain("Côte d’Ivoire"), plain("Нидерланды")
    ('ntva', 'ustidnr', 'cotedivoire', 'нидерланды')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum()).casefold()
