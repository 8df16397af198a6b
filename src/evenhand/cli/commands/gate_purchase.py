"""`evenhand gate purchase`: may this campaign be bought?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.registers import RegisterOption, StaleOption, register_of
from evenhand.cli.common import AsJson, instant, print_json, say
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.gate.orders.purchase import PurchaseAnswer

_MOST_BYTES = 1 << 20
_PASSES = ("allow", "label")
_BUYERS = ("advertiser.", "payer.")


def ask_purchase(
    order: Annotated[Path, typer.Argument(metavar="ORDER.json", help="The order.", show_default=False)],
    *,
    register: RegisterOption,
    stale: StaleOption = None,
    at: Annotated[str | None, typer.Option("--at", help="The instant asked at, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer an order with its codes and what would change them; exit 0 if it may be taken, 1 if not or limited."""
    from evenhand.gate import Gate
    from evenhand.gate.orders.purchase import purchase, read_order

    try:
        with order.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise BadInput("the order cannot be read:", where=order, got=error.strerror or error) from error
    if len(data) > _MOST_BYTES:
        raise BadInput("an order that is too long", where=order, expected=f"at most {_MOST_BYTES:,} bytes")
    wanted = read_order(data, order)
    path, choice = register_of(register, stale)
    answer = purchase(wanted, Gate(path, choice), instant(at))
    if as_json:
        print_json(answer)
    else:
        whose = f" (decision {answer.decision})" if answer.decision else ""
        why = f"; reason {answer.reason}" if answer.reason else ""
        say(f"{answer.outcome}{whose}{why}{'; the register is stale' if answer.stale else ''}")
        if found := _found(answer):
            say(f"  {found}")
        for code, change in zip(answer.codes, answer.changes, strict=True):
            say(f"  {code}: {change}")
        for kind in answer.instruct:
            say(f"  asks for {kind}")
    if answer.outcome not in _PASSES:
        raise typer.Exit(1)


def _found(answer: "PurchaseAnswer") -> str:
    """Return who was found by anything but an id, and which keys nobody on file has; "" where ids alone were given."""
    keys = [key for key in answer.found_by if key.startswith(_BUYERS) and not key.endswith(".id")]
    found = [f"advertiser {answer.advertiser}"] if answer.advertiser else []
    found += [f"payer {answer.payer}"] if answer.payer and answer.payer != answer.advertiser else []
    parts = [*([f"{', '.join(found)}: found by {', '.join(keys)}"] if keys and found else [])]
    parts += [f"not on file: {', '.join(answer.not_found)}"] if answer.not_found else []
    return "; ".join(parts)
