"""Content categories that are about politics, by taxonomy as OpenRTB numbers them (`cattax`).

Source: IAB Tech Lab, AdCOM 1.0, "List: Category Taxonomies" (github.com/InteractiveAdvertisingBureau/AdCOM, July 2026),
for the numbers; the tables of github.com/InteractiveAdvertisingBureau/Taxonomies (August 2025) for the categories.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Politics, Elections, Political Issues, and the event; not 389, War and Conflicts, which 3.0 took out of Politics.
_CONTENT_2: Final = ("174", "386", "387", "388")
_CONTENT_3: Final = ("386", "387", "388", "8YPBBL")  # the last one is Civic affairs
PUBLISHED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "1": ("IAB11-4",),  # Content Taxonomy 1.0: Politics; IAB11 alone is law and government too
    "2": _CONTENT_2,  # Content Taxonomy 2.0
    "5": _CONTENT_2,  # 2.1
    "6": _CONTENT_2,  # 2.2
    "7": _CONTENT_3,  # 3.0
    # Ad Product Taxonomy 2.0: Politics and all below it. Nothing in 1.0 (`cattax` 3) is about politics.
    "8": tuple(str(number) for number in range(1474, 1482)),
    "9": _CONTENT_3,  # Content Taxonomy 3.1
})  # fmt: skip


def political_categories(named: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the political categories by taxonomy: those a network names, and the published ones of other taxonomies.

    None where the network names none at all; none of a taxonomy for which it says so.

    >>> political_categories({"1": ("IAB11-4",), "8": ()})["7"], political_categories({"1": ()})
    (('386', '387', '388', '8YPBBL'), {})
    """
    if not any(named.values()):
        return {}
    return {taxonomy: codes for taxonomy, codes in {**PUBLISHED, **named}.items() if codes}
