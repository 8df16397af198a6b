"""Statements that are written for DuckDB, run by Spark."""

from typing import TYPE_CHECKING, Any

from evenhand.store.spark_engine import DUCKDB, SparkAnswer, SparkEngine

if TYPE_CHECKING:
    import duckdb


class SparkStatements:
    """Runs DuckDB's statements on Spark; what Python holds becomes a table in a DuckDB beside it and goes over."""

    def __init__(self, database: "duckdb.DuckDBPyConnection", spark: SparkEngine) -> None:
        self._database, self._spark = database, spark

    def execute(self, query: str, parameters: Any = None) -> SparkAnswer:
        """Run a statement; return the rows of one that asks, none of one that makes or drops a table.

        Raises:
            EngineUnavailable: Spark failed.
        """
        import sqlglot  # noqa: PLC0415  8 MB and 0.1 s that DuckDB alone does not need
        from sqlglot import exp  # noqa: PLC0415

        parsed = sqlglot.parse_one(query, read=DUCKDB)
        match parsed:
            case exp.Create() if parameters:
                self._database.execute(query, parameters)
                self._spark.put(parsed.this.name, self._database.table(parsed.this.name))
            case exp.Create():
                self._spark.make(parsed.this.name, _in_spark(parsed.expression))
            case exp.Drop():
                self._spark.drop(next(parsed.find_all(exp.Table)).name)
            case _:
                return self._spark.ask(_in_spark(parsed), parameters or ())
        return SparkAnswer({})


def _in_spark(parsed: Any) -> str:
    from sqlglot import ErrorLevel  # noqa: PLC0415

    return str(parsed.sql("spark", unsupported_level=ErrorLevel.RAISE))
