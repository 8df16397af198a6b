"""Which accusation a denial answers."""

from evenhand.evidence.denials import link_denials
from evenhand.model.claims import Claim, Span, Speaker, Stance


class Story:
    """A text that grows by one claim a line."""

    def __init__(self) -> None:
        self.text = ""
        self.claims: list[Claim] = []

    def add(self, speaker: str, stance: Stance, content: str, target: str | None = None) -> str:
        start = len(self.text)
        self.text += content + "\n"
        claim = Claim(
            id=f"c{len(self.claims) + 1}",
            section="body",
            form="indirect",
            content=((start, start + len(content)),),
            speaker=Speaker(kind="named_organisation", name=speaker),
            stance=stance,
            target=self._span(target),
        )
        self.claims.append(claim)
        return claim.id

    def _span(self, words: str | None) -> Span | None:
        if words is None:
            return None
        self.text += words + "\n"
        return len(self.text) - len(words) - 1, len(self.text) - 1

    def denied(self) -> dict[str, tuple[str, ...]]:
        return {claim.id: claim.denies for claim in link_denials(self.text, self.claims) if claim.denies}


def test_a_denial_answers_the_accusation_against_its_speaker_and_no_other() -> None:
    story = Story()
    first = story.add("Norland", "accuses", "hiding fees from boats", "Tidewater")
    story.add("Norland", "accuses", "spilling oil", "Eastport")

    denial = story.add("Tidewater", "denies", "the accusation")

    assert story.denied() == {denial: (first,)}


def test_no_side_denies_what_it_says_itself() -> None:
    story = Story()
    story.add("Tidewater", "accuses", "the board took bribes from boats")

    story.add("Tidewater", "denies", "taking bribes from boats")

    assert story.denied() == {}


def test_a_denial_without_an_accusation_is_linked_to_none() -> None:
    story = Story()
    story.add("Norland", "asserts", "the sea was calm")

    story.add("Tidewater", "denies", "any wrongdoing")

    assert story.denied() == {}


def test_a_state_answers_for_what_belongs_to_it() -> None:
    story = Story()
    accusation = story.add("Norland Watch", "accuses", "two Peruvian boats had fished at night", "two Peruvian boats")

    denial = story.add("Lima", "denies", "the charge")

    assert story.denied() == {denial: (accusation,)}


def test_what_is_said_in_support_of_a_denial_in_the_same_paragraph_is_linked_as_it_is() -> None:
    story = Story()
    accusation = story.add("Norland", "accuses", "hiding fees", "Tidewater")
    story.add("Tidewater", "denies", "the accusation")
    story.text = story.text[:-1] + " "

    support = story.add("Tidewater", "asserts", "every fee stands in a list")

    assert story.denied()[support] == (accusation,)
