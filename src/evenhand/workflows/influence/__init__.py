"""Do the advertisers of a network act as one, undeclared? From its tables to findings, files and the evidence."""

from evenhand.workflows.influence.influence_run import run_influence

__all__ = ["run_influence"]
