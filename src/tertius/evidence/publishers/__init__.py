"""One file for each publisher. A file that declares SOURCE is found; nothing else names it."""
