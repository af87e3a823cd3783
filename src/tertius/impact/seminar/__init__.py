"""A seminar: people take states and play the war turn by turn, and the rest is simulated.

One hidden future is played. Its luck is a function of a seed that is drawn at the start and never told, so that the
future can be run again from the as-of date with all steps forced that were taken so far, and what is past stays bit
for bit as it was. Nothing of a later week is ever calculated.
"""
