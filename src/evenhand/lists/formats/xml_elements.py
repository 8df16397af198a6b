"""XML read a record at a time by a parser that knows no entities.

A document type declaration is refused: it alone can declare entities, which could grow without bound or
name other files. One comment, tag or instruction of more than a megabyte is refused too: the parser reads it from its
beginning again with each piece of the file, so that its cost would grow with the square of its length (32 MB took 9 s
and 128 MB 156 s). The encoding is UTF-8 whatever the file says. Names are local: a list's namespace differs by the
address that it was fetched from.
"""

from collections.abc import Container, Iterator
from xml.parsers import expat

from evenhand.model.errors import ListUnreadable

_CHUNK = 1 << 16
_DEEPEST = 100
_MOST_PIECES = 16
"""Pieces of the file (1 MB in all) within which something must begin, end or go on as text."""
_BEFORE_LOCAL = " "
_NULLS = ("na",)


class Element:
    """An element with its line (from 1), attributes, children and text."""

    __slots__ = ("_pieces", "attributes", "children", "line", "tag")

    def __init__(self, tag: str, line: int, attributes: dict[str, str]) -> None:
        self.tag, self.line, self.attributes = tag, line, attributes
        self.children: list[Element] = []
        self._pieces: list[str] = []

    def append(self, text: str) -> None:
        """Add a piece of the element's text."""
        self._pieces.append(text)

    @property
    def published(self) -> str:
        """The text with its blanks collapsed."""
        return " ".join("".join(self._pieces).split())

    @property
    def content(self) -> str:
        """The text with its blanks collapsed, ``""`` where it says that there is none."""
        return "" if self.published in _NULLS else self.published

    def get(self, attribute: str) -> str:
        """Return an attribute's value with its blanks collapsed, ``""`` if there is none."""
        return " ".join(self.attributes.get(attribute, "").split())

    def below(self, *tags: str) -> "list[Element]":
        """Return the elements at the end of this path of names, in order."""
        found = [self]
        for tag in tags:
            found = [child for element in found for child in element.all(tag)]
        return found

    def all(self, tag: str) -> list["Element"]:
        """Return the children of this name, in order."""
        return [child for child in self.children if child.tag == tag]

    def text(self, tag: str) -> str:
        """Return the text of the first child of this name, ``""`` if there is none."""
        return next((child.content for child in self.children if child.tag == tag), "")

    def values(self, tag: str) -> list[str]:
        """Return the texts of the `VALUE`s below the children of this name."""
        return [value.content for child in self.all(tag) for value in child.all("VALUE")]


def elements(name: str, data: bytes, *, root: str, wanted: Container[str]) -> Iterator[Element]:
    """Yield each outermost element of a wanted name as soon as it is closed, below the root of this name.

    Raises:
        ListUnreadable: the file is not well-formed XML, has another root or declares a document type.
    """
    builder = _Builder(name, root, wanted)
    for start in range(0, len(data) + 1, _CHUNK):
        builder.feed(data[start : start + _CHUNK], last=start + _CHUNK > len(data))
        yield from builder.take()


def root_attributes(name: str, data: bytes, *, root: str) -> dict[str, str]:
    """Return the attributes of the root element.

    Raises:
        ListUnreadable: as for `elements`, as far as the first 64 kB go.
    """
    return _head(name, data, root, ()).attributes


def first_element(name: str, data: bytes, *, root: str, wanted: str) -> Element | None:
    """Return the first element of this name that is closed within the first 64 kB, or None.

    Raises:
        ListUnreadable: as for `elements`, as far as the first 64 kB go.
    """
    return next(iter(_head(name, data, root, (wanted,)).take()), None)


def _head(name: str, data: bytes, root: str, wanted: Container[str]) -> "_Builder":
    builder = _Builder(name, root, wanted)
    builder.feed(data[:_CHUNK], last=False)
    return builder


class _Builder:
    def __init__(self, name: str, root: str, wanted: Container[str]) -> None:
        self._name, self._root, self._wanted = name, root, wanted
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._depth = self._silent_pieces = 0
        self.attributes: dict[str, str] = {}
        self._parser = expat.ParserCreate("UTF-8", _BEFORE_LOCAL)
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.CommentHandler = self._parser.ProcessingInstructionHandler = self._pass_over

    def feed(self, data: bytes, *, last: bool) -> None:
        """Parse more of the file; `last` says that it ends here."""
        self._silent_pieces += 1
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            what = f"not well-formed XML ({expat.ErrorString(error.code)})"
            raise ListUnreadable(what, where=self._name, line=error.lineno, expected="well-formed XML") from None
        if self._silent_pieces > _MOST_PIECES:
            what, most = "a comment, tag or instruction is too long", f"at most {_MOST_PIECES * _CHUNK:,} bytes"
            raise ListUnreadable(what, where=self._name, line=self._line, expected=most)

    def take(self) -> list[Element]:
        """Return the elements closed since it was last asked."""
        done, self._done = self._done, []
        return done

    def _refuse_doctype(self, doctype: str, *_: object) -> None:
        raise ListUnreadable(
            "a document type declaration", where=self._name, line=self._line, got=doctype, expected="plain elements"
        )

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber

    def _pass_over(self, *_: str) -> None:
        self._silent_pieces = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._silent_pieces = 0
        tag = _local(name)
        if self._depth == 0:
            if tag != self._root:
                raise ListUnreadable("root", where=self._name, line=self._line, got=tag, expected=self._root)
            self.attributes = attributes
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ListUnreadable(
                "elements are nested too deep", where=self._name, line=self._line, expected=f"at most {_DEEPEST} deep"
            )
        if not self._open and tag not in self._wanted:
            return
        element = Element(tag, self._line, {_local(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)

    def _text(self, text: str) -> None:
        self._silent_pieces = 0
        if self._open:
            self._open[-1].append(text)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            if not self._open:
                self._done.append(element)


def _local(name: str) -> str:
    return name.rpartition(_BEFORE_LOCAL)[2]
