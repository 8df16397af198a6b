"""One run over every advertiser, payer and campaign, from lists and tables to signed decisions."""

from evenhand.workflows.run.network_run import Tools, run

__all__ = ["Tools", "run"]
