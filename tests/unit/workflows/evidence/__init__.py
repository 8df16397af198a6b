"""Tests of saved documents and their claims."""
