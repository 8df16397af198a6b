"""A rulebook: read from its folder, held to its form, linted, formatted and explained."""

from evenhand.policy.rulebook.reading import (
    MAPPING_FILES,
    SCHEMA_FILE,
    RulebookContents,
    read_draft,
    read_folder,
    unread_designations,
)
from evenhand.policy.rulebook.regime_shares import Regime

__all__ = [
    "MAPPING_FILES",
    "SCHEMA_FILE",
    "Regime",
    "RulebookContents",
    "read_draft",
    "read_folder",
    "unread_designations",
]
