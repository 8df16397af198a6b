"""What holds of every page without a script: it can be walked by headings, and it needs nothing from elsewhere."""

import re
from itertools import pairwise

from evenhand.render.pages import source_hash
from tests.unit.cli.test_report import read


def check_headings(html: str) -> None:
    """Hold that every element is closed, and that headings begin at the first level and skip none."""
    reader = read(html)

    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch("h[1-6]", tag)]

    assert (reader.open, levels[0]) == ([], 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))


def check_needs_nothing(html: str) -> None:
    """Hold that links lead to places on the page, nothing is loaded or run, and the policy admits the style alone."""
    tags = read(html).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)

    assert len(ids) == len(set(ids))
    assert {(attrs["href"] or "").removeprefix("#") for _, attrs in tags if "href" in attrs} <= set(ids)
    assert not any("src" in attrs or "style" in attrs or tag in {"link", "script"} for tag, attrs in tags)
    assert [attrs["content"] for _, attrs in tags if "http-equiv" in attrs] == [
        f"default-src 'none'; style-src '{source_hash(style)}'"
    ]
