"""Readers of published formats, one or more modules a publisher, and the text readers that they share."""
