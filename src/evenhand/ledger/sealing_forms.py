"""Commitments to payloads by the form of one before: those of the plain way, in less than half of its time.

The decisions of a run have the same text but for the values that are sealed. One is read the plain way, and the text
between its values is the form of others: of those only the values are looked at.
"""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from operator import add

import msgspec

from evenhand.ledger.canonical_json import MOST_BYTES, is_canonical
from evenhand.ledger.field_commitments import (
    SALT_SIZE,
    SEALING_MARK,
    field_salts,
    framed,
    says_sealing,
    sealing_places,
)
from evenhand.ledger.sealed_fields import SEALED_MARK
from evenhand.model.errors import RecordRefused
from evenhand.model.record import canonical_exact

_MOST_FORMS, _MOST_VALUES = 16, 4096  # in memory
_SHORT, _LONG = 8, 1024  # bytes of texts and of other values that come again, as countries and their lists do
_GAP = "\ue000"
_GAP_TEXT = canonical_exact(_GAP)
_MARK = _GAP.encode()
# Members that are sealed whole or in parts, as their value has it: then a form would not tell the places.
_IN_PARTS = frozenset(("facts", "context", "entities", "attrs", "uid", "principal", "resource"))
_NAMES_ENTITY = b'{"__entity"'
_MOST_ABOVE = 8  # containers that a sealed value stands in
_SCALAR = rb'"[ !#-\[\]-~]*+"|0|-?[1-9][0-9]{0,14}+'
_PLAIN = re.compile(_SCALAR + rb"|true|false|null")
_INNER = re.compile(rb"(?<=[:,\[])(?:" + _SCALAR + rb")(?=[,}\]])")
_SHAPE = re.compile(rb'(?:[][{}:,0]|"[A-Za-z_]+":|true|false|null)*+')


class _Form:
    """A payload but for those of its sealed values that were seen to differ from payload to payload."""

    def __init__(self, texts: Sequence[bytes], paths: Sequence[str], values: Sequence[bytes]) -> None:
        """Begin with a payload: the texts around its sealed values, and these with their paths."""
        self._texts, self._paths, self._values = texts, [framed(path) for path in paths], values
        self._closed = list(_closed(texts))
        self._let_differ([])

    def values(self, payload: bytes) -> list[bytes] | None:
        """Return what stands in a payload where values differ; None where its text is another."""
        found = _between(self._whole, payload)
        if found is not None:
            return found
        found = _between(self._texts, payload)
        if found is None:
            return None
        differ = (at for at, (one, other) in enumerate(zip(found, self._values, strict=True)) if one != other)
        self._let_differ(sorted({*self._differing, *differ}))
        return [found[at] for at in self._differing]

    def commitment(self, root: bytes, values: Sequence[bytes]) -> str:
        """Return what the leaf of a payload with these differing values commits to."""
        salt, *salts = field_salts(root, len(self._paths))
        over = self._over.copy()
        for at, value in zip(self._differing, values, strict=True):
            over[at] += value
        closed = self._closed.copy()
        closed[1::2] = [each.hexdigest() for each in map(sha256, map(add, map(b"\x03".__add__, salts), over))]
        return sha256(b"\x02" + salt + "".join(closed).encode()).hexdigest()

    def _let_differ(self, places: Sequence[int]) -> None:
        """Let the values in these places differ."""
        self._differing = places
        self._over = [
            path if at in places else path + value
            for at, (path, value) in enumerate(zip(self._paths, self._values, strict=True))
        ]
        self._whole = [self._texts[0]]
        for at, (value, text) in enumerate(zip(self._values, self._texts[1:], strict=True)):
            if at in places:
                self._whole.append(text)
            else:
                self._whole[-1] += value + text


class SealingForms:
    """The forms of the payloads that were committed to last, and values that were seen to be canonical."""

    def __init__(self) -> None:
        self._forms: list[_Form] = []
        self._values: set[bytes] = set()
        self._shapes: set[bytes] = set()

    def commitment(self, salt: bytes, payload: bytes) -> str | None:
        """Return what the leaf of a payload commits to; None where nothing is known that says so without reading it.

        INVARIANT: a payload made of a canonical one's text and, in each place, one canonical value is canonical; and
        where no value names an entity it has the same places.
        """
        if SEALING_MARK not in payload or SEALED_MARK in payload or len(payload) > MOST_BYTES or len(salt) != SALT_SIZE:
            return None
        for at, form in enumerate(self._forms):
            values = form.values(payload)
            if values is not None:
                if at:
                    self._forms.insert(0, self._forms.pop(at))
                return form.commitment(salt, values) if self._are_canonical(values) else None
        return None

    def learn(self, payload: bytes) -> None:
        """Take the form of a payload that may become a leaf."""
        if SEALING_MARK not in payload or _MARK in payload:
            return
        whole = msgspec.json.decode(payload)
        places = list(sealing_places(whole)) if says_sealing(whole) else []
        if not places or any(place.key in _IN_PARTS for place in places):
            return
        values = [canonical_exact(place.value) for place in places]
        for place in places:
            place.holder[place.key] = _GAP
        texts = canonical_exact(whole).split(_GAP_TEXT)
        form = _Form(texts, [place.path for place in places], values)
        self._forms = [form, *self._forms[: _MOST_FORMS - 1]]

    def _are_canonical(self, values: list[bytes]) -> bool:
        return all(map(self._is_canonical, set(values).difference(self._values)))

    def _is_canonical(self, value: bytes) -> bool:
        """Return whether a value may stand in any place that is sealed as a whole."""
        if _PLAIN.fullmatch(value):
            comes_again = len(value) <= _SHORT
        elif self._has_known_shape(value) or _fits(value):
            comes_again = len(value) <= _LONG
        else:
            return False
        if comes_again:
            _remember(self._values, value)
        return True

    def _has_known_shape(self, value: bytes) -> bool:
        """Return whether a value is canonical because it is another one but for its numbers and strings.

        INVARIANT: with names of letters alone every other text between the signs is a value, and any in its place is.
        """
        shape = _INNER.sub(b"0", value)
        if shape not in self._shapes and _SHAPE.fullmatch(shape) and _fits(shape):
            _remember(self._shapes, shape)
        return shape in self._shapes


def _remember(known: set[bytes], value: bytes) -> None:
    if len(known) >= _MOST_VALUES:
        known.clear()
    known.add(value)


def _between(texts: Sequence[bytes], payload: bytes) -> list[bytes] | None:
    """Return what stands between the texts in a payload; None where it is not made of them."""
    first, *others = texts
    if not payload.startswith(first):
        return None
    start, found = len(first), []
    for text in others:
        end = payload.find(text, start)
        if end < 0:
            return None
        found.append(payload[start:end])
        start = end + len(text)
    return found if start == len(payload) else None


def _closed(texts: Sequence[bytes]) -> Iterable[str]:
    """Yield the text of the closed form, with an empty one for each hash."""
    for at, text in enumerate(texts):
        if at:
            yield ""
        before, after = '"}' if at else "", '{"sealed":"' if at < len(texts) - 1 else ""
        yield before + text.decode() + after


def _fits(value: bytes) -> bool:
    """Return whether a value is canonical and names no entity, wherever it stands."""
    if value.startswith(_NAMES_ENTITY):
        return False
    try:
        return is_canonical(value) and is_canonical(b"[" * _MOST_ABOVE + value + b"]" * _MOST_ABOVE)
    except RecordRefused:
        return False
