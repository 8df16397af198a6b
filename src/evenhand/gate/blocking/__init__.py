"""Block lists of those who must not be asked or shown, in requests and for systems that do not ask."""
