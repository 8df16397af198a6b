"""What an expression is joined of, and which attributes it names."""

from collections.abc import Iterator

from evenhand.policy.typed.nodes import And, Attr, Expr, Has, HasTag, Tag, operands


def conjuncts(expr: Expr) -> Iterator[Expr]:
    """Yield what a condition joins by `&&`, in the order in which it is evaluated."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if isinstance(part, And):
            waiting += (part.right, part.left)
        else:
            yield part


def names_of(*exprs: Expr) -> set[str]:
    """Return every name of an attribute in some expressions, whatever it is an attribute of; tags are `@tags`."""
    found: set[str] = set()
    waiting = list(exprs)
    seen: set[Expr] = set()
    while waiting:
        expr = waiting.pop()
        if expr in seen:
            continue
        seen.add(expr)
        if isinstance(expr, Attr | Has):
            found.add(expr.name)
        if isinstance(expr, Tag | HasTag):
            found.add("@tags")
        waiting += operands(expr)
    return found
