"""Evenhand decides who may buy advertising on a network, and lets anyone check it."""
