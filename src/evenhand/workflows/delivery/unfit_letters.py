"""Which letters our own check kept back, a file each in `out/unfit-letters`, so that people are asked about them."""

from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from evenhand.store.atomic_files import write_whole

UNFIT = "unfit-letters"


class UnfitLetter(msgspec.Struct, frozen=True):
    """The statement whose letter is not fit to be sent, and what is wrong with it."""

    statement: str
    codes: tuple[str, ...]


def keep_unfit_letter(out: Path, letter: UnfitLetter) -> None:
    """Write down a letter of the folder `out` that is not fit to be sent."""
    (out / UNFIT).mkdir(mode=0o750, exist_ok=True)
    write_whole(out / UNFIT / f"{letter.statement}.json", msgspec.json.encode(letter))


def read_unfit_letters(out: Path) -> Iterator[UnfitLetter]:
    """Yield the letters of the folder `out` that are not fit to be sent, without what cannot be read."""
    for path in sorted((out / UNFIT).glob("*.json")):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=UnfitLetter)
        except (OSError, msgspec.MsgspecError):
            continue


def forget_unfit_letters(out: Path, but: Collection[str]) -> None:
    """Remove what is written down of all statements but those: nobody is told of them by a letter any more."""
    for path in (out / UNFIT).glob("*.json"):
        if path.stem not in but:
            path.unlink(missing_ok=True)
