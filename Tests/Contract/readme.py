"""The code of the README, so that what is printed is what is tested."""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "README.md").read_text()


def blocks(language):
    """The fenced code of a language, in its order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def block(language):
    """The one piece of code of a language."""
    (code,) = blocks(language)
    return code
