"""What people do with a network's inputs: start a run, look at a table before it counts, replace it."""
