"""Rules as SMT-LIB terms, and the solvers that read them."""
