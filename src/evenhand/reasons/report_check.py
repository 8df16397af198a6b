"""What is wrong with the files of a transparency report, as its template asks for them.

Source: Regulation (EU) 2024/2835, Annex II: CSV after RFC 4180 in UTF-8, counts as whole numbers, shares in [0, 1],
times in hours, sub-categories that add up to their category.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from evenhand.model.record import Record
from evenhand.reasons import report_template as template

_PART = re.compile(r"^(\d{1,2})_")
_ALIKE = {"STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER", "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"}
_COUNT, _NUMBER = re.compile("[0-9]{1,18}"), re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?")
_CODE_CELL = 3


class ReportProblem(Record, frozen=True, kw_only=True):
    """What is wrong in a file: the line (0: the whole file), a code, and in words."""

    file: str
    line: int
    code: str
    what: str


def part_of(file: str) -> int | None:
    """Return the part that a file's name says; None where it is none of those that can be checked.

    >>> part_of("7_appeals_and_recidivism.csv"), part_of("3_member_states_orders.csv"), part_of("notes.txt")
    (7, None, None)
    """
    found = _PART.match(file)
    part = int(found[1]) if found and file.lower().endswith(".csv") else None
    return part if part in template.FILES else None


def check_report(files: Mapping[str, bytes], today: date | None = None) -> Iterator[ReportProblem]:
    """Yield what is wrong with each file of a report, and that their services or periods differ.

    With `today`: also that it cannot be published yet, without its day of publication or before its period has ended.
    """
    periods: dict[str, str] = {}
    for name, raw in sorted(files.items()):
        part = part_of(name)
        if part is not None:
            rows, problems = _read(name, raw)
            yield from problems
            if not problems:
                yield from _check(name, part, rows)
                if part == template.IDENTIFICATION and today is not None:
                    yield from _unready(name, rows, today)
                periods[name] = _period_of(part, rows)
    periods = {name: period for name, period in periods.items() if period.strip("/")}
    most = Counter(periods.values()).most_common(1)
    for name, period in periods.items():
        if period != most[0][0]:
            what = f"reporting period `{period}`; other files have `{most[0][0]}`"
            yield ReportProblem(file=name, line=0, code="period", what=what)


def _read(name: str, raw: bytes) -> tuple[list[list[str]], list[ReportProblem]]:
    """Return the rows, or why there are none."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8"
        return [], [ReportProblem(file=name, line=0, code="encoding", what=what)]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return [], [ReportProblem(file=name, line=0, code="csv", what=f"not RFC 4180: {error}")]
    return (rows, []) if rows else ([], [ReportProblem(file=name, line=0, code="heading", what="the file is empty")])


def _check(name: str, part: int, rows: list[list[str]]) -> Iterator[ReportProblem]:
    """Yield the problems of one file; where the heading is another, nothing below it can be judged."""
    heading = template.HEADINGS[part]
    differing = [pair for pair in zip(rows[0], heading, strict=False) if _plain(pair[0]) != _plain(pair[1])]
    if differing or len(rows[0]) != len(heading):
        got, expected = differing[0] if differing else (f"{len(rows[0])} columns", f"{len(heading)}")
        yield ReportProblem(file=name, line=1, code="heading", what=f"`{got}`; expected `{expected}`")
        return
    lines = list(enumerate(rows[1:], start=2))
    for line, row in lines:
        if len(row) != len(heading):
            what = f"{len(row)} cells; the heading has {len(heading)}"
            yield ReportProblem(file=name, line=line, code="cells", what=what)
            return
    checks = {template.IDENTIFICATION: _identification, template.ILLEGAL: _measures, template.TERMS: _measures}
    for line, code, what in checks.get(part, _indicators)(part, lines):
        yield ReportProblem(file=name, line=line, code=code, what=what)
    if part != template.IDENTIFICATION:
        for line, row in lines:
            if not _is_period(row[2]):
                what = f"`{row[2]}`; expected YYYY-MM-DD/YYYY-MM-DD"
                yield ReportProblem(file=name, line=line, code="period", what=what)
                return


_Line = tuple[int, list[str]]
_Problem = tuple[int, str, str]


def _identification(_: int, lines: Sequence[_Line]) -> Iterator[_Problem]:
    named = {_plain(row[2]): (line, row[3]) for line, row in lines}
    for name in template.IDENTIFICATION_ROWS:
        line, value = named.get(_plain(name), (0, ""))
        if not line:
            yield 0, "row", f"no row `{name}`"
        elif name != template.PROVIDER and value and not _is_day(value):
            yield line, "date", f"`{value}`; expected YYYY-MM-DD"


def _unready(file: str, rows: list[list[str]], today: date) -> Iterator[ReportProblem]:
    """Yield why a report cannot be published yet."""
    named = {_plain(row[2]): (line, row[3].strip()) for line, row in enumerate(rows[1:], start=2) if len(row) > 3}
    line, published = named.get(_plain(template.PUBLISHED), (0, ""))
    if line and not published:
        yield ReportProblem(file=file, line=line, code="date", what="the day of publication is not filled in")
    line, ends = named.get(_plain(template.ENDS), (0, ""))
    if _is_day(ends) and date.fromisoformat(ends) >= today:
        yield ReportProblem(file=file, line=line, code="period", what=f"the period has not ended: it runs until {ends}")


def _measures(part: int, lines: Sequence[_Line]) -> Iterator[_Problem]:
    known = {code for _, code in template.category_rows(part)}
    present = {row[_CODE_CELL] for _, row in lines}
    for code in sorted(known - present):
        yield 0, "row", f"no row `{code}`"
    for line, row in lines:
        code = row[_CODE_CELL]
        if code not in known | _ALIKE | template.CATEGORIES.keys() | _KEYWORDS:
            yield line, "category", f"unknown category `{code}`"
        for name, cell in zip(template.COUNTED_COLUMNS, _counts(row), strict=True):
            if cell and not _COUNT.fullmatch(cell):
                yield line, "count", f"`{cell}` in `{name.strip()}`; expected a whole number"
    yield from _descriptions(lines)
    yield from _sums(lines)


_KEYWORDS = {code for codes in template.CATEGORIES.values() for code in codes}


def _descriptions(lines: Sequence[_Line]) -> Iterator[_Problem]:
    """Yield rows of KEYWORD_OTHER with measures and without a description, or with that of another one."""
    category, seen = "", set[tuple[str, str]]()
    for line, row in lines:
        code, described = row[_CODE_CELL], row[_CODE_CELL + 1].strip()
        category = code if code.startswith(template.CATEGORY) else category
        if code == template.OTHER and _sum([row]) > 0:
            if not described:
                yield line, "description", "KEYWORD_OTHER has measures and no description"
            elif (category, described.casefold()) in seen:
                yield line, "description", f"two rows of KEYWORD_OTHER are described as `{described}`"
            seen.add((category, described.casefold()))


def _sums(lines: Sequence[_Line]) -> Iterator[_Problem]:
    """Yield categories that are not the sum of what is below them, and a total that is not that of the categories."""
    total = next(((line, row) for line, row in lines if row[_CODE_CELL] == template.TOTAL), None)
    categories = [(line, row) for line, row in lines if row[_CODE_CELL].startswith(template.CATEGORY)]
    if total is not None:
        yield from _differences(*total, [row for _, row in categories], "the sum of the categories")
    for (line, row), *below in _blocks(lines):
        if row[_CODE_CELL].startswith(template.CATEGORY) and below:
            yield from _differences(line, row, [each for _, each in below], "the sum of its sub-categories")


def _blocks(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Return the lines in blocks: each category with the sub-categories below it."""
    blocks: list[list[_Line]] = []
    for each in lines:
        if blocks and each[1][_CODE_CELL].startswith(template.KEYWORD):
            blocks[-1].append(each)
        else:
            blocks.append([each])
    return blocks


def _differences(line: int, row: list[str], parts: list[list[str]], what: str) -> Iterator[_Problem]:
    for place, name in enumerate(template.COUNTED_COLUMNS):
        cells = [each for part in parts if (each := _counts(part)[place])]
        whole = _counts(row)[place]
        if whole and cells and all(_COUNT.fullmatch(each) for each in (whole, *cells)):
            added = sum(map(int, cells))
            if int(whole) != added:
                yield line, "sum", f"{row[_CODE_CELL]}: `{name.strip()}` is {whole}, {what} is {added}"


def _counts(row: Sequence[str]) -> list[str]:
    start = _CODE_CELL + 2
    return [cell.strip() for cell in row[start : start + len(template.COUNTED_COLUMNS)]]


def _sum(rows: Sequence[Sequence[str]]) -> int:
    return sum(int(cell) for row in rows for cell in _counts(row)[:1] if _COUNT.fullmatch(cell))


def _indicators(part: int, lines: Sequence[_Line]) -> Iterator[_Problem]:
    """Yield what is wrong with part 7 or 8; rows for very large platforms are not looked at."""
    known = {tuple(map(_plain, (row.section, row.indicator, row.scope))): row for row in template.ROWS[part]}
    present = {tuple(map(_plain, row[3:6])) for _, row in lines}
    for key, row in known.items():
        if key not in present:
            yield 0, "row", f"no row `{row.indicator.strip()}`, `{row.scope.strip()}`"
    for line, cells in lines:
        key, value = tuple(map(_plain, cells[3:6])), cells[6].strip()
        if key not in known and _plain(cells[0]) in _FOR_ALL:
            yield line, "row", f"unknown row `{cells[4].strip()}`, `{cells[5].strip()}`"
        elif key in known and value and (expected := _unlike(known[key], value)):
            yield line, "value", f"`{value}` as `{cells[4].strip()}`, `{cells[5].strip()}`; expected {expected}"


_FOR_ALL = {template.ALL.casefold(), template.PLATFORMS.casefold(), template.HOSTING.casefold()}


def _unlike(row: template.Row, value: str) -> str:
    """Return what a value should be, ``""`` if it is so."""
    if row.scope == template.MEDIAN:
        return "" if _NUMBER.fullmatch(value) else "hours, as 12.5"
    if row.scope == template.IMPLEMENTED or row.indicator.startswith("Accuracy"):
        return "" if _NUMBER.fullmatch(value) and float(value) <= 1 else "a share from 0 to 1"
    return "" if _COUNT.fullmatch(value) else "a whole number"


def _plain(text: str) -> str:
    """Return a heading or name without what publishers write in their own way: blanks and capitals.

    >>> _plain("Visibility restriction  Labelled ")
    'visibility restriction labelled'
    """
    return " ".join(text.split()).casefold()


def _period_of(part: int, rows: list[list[str]]) -> str:
    if part != template.IDENTIFICATION:
        return next((row[2] for row in rows[1:] if len(row) > 2), "")
    named = {_plain(row[2]): row[3] for row in rows[1:] if len(row) > 3}
    return "/".join(named.get(_plain(each), "") for each in (template.STARTS, template.ENDS))


def _is_period(text: str) -> bool:
    first, _, last = text.partition("/")
    return _is_day(first) and _is_day(last) and first <= last


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
