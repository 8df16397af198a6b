"""Names read into comparable form and compared, word by word."""
