"""Screening for programs: `/match/{scope}` as yente answers it, and `/screen` with all that we know."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from msgspec.structs import replace

from evenhand.model.finding import Comparison
from evenhand.model.listing import ListVersion
from evenhand.model.matches import EntryShown
from evenhand.screening.names.weights import THRESHOLD
from evenhand.web.api.entity_query import entity_query
from evenhand.web.api.name_query import named
from evenhand.web.api.operations import Call, Operation, Parameter
from evenhand.web.api.problems import ApiError, read_each
from evenhand.web.api.screener import ALL_LISTS, MOST, Screener
from evenhand.workflows.queries.lookup import NameMatch, ScreenedName

MOST_NAMES: Final = 1_000
_LIMIT: Final = Parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 5},
                          "Matches a name at most.")  # fmt: skip
_THRESHOLD: Final = Parameter(
    "threshold", {"type": "number", "minimum": 0, "maximum": 1, "default": THRESHOLD},
    "Score from which `match` is true; it changes nothing of what is found.",
)  # fmt: skip

_ALGORITHM: Final = Parameter("algorithm", {"type": "string", "enum": ["best"]}, "As yente's clients send it: ours.")
_FUZZY: Final = Parameter("fuzzy", {"type": "string", "enum": ["true", "false"]},
                          "As yente's clients send it; it has no effect.")  # fmt: skip

_MATCH: Final = (
    "A documented subset of yente's `/match/{dataset}`: entities of FollowTheMoney in `queries`, results by the same"
    " names, best first. Scores are Evenhand's and not comparable with those of yente's algorithms. Of the query only"
    " `limit`, `threshold`, `algorithm=best` and `fuzzy` are taken, any other value is refused; `fuzzy`, and `weights`"
    " and `config` of the body, have no effect."
)

Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class Entity(msgspec.Struct, kw_only=True):
    """An entity of FollowTheMoney as a query: `id` is given back, properties not read by screening are left out."""

    schema: Text = "LegalEntity"
    properties: dict[Text, Text | list[Text]]
    id: str | None = None


class MatchQueries(msgspec.Struct, kw_only=True):
    """Queries by name; `weights` and `config` of yente's algorithms are taken and have no effect."""

    queries: Annotated[dict[Text, Entity], msgspec.Meta(max_length=MOST_NAMES)]
    weights: dict[str, float] = {}
    config: dict[str, Any] = {}


class Total(msgspec.Struct, kw_only=True):
    """How many results there are."""

    value: int
    relation: str = "eq"


class Explanation(msgspec.Struct, kw_only=True):
    """One comparison: `detail` is what was compared, `score` its weight, below 0 where it speaks against the match.

    The score of the match is 1 / (1 + exp(-sum of the weights)).
    """

    score: float
    detail: str


class MatchedEntity(msgspec.Struct, kw_only=True):
    """A listed entity with its score; `datasets` has the key of its list.

    `score` is from 0 to 1: 0 where nothing is shared, 0.5 no better than a namesake, near 1 where a number, domain or
    account agrees. `match` is true from the threshold on: a person should look; it does not say that the party is
    listed. A result below the threshold is a name that is the same as a whole, or a domain that looks alike.
    """

    id: str
    caption: str
    schema: str
    properties: dict[str, tuple[str, ...]]
    datasets: tuple[str, ...]
    referents: tuple[str, ...] = ()
    target: bool = True
    first_seen: str | None = None
    last_seen: str | None = None
    last_change: str | None = None
    score: float
    explanations: dict[str, Explanation]
    match: bool


class QueryAnswer(msgspec.Struct, kw_only=True):
    """The results of one query, best first; `query` has those of its properties and values that were compared."""

    status: int
    results: list[MatchedEntity]
    total: Total
    query: Entity


class MatchAnswers(msgspec.Struct, kw_only=True):
    """An answer a query, by the names of the queries."""

    responses: dict[str, QueryAnswer]
    limit: int


class ScreenQueries(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Names to screen, each by the columns of a table: `name`, `country`, `birth_date`, `website` and others."""

    names: Annotated[list[dict[Text, Text]], msgspec.Meta(min_length=1, max_length=MOST_NAMES)]


class ScreenAnswers(msgspec.Struct, kw_only=True):
    """An answer a name, in order, with all that is known of each match; the versions of the lists."""

    threshold: float
    lists: tuple[ListVersion, ...]
    answers: list[ScreenedName]


def operations(screener: Screener) -> tuple[Operation, ...]:
    """Return the operations over one index."""

    def match(call: Call) -> MatchAnswers:
        scope = checked_scope(call, screener)
        limit, threshold = call.number("limit", 5, MOST), float(call.query.get("threshold", THRESHOLD))
        queries: Mapping[str, Entity] = call.body.queries
        suffixes = call.console.suffixes
        entities = read_each(
            queries, lambda name, each: entity_query(each.schema, each.properties, suffixes, f"queries.{name}")
        )
        answers = screener.screen_entities(call.console, list(entities.values()), limit, scope)
        return MatchAnswers(
            responses={
                name: _query_answer(replace(queries[name], properties=each.compared), answer.matches, threshold)
                for (name, each), answer in zip(entities.items(), answers, strict=True)
            },
            limit=limit,
        )

    def screen(call: Call) -> ScreenAnswers:
        names: Mapping[str, Mapping[str, str]] = {f"names[{at}]": each for at, each in enumerate(call.body.names)}
        parties = read_each(names, lambda name, each: named(each, call.console.suffixes, name))
        answers = screener.screen(call.console, list(parties.values()), call.number("limit", 5, MOST))
        return ScreenAnswers(threshold=THRESHOLD, lists=screener.lists(call.console), answers=answers)

    return (
        Operation("POST", "/match/{scope}", "screen", "Match entities against lists, as yente does", MatchAnswers,
                  match, MatchQueries, (_LIMIT, _THRESHOLD, _ALGORITHM, _FUZZY),
                  {"scope": "The key of a list, or `default` for all of them."}, about=_MATCH),
        Operation("POST", "/screen", "screen", "Screen names, with every comparison in words", ScreenAnswers, screen,
                  ScreenQueries, (_LIMIT,)),
    )  # fmt: skip


def checked_scope(call: Call, screener: Screener) -> str:
    """Return the scope of the path.

    Raises:
        ApiError: 404, no list in force has this key.
    """
    scope = call.path["scope"]
    known = [each.key for each in screener.lists(call.console)]
    if scope != ALL_LISTS and scope not in known:
        raise ApiError(404, f"no list `{scope[:100]}` is in force; known: {', '.join([ALL_LISTS, *known])}")
    return scope


def _query_answer(query: Entity, matches: Sequence[NameMatch], threshold: float) -> QueryAnswer:
    results = [_matched(each, threshold) for each in matches]
    return QueryAnswer(status=200, results=results, total=Total(value=len(results)), query=query)


def _matched(match: NameMatch, threshold: float) -> MatchedEntity:
    entry = match.entry
    return MatchedEntity(
        id=match.entity_id, caption=match.caption, schema=entry.schema,
        properties=entity_properties(entry), datasets=(match.list,),
        score=match.score, explanations=_explained(match.comparisons), match=match.score >= threshold,
    )  # fmt: skip


def entity_properties(entry: EntryShown) -> dict[str, tuple[str, ...]]:
    """Return what an entry says as properties of FollowTheMoney, those that have a value."""
    properties = {
        "name": entry.names or (entry.caption,), "alias": entry.aliases, "country": entry.countries,
        "birthDate": entry.birth_dates, "website": entry.websites, "program": entry.programmes,
        "sourceUrl": tuple(filter(None, (entry.page,))),
    }  # fmt: skip
    return {name: values for name, values in properties.items() if values}


def _explained(comparisons: Sequence[Comparison]) -> dict[str, Explanation]:
    """Return the comparisons by name; several of one name are added up, and the first words stay.

    What speaks against a match has a weight below 0, so that the sum of all is the score's.
    """
    found: dict[str, Explanation] = {}
    for each in comparisons:
        before = found.get(each.name)
        score = each.weight if before is None else before.score + each.weight
        found[each.name] = Explanation(score=score, detail=before.detail if before else f"{each.ours} / {each.theirs}")
    return found
