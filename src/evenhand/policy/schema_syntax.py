"""Cedar's schema syntax, read into declarations whose names are not yet looked up."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from evenhand.model.errors import RulebookInvalid

Item = TypeVar("Item")

_TOKEN = re.compile(r'//[^\n]*|\s+|(?P<string>"(?:[^"\\]|\\.)*")|(?P<token>\w+|::|[][{}<>(),;:=@?])|(?P<bad>.)', re.S)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(.))", re.S)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


@dataclass(frozen=True)
class Name:
    """A type by the name that stands in the text."""

    text: str


@dataclass(frozen=True)
class SetOf:
    """`Set<element>`."""

    element: "Written"


@dataclass(frozen=True)
class Field:
    """One attribute of a record."""

    type: "Written"
    optional: bool
    annotations: dict[str, str]


@dataclass(frozen=True)
class Record:
    """`{ name: type, … }`."""

    attributes: dict[str, Field] = field(default_factory=dict)


Written = Name | SetOf | Record


@dataclass(frozen=True)
class Entity:
    """`entity Name in [Parents] { … } tags Type;` or `entity Name enum ["a", "b"];`, the name with its namespace."""

    namespace: str
    name: str
    attributes: Record
    tags: Written | None = None
    members: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Common:
    """`type Name = …;`, the name with its namespace."""

    namespace: str
    name: str
    type: Written


@dataclass(frozen=True)
class Action:
    """`action "id" in [groups] appliesTo { … };`; an action is named by its type and its id."""

    namespace: str
    key: tuple[str, str]
    groups: tuple[tuple[str, str], ...]
    principals: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    context: Written = Record()


@dataclass(frozen=True)
class Parsed:
    """All declarations of a schema in the order of the text."""

    entities: list[Entity] = field(default_factory=list)
    commons: list[Common] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


def parse(text: str, where: str) -> Parsed:
    """Return the declarations of a schema's text.

    Raises:
        RulebookInvalid: a token out of place, with its line.
    """
    return _Parser(text, where).schema()


@dataclass(frozen=True)
class _Token:
    text: str
    line: int
    quoted: bool = False


class _Parser:
    """Recursive descent over tokens; each method reads what it is named after."""

    def __init__(self, text: str, where: str) -> None:
        self._where = where
        self._tokens = list(self._scan(text))
        self._at = 0
        self._namespace = ""
        self._parsed = Parsed()

    def schema(self) -> Parsed:
        while self._at < len(self._tokens) - 1:
            self._annotations()
            if self._accept("namespace"):
                self._namespace = self._path()
                self._expect("{")
                while not self._accept("}"):
                    self._annotations()
                    self._declaration()
                self._namespace = ""
            else:
                self._declaration()
        return self._parsed

    def _declaration(self) -> None:
        if self._accept("entity"):
            self._entities()
        elif self._accept("action"):
            self._actions()
        elif self._accept("type"):
            name = self._next().text
            self._expect("=")
            self._parsed.commons.append(Common(self._namespace, self._qualified(name), self._type()))
        else:
            self._fail("entity, action, type or namespace")
        self._expect(";")

    def _entities(self) -> None:
        names = self._separated(lambda: self._next().text)
        members: tuple[str, ...] = ()
        parents: tuple[str, ...] = ()
        attributes, tags = Record(), None
        if self._accept("enum"):
            members = self._bracketed(lambda: self._next().text)
        else:
            if self._accept("in"):
                parents = self._one_or_more(self._path)
            self._accept("=")
            if self._sees("{"):
                attributes = self._record()
            if self._accept("tags"):
                tags = self._type()
        for name in names:
            self._parsed.entities.append(
                Entity(self._namespace, self._qualified(name), attributes, tags, members, parents)
            )

    def _actions(self) -> None:
        names = self._separated(lambda: self._next().text)
        groups = self._one_or_more(self._action_ref) if self._accept("in") else ()
        applies: dict[str, tuple[str, ...]] = {}
        context: Written = Record()
        if self._accept("appliesTo"):
            self._expect("{")
            while not self._accept("}"):
                part = self._next().text
                self._expect(":")
                if part == "context":
                    context = self._type()
                else:
                    applies[part] = self._one_or_more(self._path)
                self._accept(",")
        for name in names:
            self._parsed.actions.append(
                Action(
                    self._namespace,
                    (self._qualified("Action"), name),
                    groups,
                    applies.get("principal", ()),
                    applies.get("resource", ()),
                    context,
                )
            )

    def _action_ref(self) -> tuple[str, str]:
        """Return `name`, `"name"` or `Namespace::Action::"name"` as type and id."""
        parts = [self._next().text]
        while self._accept("::"):
            parts.append(self._next().text)
        kind = "::".join(parts[:-1])
        return self._qualified("Action") if kind in ("", "Action") else kind, parts[-1]

    def _type(self) -> Written:
        if self._sees("{"):
            return self._record()
        name = self._path()
        if name == "Set" and self._accept("<"):
            element = self._type()
            self._expect(">")
            return SetOf(element)
        return Name(name)

    def _record(self) -> Record:
        self._expect("{")
        attributes: dict[str, Field] = {}
        while not self._accept("}"):
            annotations = self._annotations()
            name = self._next().text
            optional = self._accept("?")
            self._expect(":")
            attributes[name] = Field(self._type(), optional, annotations)
            self._accept(",")
        return Record(attributes)

    def _annotations(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._accept("@"):
            name, value = self._next().text, ""
            if self._accept("("):
                value = self._next().text
                self._expect(")")
            found[name] = value
        return found

    def _path(self) -> str:
        return "::".join(self._separated(lambda: self._next().text, "::"))

    def _one_or_more(self, read: Callable[[], Item]) -> tuple[Item, ...]:
        return self._bracketed(read) if self._sees("[") else (read(),)

    def _bracketed(self, read: Callable[[], Item]) -> tuple[Item, ...]:
        self._expect("[")
        items: list[Item] = []
        while not self._accept("]"):
            items.append(read())
            self._accept(",")
        return tuple(items)

    def _separated(self, read: Callable[[], Item], mark: str = ",") -> tuple[Item, ...]:
        items = [read()]
        while self._accept(mark):
            items.append(read())
        return tuple(items)

    def _qualified(self, name: str) -> str:
        return f"{self._namespace}::{name}" if self._namespace else name

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._peek()
        if token is self._tokens[-1]:
            self._fail("more")
        self._at += 1
        return token

    def _sees(self, mark: str) -> bool:
        token = self._peek()
        return token.text == mark and not token.quoted

    def _accept(self, mark: str) -> bool:
        found = self._sees(mark)
        self._at += found
        return found

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            self._fail(f"`{mark}`")

    def _fail(self, expected: str) -> NoReturn:
        token = self._peek()
        raise RulebookInvalid(
            "unexpected token in the schema", where=self._where, line=token.line, got=token.text, expected=expected
        )

    def _scan(self, text: str) -> Iterator[_Token]:
        line = 1
        for found in _TOKEN.finditer(text):
            if found["string"] is not None:
                yield _Token(_unescaped(found["string"][1:-1]), line, quoted=True)
            elif found["bad"] is not None:
                raise RulebookInvalid("unexpected character in the schema", where=self._where, line=line, got=found[0])
            elif found["token"] is not None:
                yield _Token(found[0], line)
            line += found[0].count("\n")
        yield _Token("", line)


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _ESCAPES.get(found[3], found[3])

    return _ESCAPE.sub(one, text)
