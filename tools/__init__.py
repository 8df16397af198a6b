"""What maintainers run: a bill of materials, and a look for known advisories."""
