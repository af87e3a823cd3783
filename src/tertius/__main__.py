"""`python -m tertius` is the command `tertius`, where its script is not on the path."""

from tertius.cli import main

if __name__ == "__main__":
    main()
