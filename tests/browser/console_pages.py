"""The paths of the console's pages that every look goes through: colours, widths, no scripts, contrast."""

PATHS = ("/", "/components", "/people", "/account", "/shown")
WITHOUT_SESSION = ("/login",)
