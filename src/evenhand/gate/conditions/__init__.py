"""What is left of rules for the single bid, and what they may ask of it."""
