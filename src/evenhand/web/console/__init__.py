"""The console: the work of a policy team in a browser, over the same workflows as the command line."""
