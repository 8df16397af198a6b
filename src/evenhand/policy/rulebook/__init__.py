"""A rulebook: read from its folder, held to its form, linted, tested, formatted and explained."""
