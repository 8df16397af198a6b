"""The documents under test: what they show is run, what they name is there."""
