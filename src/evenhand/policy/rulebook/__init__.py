"""A rulebook: read from its folder, held to its form, linted, formatted and explained."""

from evenhand.policy.rulebook.mapping_difference import mapping_changes
from evenhand.policy.rulebook.reading import (
    RELEASED_FILES,
    RulebookContents,
    mapping_files,
    mapping_findings,
    read_draft,
    read_folder,
)
from evenhand.policy.rulebook.regime_shares import Regime
from evenhand.policy.schema import SCHEMA_FILE

__all__ = [
    "RELEASED_FILES",
    "SCHEMA_FILE",
    "Regime",
    "RulebookContents",
    "mapping_changes",
    "mapping_files",
    "mapping_findings",
    "read_draft",
    "read_folder",
]
