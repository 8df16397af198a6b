"""Folders of the rulebooks that ship with Evenhand, in a wheel and in a checkout."""

from pathlib import Path

from evenhand.model.errors import NotFound

_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE / "rulebooks", _PACKAGE.parents[1] / "rulebooks")


def shipped_rulebook(name: str, places: tuple[Path, ...] = _PLACES) -> Path:
    """Return the folder of a shipped rulebook such as `house`.

    A wheel carries them inside the package, a checkout at its root (`pyproject.toml`, force-include).

    Raises:
        NotFound: no such rulebook is shipped; the error names those that are.

    >>> shipped_rulebook("house").name
    'house'
    """
    shipped = {path.name: path for place in reversed(places) if place.is_dir() for path in place.iterdir()}
    if name not in shipped:
        raise NotFound(
            "no such rulebook is shipped", got=name, expected=", ".join(sorted(shipped)) or "a whole install"
        )
    return shipped[name]
