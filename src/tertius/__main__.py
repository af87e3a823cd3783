"""`python -m tertius`: the command line where its script is not on the path."""

from tertius.cli import main

main()
