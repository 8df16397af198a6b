"""May this buyer buy, here, now? The gate answers from one file and decides nothing itself.

Needs msgspec and the standard library; `idna` only when a host in another script must be read.
"""

from evenhand.gate.blocking.request_lists import BlockList
from evenhand.gate.blocking.request_shaping import Shaper, shape_request
from evenhand.gate.filter import filter_bids
from evenhand.gate.gate import Gate
from evenhand.gate.registers.compiler import compile_register
from evenhand.gate.registers.files import write_register

__all__ = ["BlockList", "Gate", "Shaper", "compile_register", "filter_bids", "shape_request", "write_register"]
