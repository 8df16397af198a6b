"""A live blog as text: its title is the headline, its entries have times."""

from evenhand.evidence.claims import read_article

BLOG = """Live: Storm Aurel hits the coast, grid operator under fire
Last updated 12 January 2025, 21:40

21:40 Grid operator apologises
The head of the grid, Torsten Hale, has apologised. "We should have told people sooner," he told public radio.

21:15
The opposition leader, Mina Castellane, says the operator "gambled with the lives of the old".
"""


def test_the_title_of_a_live_blog_is_its_headline() -> None:
    """An entry begins with a time and is no headline; what a page announces comes before its text, too."""
    article = read_article(BLOG.encode(), "live.txt", "text/plain")

    assert article.document.headline is not None
    assert article.text[slice(*article.document.headline)].startswith("Live: Storm Aurel")


def test_a_time_alone_is_dropped_as_a_time() -> None:
    """It is no counter of comments or minutes."""
    dropped = {
        each.text: each.rule for each in read_article(BLOG.encode(), "live.txt", "text/plain").document.dropped_lines
    }

    assert dropped["21:15"] == "time"
