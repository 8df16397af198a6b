"""Facts that do not fit say by which name they do not."""

import msgspec
import pytest

from evenhand.policy import Rulebook
from tests.unit.policy.made_up import HOUSE, entity, facts, pack, raw

BOOK = Rulebook.load(HOUSE)


@pytest.mark.parametrize(
    "request_id", [name for name, each in pack().items() if each["expect"]["decision"] != "nodecision"]
)
def test_facts_that_fit_have_no_misfit(request_id: str) -> None:
    """A missing entity is none: the schema has nothing to say of it."""
    assert BOOK.misfits(facts(raw(request_id))) == ()


def test_each_misfit_is_named_once() -> None:
    """In the context, in an entity, in a record of it; types and requests that the schema does not know."""
    plain = raw("plain-commercial")
    del plain["context"]["political"]
    plain["context"]["mood"] = "x"
    entity(plain, "Advertiser")["attrs"]["association"]["friends"] = 1
    plain["entities"] += [{"uid": {"type": "Shop", "id": "s"}, "attrs": {}}] * 2
    strange = msgspec.structs.replace(facts(plain), resource=facts(plain).principal)

    assert BOOK.misfits(facts(plain)) == (
        "context.mood is not in the schema",
        "context.political is not among the facts",
        "Advertiser.association.friends is not in the schema",
        "Shop is no entity type of the schema",
    )
    assert BOOK.misfits(strange)[0] == "the schema knows no buy of Advertiser by Advertiser"
