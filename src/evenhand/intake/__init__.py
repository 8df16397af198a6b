"""The network's own tables, as records: who advertises, who pays, who owns whom, what was ordered.

Nothing is guessed silently: what cannot be used is left out with its file, line, column and what was expected.
"""

from evenhand.intake.earlier_tables import measure, read_keys
from evenhand.intake.network_tables import Tables, read_tables
from evenhand.intake.parties import is_made_id
from evenhand.intake.rejected_input import REJECTED, write_refused

__all__ = ["REJECTED", "Tables", "is_made_id", "measure", "read_keys", "read_tables", "write_refused"]
