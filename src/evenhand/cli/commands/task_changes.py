"""What options of `task answer` say of single facts."""

from collections.abc import Iterable, Iterator

from evenhand.model.confirmed_fact import FactChange
from evenhand.model.errors import BadInput


def stated_changes(judge: Iterable[str]) -> tuple[FactChange, ...]:
    """Return what the options state, in their order.

    Raises:
        BadInput: an option is not of its form.
    """
    return tuple(_judgements(judge))


def _judgements(texts: Iterable[str]) -> Iterator[FactChange]:
    from evenhand.workflows.review.judgement_file import read_verdict

    for text in texts:
        entry, _, word = text.rpartition("=")
        key, _, entity = entry.partition("#")
        if not (key and entity):
            raise BadInput("no judgement", where="--judge", got=text, expected="LIST#ENTITY=same, not-same or unsure")
        yield FactChange(kind="judgement", list=key, entity_id=entity, verdict=read_verdict(word))
