"""Parties screened by the workers of a Spark cluster: each gets a copy of the index file, and needs this program."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from evenhand.model.finding import Finding
from evenhand.model.hosts import Suffixes
from evenhand.model.party import PartyKind, Payer
from evenhand.screening import Index, screen
from evenhand.store.program_code import code_sha256
from evenhand.store.public_suffixes import PublicSuffixes
from evenhand.store.spark_engine import SparkEngine

Kinded = tuple[PartyKind, Payer]

_WORTH_WORKERS = 20_000  # parties: to start Python on the workers and load an index takes some seconds
_AT_ONCE = 1_000  # parties of a part, a second's work at most
_SCREENS: Final = ("evenhand.model", "evenhand.screening", "evenhand.store")
_WITH: Final = ("anyascii", "idna", "msgspec", "numpy", "publicsuffixlist", "rapidfuzz")
_ELSEWHERE: Final = "Screened here, not by the workers: not all of them have this very Evenhand"

_kinded = msgspec.msgpack.Decoder(list[tuple[PartyKind, Payer]]).decode
_findings = msgspec.msgpack.Decoder(list[Finding]).decode


class Workers(NamedTuple):
    """A cluster whose workers can screen, and the index file that they screen against."""

    spark: SparkEngine
    file: Path

    def found(self, parties: Sequence[Kinded]) -> tuple[list[Finding], list[Kinded]]:
        """Return the findings of parties, those of each together, and the parties that are still to be screened.

        Raises:
            EngineUnavailable: Spark failed.
        """
        parts = [parties[start : start + _AT_ONCE] for start in range(0, len(parties), _AT_ONCE)]
        encoded = [msgspec.msgpack.encode([(kind, _as_payer(party)) for kind, party in part]) for part in parts]
        found, rest = list[Finding](), list[Kinded]()
        for part, made in zip(parts, self.spark.map(__name__, code(), encoded, self.file), strict=True):
            if made is None:
                rest += part
            else:
                found += _findings(made)
        return found, rest


def workers_for(
    parties: int, spark: SparkEngine | None, index: Path | None, suffixes: Suffixes
) -> tuple[Workers | None, tuple[str, ...]]:
    """Return the workers that screen so many parties, None where this machine does; and a sentence if it must."""
    if spark is None or index is None or parties < _WORTH_WORKERS or not isinstance(suffixes, PublicSuffixes):
        return None, ()
    return (Workers(spark, index), ()) if spark.has_program(__name__, code()) else (None, (_ELSEWHERE,))


@cache
def code() -> str:
    """Return the hash of what screens: a worker's must be the same, or it would find something else."""
    return code_sha256(_SCREENS, _WITH)


def answer(part: bytes, index: str) -> bytes:
    """Return the findings of parties, as a worker gives them."""
    return msgspec.msgpack.encode(list(screen(_kinded(part), _opened(index))))


@cache
def _opened(index: str) -> Index:
    return Index.open(Path(index), PublicSuffixes())


def _as_payer(party: Payer) -> Payer:
    """Return what is screened of a party: what makes an advertiser of it stays here."""
    return Payer(**{name: getattr(party, name) for name in Payer.__struct_fields__})
