"""What a bid says of itself: names, the DSA object, the demand chain; and what intermediaries say in buyers.json."""
