"""Changing members of a JSON object in its bytes: what is not changed keeps its spelling, order and unknown parts."""

from evenhand.gate.wire.bid_spans import Span, member_span

_BLANKS = b" \t\r\n"


class Members:
    """The text of an object that a JSON reader has read, and what is to change in it.

    Lists are handed in as they are written, which is how a reader gives them: None for a member that is absent.
    `whole` is the text that the reader took, `data` itself but for escapes: every place is the same in both.
    """

    def __init__(self, data: bytes, whole: bytes) -> None:
        self._data, self._whole = data, whole
        self._edits: list[tuple[int, int, bytes]] = []
        self._new: list[bytes] = []

    def extend(self, name: str, written: bytes | None, added: bytes) -> None:
        """Put JSON values, with commas between, at the end of a list; where it is absent or null, make it of them."""
        if written is None:
            self._new.append(b'"%b":[%b]' % (name.encode(), added))
            return
        start, end = self._span(name, written)
        if written == b"null":
            self._edits.append((start, end, b"[%b]" % added))
        else:
            comma = b"," if written[1:-1].strip(_BLANKS) else b""
            self._edits.append((end - 1, end - 1, comma + added))

    def replace(self, name: str, written: bytes, value: bytes) -> None:
        """Put a JSON value in place of the one that a member has."""
        self._edits.append((*self._span(name, written), value))

    def sent(self, name: str, written: bytes) -> bytes:
        """Return a member's value as it was sent: with the escapes that the reader did not take."""
        start, end = self._span(name, written)
        return self._data[start:end]

    def text(self) -> bytes:
        """Return the object's text with every change; the very same object if there is none."""
        if not self._edits and not self._new:
            return self._data
        return self._spliced()

    def _spliced(self) -> bytes:
        data, edits = self._data, list(self._edits)
        if self._new:
            end = len(data.rstrip(_BLANKS)) - 1
            comma = b"," if data[:end].strip(_BLANKS) != b"{" else b""
            edits.append((end, end, comma + b",".join(self._new)))
        parts, place = [], 0
        for start, end, text in sorted(edits):
            parts += [data[place:start], text]
            place = end
        return b"".join([*parts, data[place:]])

    def _span(self, name: str, written: bytes) -> Span:
        """Return where the value of a member stands; of a name that is there twice the last counts, as for readers.

        INVARIANT: a name that is there once in the whole text, none being escaped, is the member that was read.
        """
        data, key = self._whole, f'"{name}"'.encode()
        if b"\\u" not in data and data.count(key) == 1:
            start = data.index(written, data.index(key) + len(key))
            return start, start + len(written)
        span = member_span(data, name)
        assert span is not None, name
        return span
