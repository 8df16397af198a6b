"""Many small cases in one test: for each test pytest takes milliseconds, and such a case takes microseconds."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

Test = Callable[..., None]
_Given = type(pytest.param())


def each_case(names: str | Sequence[str], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Return what lets a test go through cases by itself; written as `pytest.mark.parametrize` is, also several.

    All cases are tried; those that fail are told together, each with its values. They have the fixtures in common: a
    test that wants a folder or a patch for each case is none for this.
    """
    keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    mine = [dict(zip(keys, _values(case, len(keys)), strict=True)) for case in cases]

    def decorated(test: Test) -> Test:
        plain: Test = getattr(test, "plain", test)
        every = [{**case, **inner} for case in mine for inner in getattr(test, "cases", [{}])]
        assert every, "no case"

        @functools.wraps(plain)
        def tried(**fixtures: object) -> None:
            failed = [error for case in every if (error := _try(plain, fixtures, case)) is not None]
            if failed:
                raise BaseExceptionGroup(f"{len(failed)} of {len(every)} cases", failed)

        left = [each for each in inspect.signature(plain).parameters.values() if each.name not in every[0]]
        vars(tried).update(plain=plain, cases=every, __signature__=inspect.Signature(left))
        return tried

    return decorated


def _values(case: Any, size: int) -> Sequence[Any]:
    values: Sequence[Any] = case.values if isinstance(case, _Given) else case if size > 1 else (case,)
    return values


def _try(test: Test, fixtures: dict[str, object], case: dict[str, Any]) -> BaseException | None:
    """Return why a case failed, with its values as a note; None if it did not."""
    try:
        test(**fixtures, **case)
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001  whatever it is, the other cases are tried
        error.add_note("case: " + ", ".join(f"{name}={value!r}" for name, value in case.items()))
        return error
    return None
