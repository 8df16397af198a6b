"""The sample network for the API, built once; a test that writes copies it."""

from tests.unit.web.console.conftest import console_network

__all__ = ["console_network"]
