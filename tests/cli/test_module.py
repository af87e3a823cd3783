"""`python -m tertius` is the command line."""

import subprocess
import sys

import tertius


def test_the_module_is_the_command() -> None:
    told = subprocess.run([sys.executable, "-m", "tertius", "--version"], capture_output=True, text=True, check=True)
    assert tertius.__version__ in told.stdout
    wrong = subprocess.run([sys.executable, "-m", "tertius", "brif"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "brief" in wrong.stderr
