"""What a rulebook leaves open where only some of the facts are known."""
