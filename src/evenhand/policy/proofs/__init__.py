"""What holds of a rulebook for all facts: proved, or refuted by two requests."""
