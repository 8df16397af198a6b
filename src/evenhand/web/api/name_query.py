"""What a program says of a name by our own columns, as the row that screening reads."""

from collections.abc import Mapping

from evenhand.intake.names import NAMED, Named
from evenhand.model.errors import BadInput
from evenhand.model.hosts import Suffixes
from evenhand.web.api.problems import ApiError
from evenhand.workflows.queries.lookup import compared_name


def named(values: Mapping[str, str], suffixes: Suffixes, where: str) -> Named:
    """Return a name with what else is known of it, by the columns that tables have.

    Raises:
        ApiError: 422, an unknown column, no name, a value that cannot be used, or a number that would not be compared.
    """
    unknown = [each for each in values if each not in NAMED]
    if unknown:
        raise ApiError(422, f"{where}: `{unknown[0]}` is unknown; known: {', '.join(NAMED)}")
    try:
        return compared_name({column: text for column, text in values.items() if text.strip()}, suffixes)
    except BadInput as error:
        raise ApiError(422, f"{where}: {error}") from error
