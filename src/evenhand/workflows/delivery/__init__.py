"""What leaves a network: register, letters, statements for the EU database, tables and report."""
