"""The pages of a case, one file each: a router whose GET fills a template with what resources return."""

NAMES = (
    "today",
    "map",
    "futures",
    "states",
    "what-if",
    "watch",
    "evidence",
    "questions",
    "scenario",
    "methods",
    "seminar",
    "estimates",
)
"""In the order of the navigation; one that has no file yet is not shown."""
