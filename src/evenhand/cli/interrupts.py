"""What Ctrl-C means: the command stops where it is, and says that what was committed is safe.

By itself, since the package needs it where `typer`, which all verbs share, is not installed or is still being loaded.
"""

INTERRUPTED = 130
SAFE = "Interrupted; committed records are safe. Run the same command again to go on."
_BY_DUCKDB = "Query interrupted"


def is_interrupt(error: BaseException) -> bool:
    """Tell whether an error is Ctrl-C: DuckDB makes a `RuntimeError` of it while a query runs."""
    return isinstance(error, KeyboardInterrupt) or (type(error) is RuntimeError and str(error) == _BY_DUCKDB)
