"""Shares made for one test each, as a table that keeps their order."""

from collections.abc import Iterable

import duckdb

Share = tuple[str, str, str, int]
"""Object, account, content, second."""


def put_shares(engine: duckdb.DuckDBPyConnection, shares: Iterable[Share]) -> str:
    """Make the table `given_shares` of some rows, in their order; return its name."""
    rows = list(shares)
    engine.execute(
        "CREATE OR REPLACE TABLE given_shares (object_id VARCHAR, account_id VARCHAR, content_id VARCHAR, "
        "timestamp_share BIGINT, place INTEGER)"
    )
    engine.execute(
        "INSERT INTO given_shares SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
        "unnest($4::BIGINT[]), unnest($5::INTEGER[])",
        [*([row[column] for row in rows] for column in range(4)), list(range(len(rows)))],
    )
    return "given_shares"
