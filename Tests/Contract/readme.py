"""The code of the README, so that what is printed is what is tested."""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "README.md").read_text()


def blocks(language, text=TEXT):
    """The fenced code of a language, in its order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def block(language):
    """The one piece of code of a language."""
    (code,) = blocks(language)
    return code


def section(title):
    """The text under a heading, down to the next one of its level or above."""
    heading = re.search(rf"^(#+) {re.escape(title)}$", TEXT, re.MULTILINE)
    rest = TEXT[heading.end():]
    end = re.search(rf"^#{{1,{len(heading[1])}}} ", rest, re.MULTILINE)
    return rest[:end.start()] if end else rest
