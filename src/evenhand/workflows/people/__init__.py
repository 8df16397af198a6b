"""Who acts for the network: what the staff's rules allow them, and what shows that they made a record."""
