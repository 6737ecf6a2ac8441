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
.PP
SIGHUP reads it again, all or nothing: with one mistake everything stays as it is, and the log names them all.
"""
TAIL = r""".SH SEE ALSO
.BR pigeond (8)
"""
MARKS = {"ours": "mosquitto does not know it", "listener": "belongs to the listener above it",
         "repeats": "may be given several times"}
RELOADS = {"now": " A reload puts it in force.", "new connections": " A reload puts it in force for new connections.",
           "restart": " It needs a restart."}


def roff(text):
    """Text as it is: what begins a command or an escape for roff does not."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("`", "")
    return r"\&" + text if text[:1] in ".'" else text


def cells(row):
    """The cells of a row of a table in Markdown; \\| is no border."""
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def sections(lines):
    """(heading, rows of its table) for each section that has one."""
    heading, rows = None, []
    for line in lines:
        if line.startswith("## "):
            if rows:
                yield heading, rows[2:]
            heading, rows = line[3:], []
        elif line.startswith("|"):
            rows.append(line)
    yield heading, rows[2:]


def working(key, value, default, help_, reload_, marks):
    said = [MARKS[mark] for mark in marks.split(", ") if mark in MARKS]
    yield f".TP\n.BR {roff(key)} \" {roff(value)}\""
    yield roff(help_)
    yield f"Default: {roff(default)}." + (f" It {'; it '.join(said)}." if said else "") + RELOADS.get(reload_, "")


def other(key, help_, reason):
    yield f".TP\n.B {roff(key)}"
    yield roff(help_)
    yield roff(reason)


def word(name, meaning):
    yield f".TP\n.B {roff(name)}"
    yield roff(meaning)


def page(lines, version):
    yield HEAD.replace("{version}", version)
    for heading, rows in sections(lines):
        yield f".SH {heading.upper()}"
        for row in rows:
            yield from {6: working, 3: other, 2: word}[len(cells(row))](*cells(row))
    yield TAIL


def main(options, version, result):
    with open(options, encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open(result, "w", encoding="utf-8") as file:
        file.write("\n".join(page(lines, version)))


main(*sys.argv[1:])
