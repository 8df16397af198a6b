"""Columns of which most cells cannot be read: they may be another's, and nothing of them was compared."""

from collections.abc import Iterator

from evenhand.intake import Tables
from evenhand.intake.columns import column_words
from evenhand.model.party import Payer
from evenhand.model.visible_text import visible

_FEWEST = 3
_MOST_SHOWN = 60
_TOLD_OF_BESIDE = ("domains", "accounts", "seats", "bundles", "first_seen")
_USED_ALL_THE_SAME = "compared as"


def unread_column_sentences(tables: Tables) -> Iterator[str]:
    """Yield a sentence on each column of clients or payers with more values that cannot be read than others."""
    parties = {"advertisers": tables.advertisers, "payers": tables.payers}
    used = {(each.column, each.line) for each in tables.refused if _USED_ALL_THE_SAME in each.expected}
    lines: dict[tuple[str, str], dict[int, str]] = {}
    for each in tables.unread:
        is_value = each.party not in tables.unscreened and (each.column, each.line) not in used
        if each.table in parties and is_value and each.column not in _TOLD_OF_BESIDE:
            lines.setdefault((each.table, each.column), {}).setdefault(each.line, each.value)
    for (table, column), values in sorted(lines.items()):
        screened = [each for each in parties[table] if each.id not in tables.unscreened]
        is_field = column in Payer.__struct_fields__  # of another, such as one of register numbers, all cells count
        read = sum(bool(getattr(each, column)) for each in screened) if is_field else len(screened) - len(values)
        if len(values) >= _FEWEST and len(values) > read:
            line, value = next(iter(values.items()))
            yield (
                f"{len(values):,} of {len(values) + read:,} values of {column_words(column)} in {table} cannot be read"
                f" (line {line}: `{visible(value)[:_MOST_SHOWN]}`): is it another column's? Nothing was compared"
                " with them; all are in out/rejected-input.csv"
            )
