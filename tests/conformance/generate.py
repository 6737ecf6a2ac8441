#!/usr/bin/env python3
"""Draws docs/conformance.md: every normative statement of MQTT 5.0 and 3.1.1, where it is decided, what tests it.

    generate.py                    writes the document
    generate.py --check            fails when the document is stale or names a statement that does not exist
    generate.py --check --strict   fails too when a statement has neither a test nor a reason in untestable.txt

Code and tests cite a statement by its id: MQTT-3.3.1-4 of 5.0, MQTT3-3.3.1-4 of 3.1.1, MQTT-4.6.0-2..5 for several,
~MQTT-3.3.4-9 for a knowing deviation.
"""
import collections
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
DOCUMENT = os.path.join(TOP, "docs", "conformance.md")
STATEMENTS = [("MQTT 5.0", "mqtt-5.0.txt"), ("MQTT 3.1.1", "mqtt-3.1.1.txt")]
CODE_FILES = (".cpp", ".h")
TEST_FILES = (".cpp", ".h", ".py", ".js", ".mjs", ".sh")
CITATION = re.compile(r"(~?)\b(MQTT3?-\d+\.\d+(?:\.\d+)?-)(\d+)(?:\.\.(\d+))?(?![\d.]*\d)")
ENTRY = re.compile(r"^(MQTT3?-[\d.]+-\d+): (.+)$")
# The standard numbers these in the text of another statement and leaves them out of its list.
INSIDE_OTHERS = {"MQTT3-3.1.2-7": "MQTT3-3.1.2-6", "MQTT3-3.8.3-4": "MQTT3-3.8.3-3"}

Citations = collections.namedtuple("Citations", "files deviations")


def entries_of(path):
    """The id -> text lines of one of our lists."""
    entries = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            match = ENTRY.match(line)
            if not match or match[1] in entries:
                sys.exit(f"{path}:{number}: expected an id that is new, a colon and text")
            entries[match[1]] = match[2]
    return entries


def files_of(folder, endings):
    for path, folders, names in os.walk(os.path.join(TOP, folder)):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", "__pycache__"))
        for name in sorted(names):
            full = os.path.join(path, name)
            if name.endswith(endings) and full != os.path.abspath(__file__):
                yield full


def citations_of(text):
    """(id, whether it is a deviation) for each citation in a text."""
    for mark, prefix, first, last in CITATION.findall(text):
        for number in range(int(first), int(last or first) + 1):
            identifier = f"{prefix}{number}"
            yield INSIDE_OTHERS.get(identifier, identifier), mark == "~"


def read_citations(folder, endings):
    files = collections.defaultdict(list)
    deviations = collections.defaultdict(set)
    for full in files_of(folder, endings):
        path = os.path.relpath(full, TOP).replace(os.sep, "/")
        with open(full, encoding="utf-8") as file:
            for identifier, deviates in citations_of(file.read()):
                if path not in files[identifier]:
                    files[identifier].append(path)
                if deviates:
                    deviations[identifier].add(path)
    return Citations(files, deviations)


def code_cell(identifier, code):
    cells = []
    for path in code.files.get(identifier, []):
        deviates = " (deviates)" if path in code.deviations[identifier] else ""
        cells.append(f"`{path.removeprefix('libbroker/')}`{deviates}")
    return "<br>".join(cells)


def test_cell(identifier, tests, reasons):
    cells = [f"`{path.removeprefix('tests/')}`" for path in tests.files.get(identifier, [])]
    if identifier in reasons:
        cells.append(f"*{reasons[identifier]}*")
    return "<br>".join(cells)


def draw(lists, code, tests, reasons):
    lines = [
        "# Conformance",
        "",
        "Drawn by `tests/conformance/generate.py` from the citations in `libbroker/` and `tests/`; do not edit.",
        "Each row is one normative statement in a few words of our own; what holds is the text of the standard.",
        "The last column names the tests, or in italics why a test of a server cannot decide it.",
        "",
    ]
    for title, entries in lists:
        tested = sum(identifier in tests.files for identifier in entries)
        excused = sum(identifier in reasons and identifier not in tests.files for identifier in entries)
        lines += [
            f"## {title}",
            "",
            f"{len(entries)} statements: {tested} with tests, {excused} with a reason why there is none,"
            f" {len(entries) - tested - excused} with neither.",
            "",
            "| Statement | What it says | Decided in | Tested in, or why not |",
            "|---|---|---|---|",
        ]
        for identifier, text in entries.items():
            lines.append(f"| {identifier} | {text} | {code_cell(identifier, code)}"
                         f" | {test_cell(identifier, tests, reasons)} |")
        lines.append("")
    return "\n".join(lines)


def faults_of(known, code, tests, reasons, strict):
    for citations in (code, tests):
        for identifier in sorted(citations.files):
            if identifier not in known:
                yield f"{', '.join(citations.files[identifier])}: there is no statement {identifier}"
    for identifier in reasons:
        if identifier not in known:
            yield f"untestable.txt: there is no statement {identifier}"
    missing = [i for i in known if i not in tests.files and i not in reasons]
    if strict:
        for identifier in missing:
            yield f"{identifier} ({known[identifier]}) has neither a test nor a reason"
    elif missing:
        print(f"{len(missing)} statements have neither a test nor a reason (--strict names them)")


def main():
    arguments = set(sys.argv[1:])
    if not arguments <= {"--check", "--strict"} or arguments == {"--strict"}:
        sys.exit(__doc__)
    lists = [(title, entries_of(os.path.join(HERE, "statements", name))) for title, name in STATEMENTS]
    known = {identifier: text for _, entries in lists for identifier, text in entries.items()}
    reasons = entries_of(os.path.join(HERE, "untestable.txt"))
    code = read_citations("libbroker", CODE_FILES)
    tests = read_citations("tests", TEST_FILES)
    document = draw(lists, code, tests, reasons)

    faults = list(faults_of(known, code, tests, reasons, "--strict" in arguments))
    if "--check" not in arguments:
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(document)
    else:
        try:
            with open(DOCUMENT, encoding="utf-8") as file:
                stale = file.read() != document
        except FileNotFoundError:
            stale = True
        if stale:
            faults.append("docs/conformance.md is stale: run tests/conformance/generate.py")
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
