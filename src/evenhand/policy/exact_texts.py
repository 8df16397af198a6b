"""Texts and sets of texts compared so exactly that they can single out a party: its website, its name, all its owners.

The counterpart of `close_bounds`, for what is no number and no instant. A word of a closed list (a country, a kind of
content) is shared by many and is a criterion.
"""

import re
from collections.abc import Iterable, Iterator, Set

from evenhand.policy.close_bounds import is_of_party, members, path_of
from evenhand.policy.syntax_tree import pst

# What only one party has by its nature, in any schema; `@proxy` in the schema marks others.
_OWN = re.compile(r"(.*_)?(name|host|hostname|domain|website|url|id|email|phone|address|number)s?")
_CODE = re.compile("[A-Za-z]{0,4}")  # of a country, language, script or currency
_ENDING = re.compile(r"\*\.([a-z]{2,3}\.)?[a-z0-9-]+")  # `*.ru`, `*.gov.uk`: many hosts end so
_COMPARED = frozenset({"eq", "not_eq", "contains", "contains_any", "contains_all"})


def exact_texts(parts: Iterable[object], proxies: Set[str]) -> tuple[str, ...]:
    """Return the facts that a policy of these nodes compares with a text or exact set of texts that few have, sorted.

    Such are a text of an attribute that is a party's own, as `resource.landing_host`, a part of one, the text of a
    tag, and the whole of a set by two texts or more. Facts of the request itself, as `context.territories`, are
    nobody's and are left out. `proxies` are the last names of attributes that the schema marks as such.
    """
    return tuple(sorted({fact for node in parts for fact in _found(node, proxies)}))


def _found(node: object, proxies: Set[str]) -> Iterator[str]:
    match node:
        case pst.BinaryOp(op, left, right) if op in _COMPARED:
            for one, other in ((left, right), (right, left)):
                yield from _whole_sets(op, one, other)
                texts = [each.value for each in members(other) if isinstance(each, pst.StringLit)]
                yield from (fact for each in members(one) for fact in _own(each, texts, proxies))
        case pst.Like(base, pattern) if not _ENDING.fullmatch(_text(pattern)):
            yield from _own(base, [_text(pattern).replace("*", "")], proxies)
        case _:
            return


def _whole_sets(op: str, expr: pst.Expr, other: pst.Expr) -> Iterator[str]:
    """Yield a fact that is compared with a set of two texts or more, or looked for among such sets."""
    fact = _fact(expr)
    whole = (other,) if op in ("eq", "not_eq") else other.elements if isinstance(other, pst.Set) else ()
    if fact and any(isinstance(each, pst.Set) and _texts_in(each) > 1 for each in whole):
        yield fact


def _texts_in(expr: pst.Set) -> int:
    return len({each.value for each in expr.elements if isinstance(each, pst.StringLit)})


def _own(expr: pst.Expr, texts: list[str], proxies: Set[str]) -> Iterator[str]:
    """Yield the fact that an expression is, if one of the texts it is compared with can be one party's own."""
    match expr:
        case pst.IfThenElse(_, then, otherwise):
            yield from _own(then, texts, proxies)
            yield from _own(otherwise, texts, proxies)
        case pst.BinaryOp("get_tag", base, _) if any(texts):
            yield f"{_fact(base) or 'its'}.getTag"
        case pst.GetAttr(_, name) if fact := _fact(expr):
            is_own, is_proxy = _OWN.fullmatch(name) is not None, name in proxies
            if any((is_own and text) or (is_proxy and not _CODE.fullmatch(text)) for text in texts):
                yield fact
        case _:
            return


def _fact(expr: pst.Expr) -> str:
    """Return how a fact of a party is written; "" if it is none, or one of the request."""
    match expr:
        case pst.GetAttr(base, name):
            path = path_of(expr) or f"{_fact(base) or 'its'}.{name}"
        case pst.Var(name):
            path = str(name)
        case _:
            return ""
    return path if is_of_party(path) else ""


def _text(pattern: Iterable[pst.Char | pst.Wildcard]) -> str:
    return "".join("*" if isinstance(each, pst.Wildcard) else each.value for each in pattern)
