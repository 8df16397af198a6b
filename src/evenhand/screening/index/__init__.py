"""Which listed entities a party could be, before anything is scored: in memory, or mapped from a file."""
