"""Methods of datetime, duration and ipaddr as SMT-LIB terms."""

from collections.abc import Sequence

from evenhand.policy.proofs.smt.smtlib import bits, both, choice, equal, ip_bits, negated
from evenhand.policy.typed.nodes import CallOp, Ip

_DAY = bits(86_400_000)
_UNITS = {"to_seconds": 1_000, "to_minutes": 60_000, "to_hours": 3_600_000, "to_days": 86_400_000}

# Source: Cedar's specification of the extension type ipaddr: loopback and multicast are ranges of addresses.
_LOOPBACK = (Ip(4, 127 << 24, 8), Ip(6, 1, 128))
_MULTICAST = (Ip(4, 224 << 24, 4), Ip(6, 0xFF << 120, 8))


def call(op: CallOp, args: Sequence[str]) -> tuple[str, str]:
    """Return (ok, value) of a method, given that its arguments are ok."""
    match op:
        case "is_ipv4" | "is_ipv6" | "is_loopback" | "is_multicast" | "is_in_range":
            return "true", _address(op, args)
        case "offset":
            return f"(not (bvsaddo {args[0]} {args[1]}))", f"(bvadd {args[0]} {args[1]})"
        case "duration_since":
            return f"(not (bvssubo {args[0]} {args[1]}))", f"(bvsub {args[0]} {args[1]})"
        case "to_date":
            # The remainder has the divisor's sign: a day begins before every instant in it, also before 1970.
            time = f"(bvsmod {args[0]} {_DAY})"
            return f"(not (bvssubo {args[0]} {time}))", f"(bvsub {args[0]} {time})"
        case "to_time":
            return "true", f"(bvsmod {args[0]} {_DAY})"
        case "to_milliseconds":
            return "true", args[0]
        case "to_seconds" | "to_minutes" | "to_hours" | "to_days":
            return "true", f"(bvsdiv {args[0]} {bits(_UNITS[op])})"


def _address(op: CallOp, args: Sequence[str]) -> str:
    ip = args[0]
    match op:
        case "is_in_range":
            return _in_range(ip, args[1])
        case "is_loopback":
            return choice(_is_six(ip), _in_range(ip, ip_bits(_LOOPBACK[1])), _in_range(ip, ip_bits(_LOOPBACK[0])))
        case "is_multicast":
            return choice(_is_six(ip), _in_range(ip, ip_bits(_MULTICAST[1])), _in_range(ip, ip_bits(_MULTICAST[0])))
        case _:
            return _is_six(ip) if op == "is_ipv6" else negated(_is_six(ip))


def _in_range(ip: str, other: str) -> str:
    """Return whether every address that `ip` stands for is one of the other's; version 6 is never in version 4."""
    part = "((_ extract 135 8) {})"
    prefix = f"((_ zero_extend 120) ((_ extract 7 0) {other}))"
    outside = f"(bvlshr (bvnot (_ bv0 128)) {prefix})"
    network = f"(bvand (bvxor {part.format(ip)} {part.format(other)}) (bvnot {outside}))"
    return both(
        equal(f"((_ extract 136 136) {ip})", f"((_ extract 136 136) {other})"),
        f"(bvuge ((_ extract 7 0) {ip}) ((_ extract 7 0) {other}))",
        f"(= {network} (_ bv0 128))",
    )


def _is_six(ip: str) -> str:
    return f"(= ((_ extract 136 136) {ip}) #b1)"
