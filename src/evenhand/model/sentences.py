"""One fixed sentence a comparison, repeated by the analyst's screen, the notice and the report alike."""

from evenhand.model.finding import Comparison

_SENTENCES = {
    "name.exact": "the name `{ours}` is the listed name `{theirs}`",
    "name.reordered": "the name `{ours}` has the words of the listed name `{theirs}` in another order",
}


def comparison_sentence(comparison: Comparison) -> str:
    """Return what was compared and what came of it, as part of a sentence without full stop."""
    form = _SENTENCES.get(comparison.name, "{name}: `{ours}` beside `{theirs}`")
    return form.format(name=comparison.name, ours=comparison.ours, theirs=comparison.theirs)
