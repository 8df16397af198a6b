"""Who said what about whom, and who denies it? Claims of a saved document, proposed to a person, never true or false.

Rules read the text, no list of names and no model: a text in which names are exchanged gives the same claims.
"""
