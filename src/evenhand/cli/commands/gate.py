"""`evenhand gate check`: one question to the gate."""

from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.commands.block_lists import drift, export
from evenhand.cli.commands.exported_lists import exports
from evenhand.cli.commands.gate_compile import compile_file
from evenhand.cli.commands.gate_logs import filter_log, shadow_log
from evenhand.cli.commands.gate_purchase import ask_purchase
from evenhand.cli.commands.gate_serve import serve
from evenhand.cli.commands.registers import RegisterOption, StaleOption, register_of
from evenhand.cli.common import AsJson, instant, print_json, say
from evenhand.model.errors import BadInput

if TYPE_CHECKING:
    from evenhand.model.register import Verdict

_PASSES = ("allow", "label", "unknown")


def add_to(app: typer.Typer) -> None:
    """Add the group `gate` to the command line."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("check")(check)
    group.command("compile")(compile_file)
    group.command("export")(export)
    group.command("exports")(exports)
    group.command("drift")(drift)
    group.command("filter")(filter_log)
    group.command("shadow")(shadow_log)
    group.command("purchase")(ask_purchase)
    group.command("serve")(serve)
    group.callback()(lambda: None)
    app.add_typer(group, name="gate", help="May this buyer buy, here, now?")


def check(
    *,
    register: RegisterOption,
    adomain: Annotated[
        list[str] | None, typer.Option(help="Advertiser domain as a bid gives it; may be repeated.")
    ] = None,
    seat: Annotated[str | None, typer.Option(help="The bid's seat.")] = None,
    bundle: Annotated[str | None, typer.Option(help="The advertised app.")] = None,
    advertiser: Annotated[str | None, typer.Option(help="Id of an advertiser or payer.")] = None,
    country: Annotated[str | None, typer.Option(help="Where the bid is served: two or three letters.")] = None,
    stale: StaleOption = None,
    at: Annotated[
        str | None, typer.Option("--at", help="The instant asked about, ISO with offset; default: now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer with outcome, decision and reason; exit 0 if it may buy, 1 if not or only within limits."""
    import msgspec

    from evenhand.gate import Gate
    from evenhand.gate.conditions.countries import alpha2_of
    from evenhand.gate.effects import UNKNOWN_ID
    from evenhand.gate.resolver import similar_ids

    advertiser = None if advertiser is None else advertiser.strip()  # as tables are read
    if not (adomain or seat or bundle or advertiser):
        raise BadInput("nothing to check", expected="--adomain, --seat, --bundle or --advertiser")
    if country is not None and alpha2_of(country) is None:
        raise BadInput("unknown country", where="--country", got=country, expected="two or three letters, as DE or DEU")
    gate = Gate(*register_of(register, stale))
    verdict = gate.verdict(
        adomain=adomain or None, seat=seat, bundle=bundle, advertiser=advertiser, country=country, at=instant(at)
    )
    near = similar_ids(gate.opened.resolver, advertiser) if advertiser and UNKNOWN_ID in verdict.codes else None
    if as_json:
        plain = msgspec.to_builtins(msgspec.structs.replace(verdict, instruct=msgspec.UNSET))
        print_json(plain if near is None else plain | {"near": near})
    else:
        say(_line(verdict) if near is None or advertiser is None else _unknown_line(verdict, advertiser, near))
    if verdict.outcome not in _PASSES or near is not None:
        raise typer.Exit(1)


def _unknown_line(verdict: "Verdict", advertiser: str, near: tuple[str, ...]) -> str:
    """Return the answer about an id that is not on file; what else was asked is answered after it."""
    meant = f"; near: {', '.join(f'`{each}`' for each in near)}" if near else ""
    rest = _line(verdict).removeprefix("unknown; ")
    return f"unknown advertiser `{advertiser}`{meant}; {rest}"


def _line(verdict: "Verdict") -> str:
    whose = f" ({verdict.advertiser}, decision {verdict.decision})" if verdict.advertiser else ""
    why = f"; reason {verdict.reason}" if verdict.reason else ""
    codes = f"; {', '.join(verdict.codes)}" if verdict.codes else ""
    asks = f"; asks for {', '.join(verdict.instruct)}" if verdict.instruct else ""
    return f"{verdict.outcome}{whose}{why}{codes}{asks}{'; the register is stale' if verdict.stale else ''}"
