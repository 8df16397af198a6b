"""Text that people see: hidden characters become escapes, and a cell that a spreadsheet would run stays text.

A name, a rule's title or a list's entry comes from outside. A line separator in it would begin a line of its own in a
letter or a table, a direction mark would reverse what a person reads, a tag or a filler would hide text.
Each of them is shown as an escape, such as ``\\u202e``. The table is fixed, so that every Python version shows the
same, and a letter made again has the same bytes.

Some of these characters are needed in ordinary names. They stay where they do their work and are shown elsewhere:

- U+200C and U+200D (joiners) after a letter of a script that joins or stacks: Persian, Urdu, the scripts of India;
  U+200D after a pictograph too, where it makes one emoji of several.
- Variation selectors after the one character that they vary: Mongolian, Japanese names, emoji.

Blanks of other widths (U+00A0, U+3000, …) show as blanks and stay. U+00AD, a soft hyphen, is shown: it has no use in
a name and splits a word unseen. So are the tags that make flags of regions such as Wales.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

_SHORT: Final = 10_000
_MANY: Final = 4

# C0, DEL and C1 controls, with tab and line feed; the line and paragraph separators.
_CONTROLS = "\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029"
# Marks of direction: of Arabic, left-to-right and right-to-left, embeddings and overrides, isolates, deprecated ones.
_DIRECTIONS = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u206f"
# Soft hyphen, joiner of graphemes, fillers of Hangul, unseen vowels of Khmer, separator of Mongolian, no width,
# invisible operators, the blank of Braille, byte order mark, annotations, controls of shorthand and music.
_UNSEEN = (
    "\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u2060-\\u2065\\u2800\\u3164\\ufeff\\uffa0"
    "\\ufff0-\\ufffb\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a"
)
# Tags and what is unassigned beside them; half a character, and codes that are none.
_NONE = "\\U000e0000-\\U000e00ff\\U000e01f0-\\U000e0fff\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff"
_JOINERS = "\\u200c\\u200d"
_SELECTORS = "\\u180b-\\u180d\\u180f\\ufe00-\\ufe0f\\U000e0100-\\U000e01ef"
_ALWAYS = f"{_CONTROLS}{_DIRECTIONS}{_UNSEEN}{_NONE}"

_JOINING = (
    "\\u0620-\\u07ff\\u0840-\\u109f\\u1700-\\u17b3\\u17b6-\\u17ff\\u1820-\\u18af\\u1900-\\u1bff\\ua800-\\uabff"
    "\\ufb50-\\ufdcf\\ufdf0-\\ufdff\\ufe70-\\ufefc\\U00010a00-\\U00011fff\\U0001e900-\\U0001e95f"
)
_PICTOGRAPHS = "\\u2190-\\u27ff\\u2900-\\u2bff\\u3030\\u303d\\u3297\\u3299\\U0001f000-\\U0001faff"
_VARIED = f"{_JOINING}\\u2190-\\u2bff\\u2e80-\\u9fff\\uf900-\\ufaff\\U0001f000-\\U0001faff\\U00020000-\\U0003ffff"
_SUSPECT = re.compile(f"[{_ALWAYS}{_JOINERS}{_SELECTORS}]")  # one class, some ten times as fast as what follows
_HIDDEN = re.compile(
    f"[{_ALWAYS}]"
    f"|(?:(?<![{_JOINING}])|(?<=[{_ALWAYS}]))\\u200c"
    f"|(?:(?<![{_JOINING}{_PICTOGRAPHS}])(?<![{_PICTOGRAPHS}]\\ufe0f)|(?<=[{_ALWAYS}]))\\u200d"
    f"|(?:(?<![{_VARIED}])|(?<=[{_ALWAYS}]))(?!(?<=[0-9#*])\\ufe0f\\u20e3)[{_SELECTORS}]"
)
# Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic; the scripts of India to that of Georgia; kana, Chinese, Korean.
_LETTERS = (
    "0-9A-Za-z\\u00c0-\\u02ff\\u0370-\\u05ff\\u0620-\\u06ff\\u0900-\\u10ff\\u3041-\\u30ff\\u4e00-\\u9fff\\uac00-\\ud7a3"
)


def _of_signs(signs: str) -> re.Pattern[str]:
    """Return the pattern of lines that begin with a letter or digit, and go on with those and some signs."""
    within = rf"[{_LETTERS} !#$%'()*+./:=?@^`{{|}}~\[\]\\{signs}-]"
    return re.compile(rf"(?:[{_LETTERS}](?:{within}++|_(?!x))*+(?<! )\n)*+")  # `_x` begins an escape of a workbook


PLAIN_IN_CSV, PLAIN_IN_XML = _of_signs("&<>"), _of_signs("")
"""Texts that CSV and XML have as they are, one a line; others may be as plain."""
_BLANKS = re.compile(r"[\t\n\v\f\r ]+")


def visible(text: str) -> str:
    """Return `text` with every character that shows nothing or changes the direction of the line as an escape.

    What comes back is one line, and another pass changes nothing.

    >>> visible("Shop\\u202egro.example"), visible("first\\u2028second"), visible("می\\u200cخواهم")
    ('Shop\\\\u202egro.example', 'first\\\\u2028second', 'می\\u200cخواهم')
    """
    return _HIDDEN.sub(_escape, text) if _SUSPECT.search(text) else text


def on_one_line(text: str) -> str:
    """Return `text` visible and on one line: tabs, line feeds and blanks beside each other become one blank.

    >>> on_one_line("Harbour\\n  Broadcast\\u2028To nobody")
    'Harbour Broadcast\\\\u2028To nobody'
    """
    return visible(without_breaks(text))


def without_breaks(text: str) -> str:
    """Return `text` with tabs, line feeds and blanks beside each other as one blank, none at its ends."""
    return _BLANKS.sub(" ", text).strip(" ")


def json_visible(data: bytes) -> bytes:
    """Return a JSON text of the same values in which nothing is hidden: such a character becomes a JSON escape.

    >>> json_visible('{"name":"Shop\\u202egro"}'.encode())
    b'{"name":"Shop\\\\u202egro"}'
    """
    if data.isascii() and b"\x7f" not in data:
        return data
    text = data.decode()
    return _HIDDEN.sub(_json_escape, text).encode() if _SUSPECT.search(text) else data


def are_plain(texts: Sequence[str], kind: re.Pattern[str]) -> bool:
    """Return whether texts are short and of a kind, so that nothing in them is hidden, quoted or a formula.

    Cost: 0.6 µs for the cells of a row, a twentieth of looking at each.

    >>> are_plain(["a=b", "Café & Co"], PLAIN_IN_CSV), are_plain(["a", "=b"], PLAIN_IN_CSV)
    (True, False)
    """
    lines = "\n".join((*texts, ""))
    return lines.count("\n") == len(texts) and len(lines) < _SHORT and kind.fullmatch(lines) is not None


def plain_rows(rows: Sequence[Sequence[str]], kind: re.Pattern[str]) -> list[bool]:
    """Return of each row of texts whether it `are_plain`: of many rows in a third of the time.

    >>> plain_rows([["a", "b"], ["a", "=b"], ["c", "d"]], PLAIN_IN_CSV)
    [True, False, True]
    """
    texts = ["\n".join((*row, "")) for row in rows]
    whole, ends = "".join(texts), list(accumulate(map(len, texts), initial=0))
    if len(rows) < _MANY or whole.count("\n") != sum(map(len, rows)) or max(map(len, texts)) >= _SHORT:
        return [are_plain(row, kind) for row in rows]
    found: list[bool] = []
    while len(found) < len(rows):
        plain = kind.match(whole, ends[len(found)])  # as many lines as are plain
        assert plain is not None, "no line is a match too"
        found += [True] * (bisect_right(ends, plain.end()) - 1 - len(found))
        found += [False] * (len(found) < len(rows))
    return found


def hidden_characters(text: str) -> tuple[str, ...]:
    """Return the escapes of the characters that `visible` would show, each once, in the order of the text.

    >>> hidden_characters("Harbour\\u200b Broadcast\\u200b\\u202e")
    ('\\\\u200b', '\\\\u202e')
    """
    if not _SUSPECT.search(text):
        return ()
    return tuple(dict.fromkeys(_escape(found) for found in _HIDDEN.finditer(text)))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(found: re.Match[str]) -> str:
    """Return the escape that JSON has; below U+0020 there are only the line feeds between values."""
    if found[0] < " ":
        return found[0]
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


# A spreadsheet of another locale parts cells at `;` or a tab as well, so a formula may begin behind one.
_FORMULA: Final = re.compile(r"(^|[;\t\r\n])([\s\"]*)(?=[=+\-@])|^(?=[\t\r])")

_GUARDED: Final = re.compile(r"(^|[;\t\r\n])([\s\"]*)'(?=[=+\-@])|^'(?=[\t\r])")


def safe_cell(text: str) -> str:
    """Return a text for a cell: an apostrophe before each formula, and escapes for what shows nothing.

    >>> safe_cell("=1+1"), safe_cell("Plum;=HYPERLINK(A1)"), safe_cell("Plum; = x"), safe_cell("a-b; c=d")
    ("'=1+1", "Plum;'=HYPERLINK(A1)", "Plum;' = x", 'a-b; c=d')
    """
    return visible(_FORMULA.sub(r"\1'\2", text))


def unguarded_cell(text: str) -> str:
    """Return a cell as it was before `safe_cell` put an apostrophe before its formula; others stay as they are.

    >>> unguarded_cell("'=1+1"), unguarded_cell("'tis"), unguarded_cell(safe_cell("-4;+1"))
    ('=1+1', "'tis", '-4;+1')
    """
    return _GUARDED.sub(r"\1\2", text)
