"""The names of the failpoints, read where they are declared: none can be forgotten here."""

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "Sources/Failpoints/Failpoint.swift"
FAILPOINTS = re.findall(r"^    case (\w+)$", SOURCE.read_text(), re.MULTILINE)
