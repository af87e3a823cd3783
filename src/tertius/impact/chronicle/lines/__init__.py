"""Kinds of lines of a chronicle: one file each, a function that reads one future and yields its lines."""
