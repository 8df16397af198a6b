"""What the runners `python -m tests.conformance.<name>` share: arguments, cases read from files, counts, exit status.

A runner prints one JSON object as the last line of its output. Its exit status is

- 0: every case agrees; where figures are measured (recall, F1), they were; a case not supported is no disagreement
- 1: some case disagrees; the last line names them
- 2: the input cannot be used; nothing is printed but one line on standard error: what is wrong, in which file and
  line, what was expected, what to do

Files hold a JSON array of cases or a JSON object a line, as UTF-8, plain or packed by gzip.
"""

import argparse
import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from evenhand.model.errors import BadInput, EvenhandError

Case = dict[str, Any]
Agrees = Callable[[Case], bool | None]
_FORM = "a JSON array of cases, or a JSON object a line"


class PlacedCase(Case):
    """A case of a file: `where` is its file and line, `text` the case as it was written there."""

    where: str
    text: str


class Arguments(argparse.ArgumentParser):
    """The arguments of a runner; wrong ones are bad input, in one line."""

    def __init__(self, description: str | None) -> None:
        super().__init__(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        raise BadInput(message, where=self.prog, todo="see --help")


def execute(
    arguments: Arguments, work: Callable[[Any], dict[str, Any]], argv: Sequence[str] | None = None, *,
    measures: bool = False,
) -> int:  # fmt: skip
    """Run what a command line asks for, print its figures as the last line, and return the exit status.

    A runner that `measures` says how many cases it has right, and is not expected to have all.
    """
    try:
        figures = work(arguments.parse_args(argv))
    except (EvenhandError, OSError) as error:
        sys.stderr.write(f"{one_line(error)}\n")
        return 2
    print(json.dumps(figures))
    return 1 if figures.get("disagree") and not measures else 0


def run_files(description: str | None, agrees: Agrees, form: Any = None, argv: Sequence[str] | None = None) -> int:
    """Run the cases of the files that a command line names; return the exit status."""
    arguments = Arguments(description)
    arguments.add_argument("files", nargs="+")
    return execute(arguments, lambda chosen: count(list(read_cases(chosen.files, form)), agrees), argv)


def count(cases: Iterable[Case], agrees: Agrees) -> dict[str, Any]:
    """Return the counts that a runner prints, with the ids of cases that disagree; None is a case not supported.

    A case whose answer is an error disagrees, so that every case counts once.
    """
    counts: dict[str, Any] = {"cases": 0, "agree": 0, "unsupported": 0, "disagree": []}
    for place, case in enumerate(cases):
        counts["cases"] += 1
        try:
            answer = agrees(case)
        except Exception as error:  # noqa: BLE001  whatever it is, the other cases are still to be run
            say(case, f"{one_line(error)}; it counts as disagreeing", place)
            answer = False
        if answer is None:
            counts["unsupported"] += 1
        elif answer:
            counts["agree"] += 1
        else:
            counts["disagree"].append(case.get("id", place))
    return counts


def say(case: Case, text: str, place: int = 0) -> None:
    """Write a line on standard error that says something of one case."""
    sys.stderr.write(f"{_where(case)}case {case.get('id', place)}: {text}\n")


@contextmanager
def answering(where: object) -> Iterator[None]:
    """Make bad input of whatever the answer to a case, or to a file, ends in.

    Raises:
        BadInput: always where an error was raised; it says where.
    """
    try:
        yield
    except Exception as error:
        if isinstance(where, dict):
            where = f"{_where(where)}case {where.get('id')}"
        elif isinstance(error, EvenhandError) and error.where:
            raise
        raise BadInput(one_line(error), where=where) from error


def one_line(error: BaseException) -> str:
    """Return an error as one line; of those that are not ours with their class."""
    text = " ".join(str(error).split())
    if isinstance(error, EvenhandError):
        return text
    if isinstance(error, KeyError):
        return f"a field is missing: {text} (KeyError)"
    return f"cannot be answered: {text} ({type(error).__name__})"


def _where(case: object) -> str:
    return f"{case.where}: " if isinstance(case, PlacedCase) else ""


def read_cases(paths: Iterable[str | Path], form: Any = None) -> Iterator[Case]:
    """Yield the cases of files; one without `id` gets its number, from 0.

    `form` is a TypedDict or record that says which fields a case has; others are notes.

    Raises:
        BadInput: a file cannot be read, or a line is no such case.
    """
    for number, (where, text, value) in enumerate(each for path in paths for each in _values(Path(path))):
        try:
            msgspec.convert(value, dict[str, Any] if form is None else form)
        except msgspec.ValidationError as error:
            named = getattr(form, "__required_keys__", ())
            fields = f"an object with {', '.join(sorted(named))}" if named else "an object"
            raise BadInput(f"not a case: {error}", where=where, expected=fields, todo="correct the case") from None
        case = PlacedCase(value)
        case.setdefault("id", number)
        case.where, case.text = where, text
        yield case


def _values(path: Path) -> Iterator[tuple[str, str, Any]]:
    """Yield the place, the text and the value of each line, or of each element of an array."""
    text = read_text(path)
    if text.lstrip().startswith("["):
        for number, value in enumerate(_json(text, path, 1), 1):
            yield f"{path}: case {number}", "", value
        return
    for number, line in enumerate(text.split("\n"), 1):  # other signs that end a line may stand inside a JSON string
        if line.strip():
            yield f"{path}:{number}", line, _json(line, path, number)


def _json(text: str, path: Path, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        what, line = error.msg, line + error.lineno - 1
    except (ValueError, RecursionError) as error:
        what = str(error)
    raise BadInput(f"no JSON ({what})", where=path, line=line, got=text, expected=_FORM, todo="correct the line")


def read_object(path: Path, form: Any) -> Any:
    """Return the one JSON object of a file as a TypedDict or record.

    Raises:
        BadInput: the file cannot be read, or holds no such object.
    """
    try:
        return msgspec.convert(_json(read_text(path), path, 1), form)
    except msgspec.ValidationError as error:
        raise BadInput(f"not such an object: {error}", where=path, todo="correct the file") from None


def read_text(path: Path) -> str:
    """Return the text of a file, unpacked, without a byte order mark.

    Raises:
        BadInput: it cannot be read or unpacked, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput("not UTF-8", where=path, line=line, got=error.reason, expected="text in UTF-8") from None
    except FileNotFoundError:
        raise BadInput("no such file", where=path, todo="correct the path") from None
    except (OSError, EOFError, zlib.error) as error:
        got = getattr(error, "strerror", None) or error
        raise BadInput("cannot be read", where=path, got=got, expected="a file, plain or whole gzip") from None


def files_of(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a folder by name.

    Raises:
        BadInput: there is no such folder, or no such file in it.
    """
    found = sorted(folder.glob(pattern)) if folder.is_dir() else []
    if not found:
        what = f"no {pattern} in it" if folder.is_dir() else "no such folder"
        raise BadInput(what, where=folder, expected=f"a folder with {pattern}", todo="correct the path")
    return found


def out_path(text: str) -> Path:
    """Return a path to write to, an argument's `type`; that its folder is missing is said before the work is done."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"cannot write `{path}`: {'a' if path.is_dir() else 'not in a'} folder")
    return path


def write_rows(path: Path | None, rows: Iterable[Any]) -> None:
    """Write rows as a JSON object a line, where there is a path."""
    if path is not None:
        path.write_bytes(b"".join(encoded(row) + b"\n" for row in rows))


def encoded(value: Any) -> bytes:
    """Return a JSON value as text; escaped where it holds half a surrogate pair, which UTF-8 cannot say."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def as_written(case: Case, field: str) -> bytes:
    """Return a field of a case as its line has it, where no number went through a float; else as `encoded` does."""
    text = case.text if isinstance(case, PlacedCase) else ""
    try:
        return bytes(msgspec.json.decode(text, type=dict[str, msgspec.Raw])[field])
    except (msgspec.DecodeError, RecursionError, KeyError):  # not of a line, or it has half a surrogate pair
        return encoded(case[field])
