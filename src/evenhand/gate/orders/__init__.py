"""The order desk: what an order must meet before it is accepted."""
