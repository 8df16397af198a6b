"""Tests of `evenhand.api`."""
