"""Errors are one line that says what, where, what stood there, what was expected, what to do."""

import inspect

import msgspec

from evenhand.model import errors
from evenhand.model.errors import (
    BadInput,
    EngineUnavailable,
    EvenhandError,
    FieldError,
    InternalFault,
    LedgerError,
    NotPermitted,
    ProcessEnded,
    RecordIncomplete,
    StateRefused,
)
from tests.each_case import each_case

ALL = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, EvenhandError)]


def test_the_line_is_built_from_the_fields() -> None:
    """A program reads the fields, a person the line."""
    error = BadInput("unknown colour", where="a.csv", line=3, got="red\n blue", expected="green", todo="mend it")

    assert str(error) == "a.csv:3: unknown colour `red blue`; expected green; mend it"
    assert (error.where, error.line, error.got) == ("a.csv", 3, "red\n blue")


def test_fields_that_are_not_there_leave_no_trace() -> None:
    """No empty quotes, no colon without a place."""
    assert str(BadInput("nothing to check")) == "nothing to check"
    assert str(BadInput("is empty", where="a.csv")) == "a.csv: is empty"


def test_a_long_value_is_cut() -> None:
    """A cell of a megabyte is no message."""
    assert len(str(BadInput("bad", got="x" * 1_000_000))) < 100


def test_a_record_that_is_incomplete_names_every_field() -> None:
    """The operator mends them in one go."""
    error = RecordIncomplete("cannot be exported", errors=(FieldError("facts", "empty"), FieldError("url", "missing")))

    assert "facts empty, url missing" in str(error)
    assert error.errors[1].field == "url"


@each_case("kind", ALL)
def test_the_tree_in_the_docstring_is_the_tree(kind: type[EvenhandError]) -> None:
    """One place shows what a caller can catch, and which exit status it becomes."""
    assert kind.__name__ in (errors.__doc__ or "")
    roots = (BadInput, StateRefused, NotPermitted, ProcessEnded, EngineUnavailable, InternalFault, LedgerError)
    assert kind in (EvenhandError, *roots) or issubclass(kind.__mro__[1], roots)
    assert not issubclass(kind, msgspec.MsgspecError)


def test_an_act_that_is_refused_says_what_would_be_allowed() -> None:
    """The person sees the state or the rule, and whom to ask."""
    state = StateRefused(where="t-1", state="answered", event="claim", allowed=("note",))
    person = NotPermitted("not active", rule="staff", person="a.lee", needed="a person who is active on this day")

    assert str(state) == "t-1: `claim` is not allowed in state `answered`; expected note"
    assert str(person) == "not active (rule staff): `a.lee`; expected a person who is active on this day"
    assert (state.state, state.event, state.allowed) == ("answered", "claim", ("note",))
    assert (person.rule, person.person) == ("staff", "a.lee")
