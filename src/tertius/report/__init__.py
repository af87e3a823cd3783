"""What a reader sees: each figure defined once, the words for numbers, the brief."""
