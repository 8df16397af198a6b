"""Policies laid out in Cedar's own way; comments and annotations stay, and so does the meaning."""

import re
from pathlib import Path

import cedarpy

from evenhand.model.errors import RulebookInvalid
from evenhand.policy.rulebook.policy_files import parse_file
from evenhand.policy.rulebook.source_locations import CedarFile, comments
from evenhand.policy.syntax_tree import parse

WIDTH = 120
INDENT = 2

_BLANK_BELOW = re.compile(r"[^\S\n]*\n[^\S\n]*\n")


def formatted(text: str, where: Path) -> str:
    """Return a text of policies in Cedar's layout, 120 columns wide where it can be.

    A blank line below a comment stays: such a comment heads what follows. Formatting twice changes nothing more.
    Trees and comments are compared before and after.

    Raises:
        RulebookInvalid: the text is no Cedar, or the formatter would change its meaning or lose a comment.
    """
    before = parse_file(CedarFile(where, text))
    laid_out = cedarpy.format_policies(text, WIDTH, INDENT)
    if parse(laid_out) != before or _comment_texts(laid_out) != _comment_texts(text):
        raise RulebookInvalid("cannot be formatted without loss", where=where)
    return _spaced(laid_out, _heads(text))


def _comment_texts(text: str) -> list[str]:
    return [comment.text.rstrip() for comment in comments(text)]


def _heads(text: str) -> set[int]:
    """Return which of the comments have a blank line below."""
    return {place for place, comment in enumerate(comments(text)) if _BLANK_BELOW.match(text, comment.end)}


def _spaced(text: str, heads: set[int]) -> str:
    """Return the text with a blank line below these of its comments."""
    parts, done = [], 0
    for place, comment in enumerate(comments(text)):
        parts.append(text[done : comment.end])
        done = comment.end
        if place in heads and not _BLANK_BELOW.match(text, done):
            parts.append("\n")
    return "".join([*parts, text[done:]])
