"""Events made for one test each: accounts that share pages at given moments."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from evenhand.influence import EventTables, event_tables
from evenhand.store.duckdb_engine import analysis_engine

Event = tuple[str, str, int]
"""Account, object with its kind as prefix, second."""


@contextmanager
def tables_of(
    events: Iterable[Event], declared: Mapping[str, str] | None = None, resolution_s: int = 1
) -> Iterator[EventTables]:
    """Give the tables of some events; the kind of an object is what stands before its colon."""
    rows = list(events)
    with analysis_engine("500MB") as engine:
        engine.execute("CREATE TABLE given (account_id VARCHAR, object_id VARCHAR, object_type VARCHAR, ts BIGINT)")
        engine.execute(
            "INSERT INTO given SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
            "unnest($4::BIGINT[])",
            [
                [account for account, _, _ in rows],
                [name for _, name, _ in rows],
                [name.partition(":")[0] for _, name, _ in rows],
                [second for _, _, second in rows],
            ],
        )
        yield event_tables(engine, "given", declared or {}, resolution_s)


def burst(accounts: Iterable[str], pages: int, start: int = 1_600_000_277, apart_s: int = 5) -> list[Event]:
    """Return accounts that share one page after another, all within seconds, an hour between pages."""
    return [
        (account, f"landing_url:page{page}", start + page * 3600 + number * apart_s)
        for number, account in enumerate(accounts)
        for page in range(pages)
    ]
