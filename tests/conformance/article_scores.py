"""Compare the row of an article with its record, field by field: as `score_articles.py` of the evidence data does."""

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
_EDGE = "“”\"„«»‘’' ,.;:!?"


def score(gold: Row, found: Row, text: str) -> tuple[list[tuple[str, bool]], int, int]:
    """Return each field with whether it agrees, how many speakers are wrong, how many statements are spurious."""
    name = gold["id"]
    fields = [(f"{name}.{field}", agrees) for field, agrees in _document_fields(gold, found)]
    statements = [row for row in found.get("statements") or [] if row.get("content")]
    hulls = [_hull(text, row["content"]) for row in statements]
    matched = _matches(gold, text, hulls)
    back = {statements[at]["id"]: known for known, at in matched.items()}
    wrong = 0
    for known in gold["statements"]:
        at = matched.get(known["id"])
        row = None if at is None else statements[at]
        for field, agrees in _statement_fields(gold, known, row, statements, hulls, (text, back)):
            fields.append((f"{name}.{known['id']}.{field}", agrees))
            wrong += field == "speaker" and not agrees and row is not None and bool(row.get("speaker"))
    for number, (start, end) in enumerate(gold.get("scare_quotes") or []):
        held = any(_likeness(_hull(text, [[start, end]]), hull) >= 0.9 for hull in hulls)
        fields.append((f"{name}.scare{number}", not held))
    tally = (found.get("tally") or {}).get("anonymous_sources") == gold["tally"]["anonymous_sources"]
    fields.append((f"{name}.tally.anonymous_sources", tally))
    used = set(matched.values())
    spurious = sum(row.get("stance") != "declines" for at, row in enumerate(statements) if at not in used)
    return fields, wrong, spurious


def _document_fields(gold: Row, found: Row) -> Iterator[tuple[str, bool]]:
    known, read = gold["document"], found.get("document") or {}
    for field in ("headline", "published", "published_time", "dateline_place"):
        one, other = known.get(field), read.get(field)
        yield field, one is other is None or (None not in (one, other) and _plain(str(one)) == _plain(str(other)))
    if known.get("agency"):
        yield "agency", _plain(read.get("agency")) in {_plain(name) for name in known["agency"]}
    for field in ("reporters", "editors"):
        yield field, sorted(map(_plain, known[field])) == sorted(map(_plain, read.get(field) or []))
    if "body_lines" in gold:
        yield "body_lines", sorted(gold["body_lines"]) == sorted(found.get("body_lines") or [])


def _statement_fields(
    gold: Row, known: Row, row: Row | None, statements: list[Row], hulls: list[Any], at: tuple[str, dict[str, str]]
) -> Iterator[tuple[str, bool]]:
    text, back = at
    if known["stance"] == ["declines"]:
        declined = [other for other in statements if other.get("stance") == "declines"]
        yield "declines", any(_named(known, other.get("speaker"), other.get("speaker_span")) for other in declined)
        return
    if known.get("reports"):
        yield from _report_fields(known, statements, hulls, text)
        return
    yield "found", row is not None
    accepted = [known, *(other for other in gold["statements"] if other["id"] == known.get("via"))]
    found = row or {}
    yield (
        "speaker",
        row is not None and any(_named(one, found.get("speaker"), found.get("speaker_span")) for one in accepted),
    )
    yield "stance", found.get("stance") in known["stance"]
    if known["denies"]:
        yield "denies", any(back.get(denied) in known["denies"] for denied in found.get("denies") or [])
    if "source_count" in known:
        yield "source_count", row is not None and found.get("source_count") == known["source_count"]
    if known.get("said_on"):
        yield "said_on", found.get("said_on") == known["said_on"]


def _report_fields(known: Row, statements: list[Row], hulls: list[Any], text: str) -> Iterator[tuple[str, bool]]:
    hull = _hull(text, known["content"])
    alike = [row for row, other in zip(statements, hulls, strict=True) if _likeness(hull, other) >= 0.5]
    yield (
        "reported_by",
        any(
            _named(known, row.get("speaker"), row.get("speaker_span"))
            or _named(known, row.get("reported_by"), row.get("reported_by_span"))
            for row in alike
        ),
    )
    if "source_count" in known:
        yield "source_count", any(row.get("source_count") == known["source_count"] for row in alike)


def _matches(gold: Row, text: str, hulls: list[Any]) -> dict[str, int]:
    """Return which found statement is which of the record: the likest pair first, at least half alike."""
    wanted = [row for row in gold["statements"] if not row.get("reports") and row["stance"] != ["declines"]]
    pairs = sorted(
        (-_likeness(_hull(text, known["content"]), hull), place, at)
        for place, known in enumerate(wanted)
        for at, hull in enumerate(hulls)
    )
    found: dict[str, int] = {}
    for likeness, place, at in pairs:
        if likeness <= -0.5 and wanted[place]["id"] not in found and at not in found.values():
            found[wanted[place]["id"]] = at
    return found


def _hull(text: str, spans: list[list[int]]) -> tuple[int, int]:
    start, end = min(first for first, _ in spans), max(last for _, last in spans)
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def _likeness(one: tuple[int, int], other: tuple[int, int]) -> float:
    common = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return common / (max(one[1], other[1]) - min(one[0], other[0])) if common else 0.0


def _plain(words: str | None) -> str:
    plain = " ".join((words or "").replace("’", "'").casefold().split()).strip(" ,.")
    article = next((article for article in ("the ", "a ", "an ") if plain.startswith(article)), "")
    return plain.removeprefix(article)


def _named(known: Row, said: str | None, span: list[int] | None) -> bool:
    """Return whether a name is an accepted one; of speakers without a name the right words are enough."""
    if "anonymous" in known["speaker_kind"] and span and known["speaker_span"]:
        first, last = known["speaker_span"]
        if _likeness((span[0], span[1]), (first, last)) >= 0.5:
            return True
    if not known["speaker_names"]:
        return not said
    return _plain(said) in {_plain(name) for name in known["speaker_names"]}
