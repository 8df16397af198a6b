"""Standard output and standard error under every locale: data is UTF-8, a text for people is never an error."""

import codecs
import io
import sys
from typing import Final

_AS_ASCII: Final = {
    **dict.fromkeys("–—", "-"), **dict.fromkeys("“”„", '"'), **dict.fromkeys("‘’", "'"),
    "…": "...", "→": "->", "≤": "<=", "\u2068": "", "\u2069": "",
}  # fmt: skip
"""Signs of our own texts in ASCII. The two isolates are ours: those of others are escapes before they come here."""
_HANDLER: Final = "evenhand.shown"


def show_every_text() -> None:
    """Let both streams write our signs in ASCII, and an escape such as ``\\u043d`` for a letter that they lack.

    Python's own way is an error with status 1, which is an answer of many verbs.
    """
    codecs.register_error(_HANDLER, _shown)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def write_data(data: bytes) -> None:
    """Write what a program or another system reads to standard output: `data` is UTF-8, whatever the locale is."""
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and codecs.lookup(out.encoding).name != "utf-8":
        out.flush()
        out.buffer.write(data)
    else:
        out.write(data.decode())


def _shown(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    signs = error.object[error.start : error.end]
    return "".join(_AS_ASCII.get(sign, sign) for sign in signs).encode("ascii", "backslashreplace").decode(), error.end
