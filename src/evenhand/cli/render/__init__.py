"""How results are shown: on the terminal, on pages, in tables."""
