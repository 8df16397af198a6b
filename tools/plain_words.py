"""The words that this project does not use, looked for in `src`, `docs` and `README.md`: `make check` refuses them.

Each was a private word for something that has an ordinary name, and a reader had to ask what it meant. Prints the
places, a line each with the word to say instead; exit status 1 if there are any.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.locks import ROOT

PHRASES = {
    r"(?<!benchmarks\.)(?<!baseline-)\briver\b": "run, pipeline",
    r"\brooms\b": "packages",
    r"\bfloors\b": "layers",
    r"\bnouns\b": "records",
    r"\bwhoever\b": "who, anybody who, the caller",
    r"\bparted by\b": "separated by",
    r"\bstands in for\b": "replaces",
    r"\bleads to the (?:first|other)\b": "assigned to",
    r"\bdone again\b": "re-evaluated",
    r"\bcontested keys?\b": "duplicate keys",
    r"\bleft out at intake\b": "rejected input",
    r"\bwhat stood there\b": "the value",
    r"\bnothing speaks against\b": "no adverse findings",
    r"\bmore is never milder\b": "a higher value never softens the outcome",
    r"\bthe list cannot say\b": "cannot be exported",
}
"""What is not written, as a pattern without regard to case, and what to say."""

NAMES = ("told", "said", "asked")
"""What nothing is called: module, function, argument or variable; a name says what it holds."""

# Of a text in lower case, and without the ends of words: so it takes a fifth to say that there is none.
_ANY_PHRASE = re.compile("|".join(PHRASES).replace(r"\b", ""))
_ANY_NAME = re.compile(rf"\b(?:{'|'.join(NAMES)})\b")
_TEXTS = {".md", ".py", ".toml", ".html", ".js"}


def findings(root: Path) -> Iterator[str]:
    """Yield a line for each place below a checkout where a refused word or name is."""
    for path in (*sorted(root.glob("src/**/*")), *sorted(root.glob("docs/**/*")), root / "README.md"):
        if path.suffix in _TEXTS and path.is_file():
            text, where = path.read_text(encoding="utf-8"), path.relative_to(root)
            if _ANY_PHRASE.search(text.lower()):
                yield from (f"{where}:{number}: {line}" for number, line in _phrases(text))
            if path.suffix == ".py":
                yield from (f"{where}:{at}: `{name}`: name what it holds" for at, name in _named(path, text))


def _phrases(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line of each refused phrase in a text, and what to say."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, instead in PHRASES.items():
            for found in re.findall(pattern, line, re.IGNORECASE):
                yield number, f"`{found}`: say {instead}"


def _named(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything in a module that has a refused name, and of the module if it has one."""
    if path.stem in NAMES:
        yield 1, path.stem
    for node in ast.walk(ast.parse(text)) if _ANY_NAME.search(text) else ():
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                pass
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                pass
            case _:
                continue
        if name in NAMES:
            yield node.lineno, name


def main() -> int:
    """Print every place, and return the exit status."""
    lines = list(findings(ROOT))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
