"""The rulebook as SQL, and many requests ruled by it."""
