"""One file for each command: its docstring is what `--help` prints, its first line what the list of commands says."""
