"""`evenhand rules approve`: a person signs the release of the network's rulebook."""

from typing import Annotated

import typer

from evenhand.cli.acting import Sign, acting_of
from evenhand.cli.common import AsJson, Folder, instant, print_json, say


def approve(
    folder: Folder,
    *,
    person: Annotated[
        str, typer.Option("--as", metavar="PERSON", help="Who approves, by the id in staff.toml.", show_default=False)
    ],
    sign: Sign = "",
    at: Annotated[str | None, typer.Option("--at", help="When, ISO with offset; default: now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Sign what the network's rulebook changes; two people do, then the next run uses it."""
    from evenhand.store.network import read_network
    from evenhand.workflows.operations.ledgers import read_ledger
    from evenhand.workflows.rulebooks.approvals import approve as record
    from evenhand.workflows.rulebooks.release import due_difference

    network, when = read_network(folder), instant(at)
    acting = acting_of(network, person, sign)
    with read_ledger(network.ledger) as ledger:
        difference = due_difference(network, ledger, when)
    approval = record(network, difference, acting, when)
    if as_json:
        print_json(approval)
        return
    say(f"Approved by {' and '.join(approval.approved_by)}: {approval.diff}")
    second = f"a second person: evenhand rules approve {folder} --as PERSON --sign KEY"
    say(f"Next: {second if approval.second is None else f'evenhand run {folder}'}")
