#!/usr/bin/env python3
"""Makes the manual page pigeond.conf(5) of docs/options.md, which is drawn from the table of keys.

    manpage.py <options.md> <version> <pigeond.conf.5>
"""
import re
import sys

HEAD = r"""'\" t
.TH PIGEOND.CONF 5 "" "Pigeon {version}" "File formats"
.SH NAME
pigeond.conf \- configuration file of the MQTT broker pigeond
.SH SYNOPSIS
.I /etc/pigeon/pigeond.conf
.SH DESCRIPTION
The syntax is that of
.BR mosquitto.conf (5):
a key and its value a line. A # begins a comment at the beginning of a line, and after a space behind a value of one
word. An unknown key, two values for one key and a value out of its range are errors: the broker does not start.
.PP
.B pigeond \-\-check\-config \-c
.I FILE
says all that is wrong with a file,
.B pigeond \-\-print\-config \-c
.I FILE
what is in force and where it was said.
"""
TAIL = r""".SH SEE ALSO
.BR pigeond (8)
"""
MARKS = {"ours": "Mosquitto does not know it.", "listener": "Belongs to the listener above it.",
         "repeats": "May be given several times."}
RELOAD = {"now": "A reload changes it at once.", "new connections": "A reload changes it for new connections.",
          "restart": "A change needs a restart."}


def roff(text):
    """Text as it is: what begins a command or an escape for roff does not."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("`", "")
    return r"\&" + text if text[:1] in ".'" else text


def cells(row):
    """The cells of a row of a table in Markdown; \\| is no border."""
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def sections(lines):
    """(heading, [{column: cell}]) for each table of keys."""
    heading, rows = None, []
    for line in [*lines, "## end"]:
        if line.startswith("## "):
            if rows and cells(rows[0])[0] == "Key":
                columns = cells(rows[0])
                yield heading, [dict(zip(columns, cells(row), strict=True)) for row in rows[2:]]
            heading, rows = line[3:], []
        elif line.startswith("|"):
            rows.append(line)


def working(row):
    yield f".TP\n.BR {roff(row['Key'])} \" {roff(row['Value'])}\""
    yield roff(row["What it does"])
    yield f"Default: {roff(row['Default'])}."
    yield RELOAD.get(row["On a reload"], "")
    yield from (MARKS[mark] for mark in row[""].split(", ") if mark)


def other(row):
    yield f".TP\n.B {roff(row['Key'])}"
    yield roff(row["What mosquitto does with it"])
    yield roff(row["Why, and what to do"])


def page(lines, version):
    yield HEAD.replace("{version}", version)
    for heading, rows in sections(lines):
        yield f".SH {heading.upper()}"
        for row in rows:
            yield from filter(None, working(row) if "Value" in row else other(row))
    yield TAIL


def main(options, version, result):
    with open(options, encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(result, "w", encoding="utf-8") as file:
        file.write("\n".join(page(lines, version)))


main(*sys.argv[1:])
