"""The DSA objects of a request and a bid: is what must be said there (`gate.md` §6)? Whether it is true, no.

Names of the community extension of 26 January 2024. Codes 501 to 507 of `gate.md` §5.
"""

LONGEST_NAME = 100
"""Code points of `behalf` and `paid`; the extension counts characters, not bytes."""

_NAMES = ("behalf", "paid")
_REQUIRED = (2, 3)


def is_required(regs_dsa: object) -> bool:
    """Return whether a request's DSA object asks for one in every bid; the same for all bids of a request."""
    if not isinstance(regs_dsa, dict):
        return False
    required = regs_dsa.get("dsarequired")
    return type(required) is int and required in _REQUIRED  # `true` is no number, though Python counts it as 1


def renders(regs_dsa: object) -> bool:
    """Return whether it hangs on a bid's object if somebody shows the notice; the same for all bids of a request."""
    return isinstance(regs_dsa, dict) and type(regs_dsa.get("pubrender")) is int and regs_dsa["pubrender"] != 1


def presence(regs_dsa: object, dsa: object) -> tuple[str, ...]:
    """Return what a bid's DSA object lacks or breaks, in the order of the codes 501 to 507.

    Both are any decoded JSON value, None if absent; what is no object counts as none. Never raises. Nothing comes
    back without an object where none is required, so a caller may skip the call if
    `dsa is None and not is_required(regs_dsa)`. Cost about 0.4 µs with an object that is in order, 1.5 µs else.

    >>> presence({"dsarequired": 2}, None), presence({"dsarequired": 1}, None)
    (('dsa-missing',), ())
    >>> presence({"dsarequired": 3, "pubrender": 0}, {"behalf": "A made-up shop", "paid": " ", "adrender": 0})
    ('dsa-paid-missing', 'dsa-neither-renders')
    """
    if not isinstance(dsa, dict):
        return ("dsa-missing",) if is_required(regs_dsa) else ()
    if is_in_order(dsa.get("behalf")) and is_in_order(dsa.get("paid")):
        return _rendering(regs_dsa, dsa)
    return _naming(regs_dsa, dsa) + _rendering(regs_dsa, dsa)


def is_plain(regs_dsa: object, dsa: dict[str, object]) -> bool:
    """Return whether a bid's object gives both names and nothing is to be said of its form, at half the price."""
    behalf, paid = dsa.get("behalf"), dsa.get("paid")
    if type(behalf) is not str or not 0 < len(behalf) <= LONGEST_NAME or behalf.isspace():
        return False
    return (paid == behalf or is_in_order(paid)) and (regs_dsa is None or not _rendering(regs_dsa, dsa))


def name_of(dsa: object, which: str) -> str:
    """Return the text under `behalf` or `paid` as written, "" if it is absent, blank or no text."""
    text = dsa.get(which) if isinstance(dsa, dict) else None
    return text if isinstance(text, str) and not text.isspace() else ""


def is_in_order(text: object) -> bool:
    """Return whether a name is a text that is neither blank nor too long."""
    return isinstance(text, str) and 0 < len(text) <= LONGEST_NAME and not text.isspace()


def _naming(regs_dsa: object, dsa: dict[str, object]) -> tuple[str, ...]:
    """Return the codes of names that are missing where they are required, and of those that are too long anywhere."""
    required = is_required(regs_dsa)
    missing = [f"dsa-{which}-missing" for which in _NAMES if required and not name_of(dsa, which)]
    written = [(which, dsa.get(which)) for which in _NAMES]
    too_long = [f"dsa-{which}-length" for which, text in written if isinstance(text, str) and len(text) > LONGEST_NAME]
    return (*missing, *too_long)


def _rendering(regs_dsa: object, dsa: dict[str, object]) -> tuple[str, ...]:
    """Return the code where nobody shows the notice or both do; a publisher that may show it fits with either.

    A buyer who says nothing contradicts nothing: what is left out is unknown (OpenRTB 2.6 §4.2).
    """
    publisher = regs_dsa.get("pubrender") if isinstance(regs_dsa, dict) else None
    if type(publisher) is not int:
        return ()
    buyer = dsa.get("adrender")
    buyer_renders = type(buyer) is int and buyer == 1
    if publisher == 0 and buyer is not None and not buyer_renders:
        return ("dsa-neither-renders",)
    return ("dsa-both-render",) if publisher == 2 and buyer_renders else ()
