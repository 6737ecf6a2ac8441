#!/usr/bin/env python3
"""Every test that a table of the README names is there, and no row of that table is without one.

    readmetests.py <top of the project>    one line per fault, exit status 1 when there is one
"""
import os
import re
import sys

NAMED = re.compile(r"`(\w+/tst_\w+)::(\w+)`")
HEADING = "| There | Here | Test |"


def fault(top, file, function):
    path = os.path.join(top, "tests", file + ".cpp")
    if not os.path.isfile(path):
        return f"README.md names {file}.cpp, which is not there"
    with open(path, encoding="utf-8") as source:
        if not re.search(rf"::{function}\(", source.read()):
            return f"README.md names {file}::{function}, which is no test"
    return None


def rows(lines):
    """The rows of the table, without its heading and the rows that only begin a group."""
    for line in lines[lines.index(HEADING) + 2:]:
        if not line.startswith("|"):
            return
        if not line.endswith("| |"):
            yield line


def main(top):
    with open(os.path.join(top, "README.md"), encoding="utf-8") as readme:
        lines = readme.read().splitlines()
    faults = []
    for row in rows(lines):
        named = NAMED.findall(row.split("|")[3])
        if not named:
            faults.append(f"README.md has a row without a test: {row}")
        faults += [fault(top, file, function) for file, function in named]
    faults = [each for each in faults if each]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


sys.exit(main(sys.argv[1]))
