"""Registers: the plain form, the compiled file, and what both must hold."""
