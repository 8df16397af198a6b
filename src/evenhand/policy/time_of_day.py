"""Rules that read at what time of the day something is asked, which only the gate can answer for.

Source: `docs/choices/0087-no-standing-decision-by-the-hour.md`.
"""

from evenhand.policy.schema import Schema
from evenhand.policy.serve_requests import SERVING
from evenhand.policy.syntax_tree import Policy, environments_of, nodes, pst

AT = "context.at"
PARTIES = frozenset({"Advertiser", "Payer"})
_NOW = pst.GetAttr(pst.Var("context"), "at")
_LOGIC = frozenset({"and", "or"})


def reads_time_of_day(policy: Policy) -> bool:
    """Return whether a policy reads the time of day of the instant that is asked about.

    That is `toTime()` of it, or an operation that has it on both sides, as `context.at` since its own day.
    """
    return any(map(_is_time_of_day, nodes(policy)))


def only_serves(policy: Policy, schema: Schema) -> bool:
    """Return whether a policy speaks of advertisers that are served and of nothing else that parties ask for."""
    found = (each for each in environments_of(policy, schema) if each.principal in PARTIES)
    return all((each.principal, each.action, each.resource) == SERVING for each in found)


def serves_alone(policy: Policy, actions: frozenset[str]) -> bool:
    """Return whether a run has to rule serving because of a policy of these actions: a forbid of it and not of buying.

    One that reads the time of day is left to the gate.
    """
    is_alone = policy.effect == "forbid" and "serve" in actions and "buy" not in actions
    return is_alone and not (actions == {"serve"} and reads_time_of_day(policy))


def _is_time_of_day(node: object) -> bool:
    match node:
        case pst.UnaryOp("to_time", operand):
            return _has_now(operand)
        case pst.BinaryOp(op, left, right) if op not in _LOGIC:
            return _has_now(left) and _has_now(right)
        case _:
            return False


def _has_now(part: object) -> bool:
    return any(each == _NOW for each in nodes(part))
