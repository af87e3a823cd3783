"""The front as tools for assistants, over standard input and output (Model Context Protocol)."""
