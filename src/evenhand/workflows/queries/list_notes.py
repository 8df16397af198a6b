"""What people should know of a list that they hand in as one of their own."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from evenhand.lists import ReadList
from evenhand.model.record import files_sha256
from evenhand.workflows.queries.sample_lists import SAMPLE_WORDS, is_sample

_OF_SANCTIONS: Final = frozenset({"sanction", "sanction.counter"})
"""The topics of FollowTheMoney that say that somebody is on a list of sanctions."""


def list_notes(key: str, read: ReadList) -> Iterator[str]:
    """Yield sentences on a list that is taken under a key: that it is a sample, that it is none of sanctions alone.

    Source: the topics of https://www.opensanctions.org/docs/topics/, which FollowTheMoney's files name.
    """
    if is_sample(files_sha256(read.files)):
        yield f"It is {SAMPLE_WORDS}."
    if not key.startswith("house-"):
        return
    others = [topics for each in read.entities if (topics := each.values("topics")) and not _OF_SANCTIONS & {*topics}]
    if others:
        counts = Counter(topic for topics in others for topic in topics).most_common()
        named = ", ".join(f"{count:,} {topic}" for topic, count in counts)
        are = "1 entry is" if len(others) == 1 else f"{len(others):,} entries are"
        yield (
            f"{are} there for other grounds than sanctions, by topic: {named}. The rules refuse all of {key}, as"
            " parties that the network does not deal with. If that is not meant: hand in a file of sanctions alone, or"
            f" give {key} another designation in rulebook/designations.csv (an empty one screens and refuses nobody)."
        )
