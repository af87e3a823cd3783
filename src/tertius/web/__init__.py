"""The workbench: the whole program in a browser, served from this machine. It computes no number of its own."""
