"""Headings, and names of sheets, that seem to be of owners."""

import re

_OF_OWNERS = re.compile(
    r"ubo\b|owner|sharehold|benefic|bénéf|^parent$|parent (?:comp|ent|org|firm|group)|holding comp"
    "|eigent|gesellschafter|beteilig|berechtigt|anteilseigner|inhaber|mutterges|mutterunt|mutterkonz|konzernmutter"
    "|actionn|propriét|société mère|maison mère|titular|propietari|accionist|matriz"
    "|titolar|proprietar|azionist|capogruppo|właścic|udział|akcjonariusz|spółka matka"
    "|владел|собствен|бенефиц|учредит|акционер|материнск",
    re.IGNORECASE,
)


def names_owners(text: str) -> bool:
    """Return whether a heading, or the name of a sheet, seems to be of owners.

    >>> [names_owners(each) for each in ("Beneficial owner", "Gesellschafter", "Gesellschaftsform", "Parent category")]
    [True, True, False, False]
    """
    return bool(_OF_OWNERS.search(text.replace("_", " ").strip()))
