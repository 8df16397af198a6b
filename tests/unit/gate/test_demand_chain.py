"""Demand chains: what a valid one gives; which are valid stands in tests/fixtures/gate/dchain.json."""

from typing import Any

from evenhand.gate.claims.demand_chain import Chain, Node, bare_domain, read_chain
from tests.each_case import each_case


def test_a_chain_gives_its_parties_in_order_with_hosts() -> None:
    """Hosts are those that a register has as keys, so that a node leads to a row."""
    chain = read_chain(
        {
            "ver": "1.0",
            "complete": 1,
            "nodes": [
                {"asi": None, "name": "A made-up shop", "domain": "Ромашка.example"},
                {"name": "A made-up agency"},
                {"asi": "DSP-One.example", "bsid": "A512", "ext": {"more": 1}},
            ],
        }
    )

    assert chain == Chain(
        complete=True,
        nodes=(
            Node(None, "", "A made-up shop", "xn--80aa3agjl3d.example"),
            Node(None, "", "A made-up agency", None),
            Node("dsp-one.example", "A512", "", None),
        ),
    )


def test_a_chain_that_begins_in_the_middle_says_so() -> None:
    """Its first node need not be the advertiser."""
    chain = read_chain({"ver": "1.0", "complete": 0, "nodes": [{"asi": "dsp-one.example", "bsid": "512"}]})
    assert chain is not None
    assert not chain.complete


@each_case(("value", "host"), [
    ("dsp-one.example", "dsp-one.example"), ("DSP-One.Example.", "dsp-one.example"),
    ("faß.example", "xn--fa-hia.example"),
    ("http://dsp-one.example", None), ("dsp-one.example:443", None), ("dsp-one.example:", None),
    ("dsp-one.example/", None),
    ("dsp-one.example\\x", None), ("dsp-one.example#x", None), (" dsp-one.example", None), ("dsp-\tone.example", None),
    (".dsp-one.example", None), ("*.dsp-one.example", None), ("dsp-one%2Eexample", None), ("", None), ("dsp-one", None),
    ("[::1]", None), ("10.0.0.1", None), (7, None), (None, None), (["dsp-one.example"], None),
    ("x" * 64 + ".example", None),
])  # fmt: skip
def test_a_bare_domain_is_a_domain_and_nothing_else(value: Any, host: str | None) -> None:
    """What `host_of` forgives an `adomain` is no identifier of a buying system."""
    assert bare_domain(value) == host
