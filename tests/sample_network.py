"""The network of `evenhand demo`, built in the process of the test."""

from pathlib import Path

from evenhand.cli.commands.demo import run_demo
from evenhand.cli.common import tools


def build_sample(folder: Path) -> Path:
    """Return the folder, in which the sample network is built and run as `evenhand demo` does it."""
    with tools(quiet=True) as handed:
        run_demo(folder, handed)
    return folder
