"""The pages of the console, one module an area; each gives the `Area` that `all_areas.py` gathers."""
