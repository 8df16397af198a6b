"""What a run needs from its caller."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from evenhand.ledger.protocols import HttpPost
from evenhand.model.decision_row import ShownDecision
from evenhand.model.hosts import Suffixes
from evenhand.store.spark_engine import SparkEngine
from evenhand.workflows.evaluation.findings import Progress
from evenhand.workflows.operations.ledgers import Tell


@dataclass(frozen=True)
class Tools:
    """What a run needs from its caller: suffix rules, randomness, how long to wait for the lock, a progress display.

    With `ask`, the witnesses that the ledger's settings name are asked to cosign; `tell` hears what came of it.
    `accept_lists` are the keys of lists that may have lost entries, `accept_tables` the tables that may
    have lost rows or columns, `accept_names` those in which many names, websites or ids may be others. `show` is given
    each decision that the report page shows. `now` is the clock when the run begins, where there is one: a run may be
    at another instant, a register is fresh by it. `spark` compares acts and rules many requests in DuckDB's place, and
    its workers screen where they can.
    """

    suffixes: Suffixes
    draw: Callable[[int], bytes]
    wait_s: float
    progress: Progress
    ask: HttpPost | None = None
    tell: Tell | None = None
    accept_lists: frozenset[str] = frozenset()
    now: datetime | None = None
    accept_tables: frozenset[str] = frozenset()
    accept_names: frozenset[str] = frozenset()
    show: Callable[[ShownDecision], object] | None = None
    spark: SparkEngine | None = None

    @property
    def accepted(self) -> bool:
        """Return whether a loss of lists or tables, or other names, are accepted."""
        return bool(self.accept_lists or self.accept_tables or self.accept_names)
