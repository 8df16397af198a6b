"""The API for programs: screening, what was decided and why, what waits, and the acts of a person by a program."""
