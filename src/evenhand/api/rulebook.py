"""A rulebook, from a program: what it says of facts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from evenhand.api.arguments import path_of
from evenhand.model.errors import BadInput
from evenhand.model.facts import Facts
from evenhand.model.ruling import Ruling
from evenhand.policy import Rulebook as Loaded
from evenhand.policy import rule


class Rulebook:
    """A rulebook's folder, read and validated whole.

    `historic` admits rules that were in force once and are not any more.

    Raises:
        RulebookInvalid: it is not one, or a rule of it does not hold; the message names file and line.
    """

    def __init__(self, path: str | Path, *, historic: bool = False) -> None:
        self.loaded = Loaded.load(path_of(path, "path"), historic)

    @property
    def sha256(self) -> str:
        """Return the hash by which decisions name this rulebook, 64 hex digits."""
        return self.loaded.sha256

    def rule(self, facts: Facts | Mapping[str, Any]) -> Ruling:
        """Return the outcome of some facts and the rules that determined it: a pure function of both.

        `facts` are a record, or the same as plain JSON values: what `evenhand explain --json` shows as `facts`.

        Raises:
            BadInput: they are no facts.
        """
        try:
            known = facts if isinstance(facts, Facts) else msgspec.convert(facts, Facts)
        except msgspec.ValidationError as error:
            raise BadInput("no facts", where="facts", got=str(error), expected="as `Network.explain` shows") from error
        return rule(known, self.loaded)
