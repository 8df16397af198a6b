"""One weighed comparison while a score is being made, lighter than the record that a finding shows."""

import msgspec

from evenhand.model.finding import Comparison


class Term(msgspec.Struct, frozen=True, gc=False):
    """A comparison by its name in `docs/reference/screening.md`; a positive weight is for, a negative one against."""

    name: str
    ours: str
    theirs: str
    similarity: float
    weight: float
    field: str

    def comparison(self) -> Comparison:
        """Return the record, its numbers rounded to the six places that a leaf keeps."""
        return Comparison(
            name=self.name,
            ours=self.ours,
            theirs=self.theirs,
            similarity=round(self.similarity, 6),
            weight=round(self.weight, 6),
            effect="for" if self.weight >= 0 else "against",
            source_field=self.field,
        )
