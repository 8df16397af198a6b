"""The cells of a sheet as rows of text, and their places by letters and number."""

Grid = list[list[str]]


def column_number(name: bytes) -> int:
    """Return the number of a column from 1, as `AB` is 28."""
    place = 0
    for letter in name:
        place = place * 26 + letter - 64
    return place


def column_letters(place: int) -> str:
    """Return the letters of a column by its place from 0."""
    text, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell(grid: Grid, column: bytes, row: int) -> str:
    """Return the text of a cell, ``""`` beyond the edge."""
    place = column_number(column) - 1
    return grid[row - 1][place] if row <= len(grid) and place < len(grid[row - 1]) else ""


def fill_cell(grid: Grid, column: bytes, row: int, value: str) -> None:
    """Fill an empty cell; one beyond the others' edge makes the sheet as large as that."""
    place = column_number(column) - 1
    width = max(place + 1, len(grid[0]) if grid else 0)
    grid += ([""] * width for _ in range(row - len(grid)))
    if len(grid[0]) < width:
        for line in grid:
            line.extend([""] * (width - len(line)))
    if not grid[row - 1][place].strip():
        grid[row - 1][place] = value
