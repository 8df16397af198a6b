"""Pages for everybody: complain of a decision, check a letter, read the public log."""
