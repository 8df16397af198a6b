"""What a score of two names says, comparison by comparison, so that it can be told and added up again."""

from evenhand.screening.names.alignment import Alignment, Pair
from evenhand.screening.names.branches import left_of_branch
from evenhand.screening.names.comparison_terms import Term
from evenhand.screening.names.name_score import NameScore, has_general
from evenhand.screening.names.normal_form import Name
from evenhand.screening.names.person_names import without_last
from evenhand.screening.names.script import LOSSY
from evenhand.screening.names.similarity import INITIAL, VARIANT, skeleton
from evenhand.screening.names.weights import MIXED_SCRIPT
from evenhand.screening.names.words import KINDS, is_form_misspelt


def name_terms(score: NameScore) -> list[Term]:
    """Return the comparisons whose weights sum to the score's total; those that weigh nothing are left out.

    Weights have the six places that a leaf keeps, so that a reader adds up what was added.
    """
    ours, theirs, aligned = score.ours, score.theirs, score.aligned
    field = theirs.field
    terms = [
        Term(
            _pair_name(pair, ours),
            _shown(pair.ours),
            _shown(pair.theirs),
            pair.similarity,
            round(pair.support * score.per_support, 6),
            field,
        )
        for pair in aligned.pairs
    ]
    terms.append(Term("name.prior", ours.text, theirs.text, 0.0, score.prior, field))
    if score.whole:
        whole = _whole_name(score)
        texts = _answered(score) if whole == "name.complete" else (ours.text, theirs.text)
        terms.append(Term(whole, *texts, 1.0, score.whole, field))
    if score.short:
        terms.append(Term("name.short", ours.text, theirs.text, 1.0, score.short, field))
    if score.unlike:
        terms.append(Term("name.unlike", *_roughly_alike(aligned), 0.0, round(score.unlike, 6), field))
    if aligned.ours_left or aligned.theirs_left or score.initial:
        terms += _left_terms(score)
    if score.number or score.form or score.sign:
        terms += _other_terms(score)
    return terms


def _left_terms(score: NameScore) -> list[Term]:
    ours, theirs, field = score.ours, score.theirs, score.theirs.field
    left, lacking = (_shown(" ".join(each)) for each in (score.aligned.ours_left, score.aligned.theirs_left))
    terms = (
        Term(_other_name(score), left, lacking, 0.0, round(score.both, 6), field),
        Term("name.extra", left, theirs.text, 0.0, round(score.extra, 6), field),
        Term("name.missing", ours.text, lacking, 0.0, round(score.missing, 6), field),
        Term("name.other_place", left, lacking, 0.0, score.place, field),
        Term(_other_middle(score), left or ours.text, lacking or theirs.text, 0.0, score.initial, field),
        Term("org.trade", left, lacking, 0.0, score.trade, field),
    )
    return [term for term in terms if term.weight]


def _other_terms(score: NameScore) -> list[Term]:
    ours, theirs, field = score.ours, score.theirs, score.theirs.field
    numbers = " ".join(sorted(ours.numbers)), " ".join(sorted(theirs.numbers))
    forms = _shown_form(ours.form), _shown_form(theirs.form)
    terms = (
        Term("name.number", *numbers, float(score.number > 0), score.number, field),
        Term(_form_name(score), *forms, float(score.form > 0), score.form, field),
        Term("name.other_sign", ours.text, theirs.text, 0.0, score.sign, field),
    )
    return [term for term in terms if term.weight]


def _form_name(score: NameScore) -> str:
    return "name.generation" if score.ours.person else "org.form"


def _shown_form(form: str) -> str:
    """Return a class of legal forms with the form, if it excludes others of its class: `private (sarl)`."""
    kind, _, apart = form.partition(" ")
    return f"{kind} ({apart[3:]})" if apart else kind


def _whole_name(score: NameScore) -> str:
    if left_of_branch(score.ours, score.theirs, score.aligned) is not None:
        return "name.branch"
    if has_general(score.aligned.ours_left):
        return "name.within"
    if score.ours.tokens == score.theirs.tokens:
        return "name.exact"
    if score.ours.key == score.theirs.key:
        return "name.reordered"
    joined = score.ours.joined == score.theirs.joined
    equal = all(pair.similarity == 1.0 for pair in score.aligned.pairs) and not _has_misspelt_form(score)
    return "name.joined" if joined or equal else "name.complete"


def _answered(score: NameScore) -> tuple[str, str]:
    """Return both names as they are written; one with further initials as the words that are answered."""
    sides = (score.ours, score.aligned.ours_left), (score.theirs, score.aligned.theirs_left)
    if not score.ours.person or not any(1 in map(len, left) for _, left in sides):
        return score.ours.text, score.theirs.text
    ours, theirs = (" ".join(without_last(name.tokens, left)) if left else name.text for name, left in sides)
    return ours, theirs


def _has_misspelt_form(score: NameScore) -> bool:
    return not score.ours.person and any(is_form_misspelt(name.tokens[-1]) for name in (score.ours, score.theirs))


def _pair_name(pair: Pair, ours: Name) -> str:
    if pair.similarity == INITIAL and 1 in {len(pair.ours), len(pair.theirs)}:
        return "name.initial"
    if pair.ours[0] == LOSSY != pair.theirs[0] or (not ours.text.isascii() and pair.similarity < 1):
        return "name.script"
    if pair.similarity == VARIANT:
        return "name.variant"
    return "name.skeleton" if pair.similarity < 1 and skeleton(pair.ours) == skeleton(pair.theirs) else "name.token"


def _other_name(score: NameScore) -> str:
    if score.theirs.person:
        surname = score.theirs.text.partition(",")[0].lower() if "," in score.theirs.text else ""
        lacking = score.aligned.theirs_left
        return "name.other_given" if surname and not any(word in surname for word in lacking) else "name.other_word"
    plain = all(KINDS.get(pair.theirs, "") for pair in score.aligned.pairs)
    return "org.core" if plain else "name.other_word"


def _other_middle(score: NameScore) -> str:
    initial = 1 in map(len, (*score.aligned.ours_left, *score.aligned.theirs_left))
    return "name.other_initial" if initial else "name.other_patronymic"


def _roughly_alike(aligned: Alignment) -> tuple[str, str]:
    pairs = [pair for pair in aligned.pairs if pair.doubt]
    return _shown(" ".join(pair.ours for pair in pairs)), _shown(" ".join(pair.theirs for pair in pairs))


def _shown(tokens: str) -> str:
    return tokens.replace(LOSSY, "")


def mixed_script_term(ours: Name) -> Term:
    """Return the mark of a name that mixes look-alike letters of two scripts inside one word."""
    return Term("name.mixed_script", ours.text, ours.joined, 1.0, MIXED_SCRIPT, "name")


def lookalike_terms(ours: Name, theirs: Name) -> list[Term]:
    """Return the mark of a name of which digits or signs were read as letters; it weighs nothing."""
    folded = (name for name in (ours, theirs) if name.folded)
    return [Term("name.lookalike", name.text, " ".join(name.tokens), 1.0, 0.0, name.field) for name in folded]
