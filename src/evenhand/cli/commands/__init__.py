"""The verbs of the command line, a module a verb or group of verbs."""
