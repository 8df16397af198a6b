"""A hook of MkDocs that lists the pages of docs/choices: a new one needs no line in `mkdocs.yml`."""

from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:
    """Return the configuration with every page of choices in the navigation, by number."""
    pages = sorted(Path(config["docs_dir"], "choices").glob("0*.md"))
    for entry in config["nav"]:
        if isinstance(entry, dict) and "Choices" in entry:
            entry["Choices"] += [f"choices/{page.name}" for page in pages]
    return config
