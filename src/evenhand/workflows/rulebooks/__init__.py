"""The rulebooks that a network rules by: kept, released, replayed, and run in shadow."""
