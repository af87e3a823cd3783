"""The public front: what `import tertius` gives. Every command of the command line is one call of a function here."""
