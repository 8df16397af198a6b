"""Cells as values: days, amounts, countries, hosts, numbers of registers, names of persons."""
