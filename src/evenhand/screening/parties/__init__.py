"""What is compared of a party beside a listed entity, and the whole comparison."""
