"""What must hold of every name, DSA object, chain and buyers.json that a buyer may send."""

from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.gate.claims.buyers import names_of_seats, read_buyers
from evenhand.gate.claims.demand_chain import bare_domain, read_chain
from evenhand.gate.claims.dsa import is_required, name_of, presence
from evenhand.gate.claims.names import LEGAL_FORMS, LONGEST_NAME, name_key, plain_name_key
from evenhand.model.errors import BadInput
from evenhand.model.hosts import host_of

WORDS = st.sampled_from([*sorted(LEGAL_FORMS), "Meridian", "S.A.", "O'Made", "«Ромашка»", "&", "№5", "e\u0301", "x_y"])
NAMES = st.text(max_size=LONGEST_NAME + 2) | st.lists(WORDS, max_size=6).map(" ".join)
ASCII_NAMES = st.text(st.characters(max_codepoint=127), max_size=LONGEST_NAME + 2)

KEYS = st.sampled_from([
    "ver", "complete", "nodes", "asi", "bsid", "name", "domain", "ext", "version", "buyers", "Buyers", "buyer_id",
    "buyer_type", "dsarequired", "pubrender", "adrender", "behalf", "paid",
])  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | NAMES
SCALARS |= st.sampled_from([0, 1, 2, 3, "1.0", "dsp-one.example", "https://a.example", "BOTH", "x" * 101])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=6),
    max_leaves=20,
)
REGS = JSON | st.fixed_dictionaries({}, optional={"dsarequired": SCALARS, "pubrender": SCALARS})
SAID = JSON | st.fixed_dictionaries({}, optional={"behalf": SCALARS, "paid": SCALARS, "adrender": SCALARS})
NODES = st.fixed_dictionaries({}, optional={"asi": SCALARS, "bsid": SCALARS, "name": SCALARS, "domain": SCALARS})
CHAINS = JSON | st.fixed_dictionaries({"ver": st.just("1.0"), "complete": SCALARS, "nodes": st.lists(NODES | JSON)})


@given(ASCII_NAMES | NAMES)
@example("Inc")
@example("\x1c\x7f_")
def test_the_fast_way_to_a_key_is_the_plain_way(text: str) -> None:
    """The fast path is not allowed an opinion of its own."""
    assert name_key(text) == plain_name_key(text)


@given(ASCII_NAMES)
def test_an_ascii_key_is_its_own_key_and_blind_to_case_and_blanks(text: str) -> None:
    """Else a register made from keys would hold others than one made from names."""
    key = name_key(text)
    assert name_key(key) == key
    assert name_key(text.swapcase()) == key
    if len(text) < LONGEST_NAME:
        assert name_key(f" {text}") == key


@given(NAMES)
def test_a_key_never_has_a_legal_form_at_an_end_but_alone(text: str) -> None:
    """And never two blanks, nor one at an end."""
    words = name_key(text).split(" ")
    assert words == [""] or all(words)
    assert len(words) == 1 or not {words[0], words[-1]} & LEGAL_FORMS


@given(REGS, SAID)
def test_presence_is_the_table_of_the_specification(regs_dsa: Any, dsa: Any) -> None:
    """Written once more as `gate.md` §6 is read, one line a code."""
    regs, bid = (each if isinstance(each, dict) else {} for each in (regs_dsa, dsa))
    required, renders = (repr(regs.get("dsarequired")) in {"2", "3"}, repr(bid.get("adrender")) == "1")
    behalf, paid = (bid[name] if isinstance(bid.get(name), str) else "" for name in ("behalf", "paid"))
    has_object = isinstance(dsa, dict)
    expected = {
        "dsa-missing": required and not has_object,
        "dsa-behalf-missing": required and has_object and not behalf.strip(),
        "dsa-paid-missing": required and has_object and not paid.strip(),
        "dsa-behalf-length": len(behalf) > 100,
        "dsa-paid-length": len(paid) > 100,
        "dsa-neither-renders": has_object
        and repr(regs.get("pubrender")) == "0"
        and bid.get("adrender") is not None
        and not renders,
        "dsa-both-render": has_object and repr(regs.get("pubrender")) == "2" and renders,
    }

    assert presence(regs_dsa, dsa) == tuple(code for code, is_so in expected.items() if is_so)
    assert is_required(regs_dsa) is required
    assert (name_of(dsa, "behalf"), name_of(dsa, "paid")) == tuple(
        name if name.strip() else "" for name in (behalf, paid)
    )


@given(CHAINS)
def test_whatever_reads_as_a_chain_has_parties_that_can_be_looked_up(value: Any) -> None:
    """Any JSON value is answered; nothing is raised."""
    chain = read_chain(value)
    if chain is not None:
        assert len(chain.nodes) == len(value["nodes"]) > 0
        assert chain.complete is (value["complete"] == 1)
    for node in chain.nodes if chain else ():
        assert all(host is None or host_of(host) == host for host in (node.asi, node.domain))
        assert 0 < len(node.bsid) <= 64 if node.asi else node.bsid == "" != node.name.strip()


@given(st.sampled_from(["dsp-one.example", "xn--e1afmkfd.xn--p1ai", "a.b.co.uk"]), st.data())
def test_a_text_with_the_signs_of_a_url_is_no_bare_domain(host: str, data: st.DataObject) -> None:
    """Wherever they stand."""
    place = data.draw(st.integers(0, len(host)))
    sign = data.draw(st.sampled_from(list("/\\:?#@% \t\n\x00[]")))
    assert bare_domain(host) == host
    assert bare_domain(host[:place] + sign + host[place:]) is None


@given(st.binary() | JSON.map(msgspec.json.encode) | st.builds(
    lambda buyers: msgspec.json.encode({"version": "1.0", "buyers": buyers}),
    JSON | st.lists(st.fixed_dictionaries({"buyer_id": NAMES, "buyer_type": st.just("BOTH"), "name": SCALARS})),
))  # fmt: skip
def test_any_bytes_are_read_as_buyers_or_refused(data: bytes) -> None:
    """No other error escapes, and what is read can be used."""
    try:
        buyers = read_buyers(data, "x")
    except BadInput:
        return
    names = names_of_seats(buyers)
    assert len({buyer.seat for buyer in buyers}) == len(buyers) >= len(names)
    assert all(seat and name.strip() for seat, name in names.items())
