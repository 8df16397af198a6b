"""The rulings that a run leaves for the next one, as a file of `state/`: each answer once, with the facts it is of."""

from collections.abc import Mapping

import msgspec

from evenhand.model.ruling import Ruling
from evenhand.workflows.evaluation.rulings import RuledRequest

RULINGS = "rulings.msgpack"


class _Answer(msgspec.Struct, frozen=True, array_like=True):
    """What many requests have in common."""

    active_sha256: str
    time_bound: bool
    ruling: Ruling


class _Rulings(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Distinct answers, and by request the two hashes of its facts and the place of its answer."""

    answers: list[_Answer]
    requests: dict[str, tuple[bytes, bytes, int]]


_decode = msgspec.msgpack.Decoder(_Rulings).decode


def encode_rulings(ruled: Mapping[str, RuledRequest]) -> bytes:
    """Return the rulings by request, in their order."""
    places: dict[_Answer, int] = {}
    requests = {
        key: (
            each.facts_sha256,
            each.read_sha256,
            places.setdefault(_Answer(each.active_sha256, each.time_bound, each.ruling), len(places)),
        )
        for key, each in ruled.items()
    }
    return msgspec.msgpack.encode(_Rulings(list(places), requests))


def rulings_to_write(ruled: Mapping[str, RuledRequest], last: Mapping[str, RuledRequest] | None) -> bytes | None:
    """Return the file of the rulings, None where the one that holds the `last` ones is taken over.

    It is a fifth of what they are in memory: a run makes it early, and lets them go.
    """
    return None if last == ruled else encode_rulings(ruled)


def decode_rulings(data: bytes) -> dict[str, RuledRequest]:
    """Return what `encode_rulings` was given. Cost: 1 µs a request; an answer of many is one object in memory.

    Raises:
        msgspec.MsgspecError: they are no such bytes.
        IndexError: a request has no answer.
    """
    found = _decode(data)
    answers = [(each.active_sha256, each.time_bound, each.ruling) for each in found.answers]
    return {key: RuledRequest(facts, read, *answers[place]) for key, (facts, read, place) in found.requests.items()}
