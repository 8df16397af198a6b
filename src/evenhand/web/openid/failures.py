"""Why single sign-on did not work, as the person who tried is told."""

from evenhand.model.errors import BadInput


class SignOnFailed(BadInput):
    """The provider did not answer, refused, or its answer does not hold."""
