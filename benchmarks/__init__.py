"""Timings of the kernel against C and NumPy; no part of the package."""
