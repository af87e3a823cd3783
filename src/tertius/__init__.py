"""Tertius: what it changes when a new partner enters a war."""

__version__ = "0.1.0"
