#!/usr/bin/env python3
"""Every test that a table of the documents names is there, and no row of such a table is without one.

    readmetests.py <top of the project>    one line per fault, exit status 1 when there is one
"""
import os
import re
import sys

NAMED = re.compile(r"`(\w+/(?:tst|test)_\w+)::(\w+)`")
# Documents with the headings of their tables; the last column has the tests.
TABLES = {
    "README.md": ["| There | Here | Test |"],
    "docs/security.md": ["| Where | What went wrong | What holds here | Test |", "| Where | What is asked for | What is here | Test |"],
}


def fault(top, document, file, function):
    is_python = os.path.basename(file).startswith("test_")
    path = os.path.join(top, "tests", file + (".py" if is_python else ".cpp"))
    if not os.path.isfile(path):
        return f"{document} names {os.path.relpath(path, os.path.join(top, 'tests'))}, which is not there"
    with open(path, encoding="utf-8") as source:
        if not re.search(rf"def {function}\(" if is_python else rf"::{function}\(", source.read()):
            return f"{document} names {file}::{function}, which is no test"
    return None


def rows(lines, heading):
    """The rows of the table, without its heading and the rows that only begin a group."""
    for line in lines[lines.index(heading) + 2:]:
        if not line.startswith("|"):
            return
        if not line.endswith("| |"):
            yield line


def main(top):
    faults = []
    for document, headings in TABLES.items():
        with open(os.path.join(top, document), encoding="utf-8") as text:
            lines = text.read().splitlines()
        for row in (row for heading in headings for row in rows(lines, heading)):
            named = NAMED.findall(row.split("|")[-2])
            if not named:
                faults.append(f"{document} has a row without a test: {row}")
            faults += [fault(top, document, file, function) for file, function in named]
    faults = [each for each in faults if each]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


sys.exit(main(sys.argv[1]))
