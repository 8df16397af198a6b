"""One fixed sentence a comparison, repeated by the analyst's screen, the notice and the report alike."""

from collections.abc import Mapping

from evenhand.model.finding import CONTENT_UNKNOWN, Comparison, Finding, Strength

HOW_SURE: Mapping[Strength, str] = {"certain": "certain", "possible": "possible", "name_only": "name-only"}
"""The word for how much speaks for a match."""

BASE_RATE = "name.prior"
"""The comparison that every score of names starts from; it says nothing of the case, so it is not shown."""

SENTENCES = {
    "name.exact": "the name `{ours}` is the listed name `{theirs}`",
    "name.reordered": "the name `{ours}` has the words of the listed name `{theirs}` in another order",
    "name.joined": "the name `{ours}` reads as the listed name `{theirs}`, written together or apart",
    "name.complete": "every word of the name `{ours}` matches one of the listed name `{theirs}`",
    "name.within": "the whole listed name `{theirs}` is in `{ours}`, beside general words",
    "name.branch": "the whole listed name `{theirs}` is in `{ours}`, beside places or words for a branch or shop",
    "name.token": "`{ours}` matches `{theirs}` in the listed name",
    "name.initial": "the initial in `{ours}` fits `{theirs}` in the listed name",
    "name.variant": "`{ours}` is another form of `{theirs}` in the listed name",
    "name.skeleton": "`{ours}` is another Latin spelling of `{theirs}` in the listed name",
    "name.script": "`{ours}`, written in another alphabet, reads as `{theirs}` in the listed name",
    "name.acronym": "`{ours}` is made of the first letters of the listed name `{theirs}`",
    "name.missing": "the name `{ours}` lacks `{theirs}` of the listed name",
    "name.extra": "`{ours}` is not in the listed name `{theirs}`",
    "name.other_given": "the given name differs: `{ours}`, listed `{theirs}`",
    "name.other_word": "a part of the name differs: `{ours}`, listed `{theirs}`",
    "name.other_initial": "an initial differs: `{ours}`, listed `{theirs}`",
    "name.other_patronymic": "the father's name differs: `{ours}`, listed `{theirs}`",
    "name.other_place": "the names say different places: `{ours}`, listed `{theirs}`",
    "name.other_sign": "`{ours}` and the listed name `{theirs}` are written with different signs",
    "name.unlike": "`{ours}` is only roughly like `{theirs}` of the listed name",
    "name.none": "no part of the name `{ours}` is in a name like `{theirs}`",
    "name.fuller": "only a short name agrees; the fuller `{ours}` is not the listed `{theirs}`",
    "name.short": "`{ours}` is so short a name that many others share it with `{theirs}`",
    "name.short_shared": "many outlets and ships have names as short as `{theirs}`",
    "name.whole_only": "`{ours}` is all of the listed `{theirs}`, general words aside, and nothing but the name agrees",
    "name.mixed_script": "`{ours}` mixes letters of two alphabets that look alike and reads as `{theirs}`",
    "name.lookalike": "`{ours}` has digits or signs in place of letters and reads as `{theirs}`",
    "name.prior": "most parties whose names share words, as `{ours}` and `{theirs}` do, are not the same",
    "org.core": "only general words agree; the words that tell them apart are `{ours}`, listed `{theirs}`",
    "org.trade": "the lines of business differ: `{ours}`, listed `{theirs}`",
    "identifier.equal": "the registration number `{ours}` is the listed number `{theirs}`",
    "identifier.register_unknown": "`{ours}` is the listed number `{theirs}`, but which register gave it is not known",
    "identifier.conflict": "the registration number `{ours}` is not the listed `{theirs}` of the same register",
    "domain.registrable": "the website `{ours}` belongs to the listed domain `{theirs}`",
    "domain.host": "the website `{ours}` is the listed website `{theirs}` or part of it",
    "domain.site": "the listed website `{theirs}` is part of the website `{ours}`, or the same in another language",
    "domain.shared": "the website `{ours}` shares only its registered domain with the listed website `{theirs}`",
    "domain.lookalike": "the website `{ours}` looks like the listed website `{theirs}` but is another",
    "account.handle": "the account `{ours}` is the listed account `{theirs}`",
    "schema": "`{ours}` and the listed entry are of different kinds (`{theirs}`)",
    "weak_alias": "the listed name `{theirs}` is a weak alias, so that `{ours}` alone does not suffice",
    "ownership.share": "share held in `{theirs}`: `{ours}`",
    "ownership.control": "`{ours}` controls `{theirs}`",
    "ownership.stated": "the ground stated for the tie to `{theirs}` is `{ours}`",
    "ownership.acts_for": "`{theirs}` acts for `{ours}`",
    "ownership.heaviest_path": "the largest shares lead over `{ours}`",
    "recorded": "`{field}` is `{ours}`",
    "judgement.not_same": "a person judged it not to be `{theirs}` (`{ours}`)",
    "judgement.same": "a person judged it to be `{theirs}`; comparing no longer finds it",
    "judgement.open_again": "an earlier judgement (`{ours}`) no longer holds, because of what changed: {theirs}",
    "match.row_changed": "an earlier decision rested on this match; what it was found by has been changed since",
    "coordination.moments": "close in time to `{theirs}` in {ours} shared moments",
    "coordination.things": "{ours} rare things in common with `{theirs}`",
    "coordination.expected": "expected by chance: {ours}",
    "coordination.group": "one of {ours} accounts that act as one",
    "coordination.tested": "{ours} pairs tested; share of chance findings, of the group as a whole: {theirs}",
    "coordination.undeclared": "no common owner, agency or payer is declared",
    "claims.named_sources": "named sources, each counted once: {ours}",
    "claims.anonymous_sources": "unnamed persons: {ours}",
    "claims.official_documents": "official documents: {ours}",
    "claims.outlets": "independent outlets: {ours}",
    "claims.denials": "denials on record: {ours}",
    "confirmed.share": "a person confirmed by documents: {ours} (`{field}`); the tables say {theirs}",
    "confirmed.control": "a person confirmed by documents: {ours} (`{field}`); the tables say {theirs}",
    "confirmed.verification": "a person confirmed by documents: {ours} (`{field}`); the tables say {theirs}",
    "confirmed.circumvention": "a person confirmed by documents: {ours} (`{field}`)",
    "confirmed.listed": "the listed party is `{ours}` (`{field}`)",
    "media.owner": "`{ours}`, the listed outlet `{theirs}`, owns or controls it",
    "media.payer": "`{ours}` pays for it, and is the listed outlet `{theirs}` or owned or controlled by it",
    "row.rejected": "not screened: row rejected ({field}), `{ours}`; expected {theirs}",
    "content.unknown": "the rulebook does not know the content `{ours}` of the campaign ({field}); expected {theirs}",
    "rule.error": "the rule `{ours}` could not be applied",
    "name.number.for": "the number `{ours}` in the name is the listed one",
    "name.generation.for": "both names say one generation (`{ours}`, listed `{theirs}`)",
    "org.form.for": "the legal form of both is of one kind (`{ours}`)",
    "birth.for": "the date of birth `{ours}` fits the listed `{theirs}`",
    "country.for": "the country `{ours}` is among the listed ones (`{theirs}`)",
    "name.number.against": "the numbers in the names differ: `{ours}`, listed `{theirs}`",
    "name.generation.against": "the names do not say one generation: `{ours}`, listed `{theirs}`",
    "org.form.against": "the legal forms differ in kind: `{ours}`, listed `{theirs}`",
    "birth.against": "the date of birth `{ours}` does not fit the listed `{theirs}`",
    "country.against": "the country `{ours}` is not among the listed ones (`{theirs}`)",
    "other": "{name}: `{ours}` beside `{theirs}`",
}
"""What came of a comparison, by its name; by name and effect where it can speak for or against."""


def comparison_form(comparison: Comparison, forms: Mapping[str, str]) -> str:
    """Return the sentence of a comparison, to be filled in, from the sentences of a language.

    A name that they do not know is said itself, with both values.
    """
    sided = f"{comparison.name}.{comparison.effect}"
    return forms.get(comparison.name) or forms.get(sided) or forms["other"]


def comparison_sentence(comparison: Comparison) -> str:
    """Return what was compared and what came of it in English, as part of a sentence without full stop."""
    ours, theirs = comparison.ours or "–", comparison.theirs or "–"
    if comparison.name == "coordination.moments":
        ours = ours.replace(" / ", " of ")
    form = comparison_form(comparison, SENTENCES)
    return form.format(name=comparison.name, ours=ours, theirs=theirs, field=comparison.source_field) + unknown_id(
        comparison
    )


def unknown_id(comparison: Comparison) -> str:
    """Return which id beside an attribute on record is in no table, ``""`` where there is none."""
    is_named = comparison.name == "recorded" and comparison.theirs
    return f" (the id `{comparison.theirs}` is in no table)" if is_named else ""


def acts_as_one(finding: Finding) -> str:
    """Return with how many others an advertiser acts as one, and the share of chance findings (q) of the group."""
    found = {each.name: each for each in finding.because}
    group, tested = found.get("coordination.group"), found.get("coordination.tested")
    others = int(group.ours) - 1 if group is not None else 0
    number = f"{others:,} {'other' if others == 1 else 'others'}" if others else "others"
    return f"acts as one with {number}{f', q of the group {tested.theirs}' if tested is not None else ''}"


_OBSERVED = {
    "listed": "{sure} match with `{entity}` of `{list}`, score {score:.2f}",
    "state_media": "{sure} match with `{entity}` of `{list}`, score {score:.2f}",
    "lookalike_domain": "a domain like one of `{entity}` of `{list}`, or a host beside one",
    "owned_by_listed": "{low} aggregate ownership by listed parties",
    "possibly_owned_by_listed": "{low} aggregate ownership by listed parties known, up to {high} possible",
    "controlled_by_listed": "{sure} control by a listed party",
    "acts_for_listed": "{sure} acting for a listed party",
    "coordination": "acts as one with others, undeclared",
    "claims": "confirmed claims about it",
    "recorded": "on record",
    "rule_error": "error",
}


_TIED = "tied to the listed outlet `{entity}` of `{list}`"


def finding_sentence(finding: Finding, about: str) -> str:
    """Return one finding as the analyst reads it: what it is, how sure, over whom it leads, what was compared.

    The party is named where it is another than the one that the decision is `about`.
    """
    form = _TIED if finding.is_media_tie else _OBSERVED.get(finding.kind, "{kind}")
    sentence = form.format(
        kind=finding.kind,
        sure=HOW_SURE[finding.strength],
        entity=finding.entity_id,
        list=finding.list,
        score=finding.score,
        low=_percent(finding.low),
        high=_percent(finding.high),
    )
    path = f" via {', held by '.join(finding.path[1:])}" if len(finding.path) > 1 else ""
    others = (comparison for comparison in finding.because if comparison.name != BASE_RATE)
    compared = "; ".join(map(comparison_sentence, others))
    whose = "" if finding.party_id == about else f"`{finding.party_id}`: "
    return f"{whose}{sentence}{path}{': ' if compared else ''}{compared}"


def correction(unread: Comparison) -> str:
    """Return what to do about what could not be read, by its comparison: a rejected row, or content not known."""
    if unread.name != CONTENT_UNKNOWN:
        return f"correct the rejected row ({unread.source_field})"
    _, is_near, guess = unread.theirs.partition("; ")
    return (
        f"correct the content `{unread.ours}` ({unread.source_field}{'; ' if is_near else ''}{guess}), or add it to"
        f" ContentKind in the rulebook's schema"
    )


def _percent(millionths: int) -> str:
    return f"{millionths / 10_000:.4f}".rstrip("0").rstrip(".") + " %"
