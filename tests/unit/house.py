#!/usr/bin/env python3
"""Reads every include of the project and says which ones go against the arrows of docs/architecture.md.

    house.py <top of the project>    one line per fault, exit status 1 when there is one
    house.py --self-test             lets the rules judge a made-up tree with one fault of each kind
"""
import os
import re
import sys
import tempfile

# A room and the rooms it may use besides itself, base and include/pigeon.
ARROWS = {
    "base": set(),
    "protocol": set(),
    "routing": {"protocol"},
    "session": {"protocol", "routing"},
    "transport": set(),
    "storage": {"protocol"},
    "security": {"protocol"},
    "config": {"protocol"},
    "bus": {"protocol"},
    "monitor": {"protocol"},
}
ARROWS["broker"] = set(ARROWS)
APPS = ("app-headless", "app-gui")
APPS_MAY_USE = {"config", "monitor"}
# A folder of the window and the folders it may use besides itself. What lies beside them, main.cpp, may use all.
WINDOW_ARROWS = {
    "look": set(),
    "filter": set(),
    "payload": {"look", "filter"},
    "export": set(),
    "host": set(),
    "capture": {"filter"},
    "models": {"look", "capture", "filter", "payload", "host"},
    "publish": {"look", "capture", "filter", "payload", "host", "models"},
    "match": {"look", "capture", "filter", "host", "models"},
    "views": {"look", "capture", "filter", "payload", "export", "host", "models"},
}
WINDOW_ARROWS["window"] = set(WINDOW_ARROWS)

LINE_LIMIT = 700
SOURCES = (".cpp", ".h", ".py", ".sh", ".cmake")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
WINDOW_RULE = re.compile(r"pigeon_window_room\(\s*(\w+)(?:\s+USES((?:\s+(?!QT\b|LIBRARY\b)\w+)+))?")
ROOM_RULE = re.compile(r"pigeon_room\(\s*(\w+)(?:\s+USES((?:\s+(?!QT\b)\w+)+))?")
WINDOW = re.compile(r"^(QtGui|QtWidgets|QtQuick|QtQml|QWidget|QWindow|QGuiApplication|QApplication)\b")
QT_OR_STANDARD = re.compile(r"^(Q\w+|Qt\w+/\w+(\.h)?|[a-z_0-9]+)$")
# A path that leads out of a checkout works on one machine only.
OUTSIDE = ".." + "/shared"


def files_of(top):
    """Paths below top, relative, without what is built."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(
            name for name in folders
            if name not in (".git", "node_modules", "__pycache__") and not name.startswith("build"))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, top)


def lines_of(top, path):
    with open(os.path.join(top, path), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def fault_in_room(room, mark, name):
    """What is wrong with one include of a file of libbroker/<room>, or None."""
    first = name.split("/")[0]
    if WINDOW.match(name):
        return "the library has no window"
    if mark == "<":
        return "rooms are included with quotes" if first in ARROWS and "/" in name else None
    if name.endswith(".moc"):
        return None
    if "/" not in name or first not in ARROWS:
        return 'a header of a room is included as "room/header.h"'
    if first not in ARROWS[room] | {room, "base"}:
        return f"{room} may not use {first}"
    return None


def fault_in_interface(mark, name):
    if mark == '"':
        return "public headers include <pigeon/...>, Qt and the standard library"
    if WINDOW.match(name):
        return "the library has no window"
    if name.startswith("pigeon/") or QT_OR_STANDARD.match(name):
        return None
    return "public headers include <pigeon/...>, Qt and the standard library"


def fault_in_app(mark, name, may_use):
    first = name.split("/")[0]
    if ".." in name.split("/"):
        return "an app does not reach out of its folder"
    if "/" in name and first in ARROWS and first not in may_use:
        return f"an app may not use {first}"
    return None


def fault_in_window(folder, mark, name):
    """What is wrong with one include of a file of app-gui/<folder>, or None."""
    fault = fault_in_app(mark, name, APPS_MAY_USE)
    first = name.split("/")[0]
    if fault or mark == "<" or name.endswith(".moc") or first in APPS_MAY_USE:
        return fault
    if "/" not in name or first not in WINDOW_ARROWS:
        return 'a header of the window is included as "folder/header.h"'
    if first not in WINDOW_ARROWS[folder] | {folder}:
        return f"{folder} may not use {first}"
    return None


def include_fault(path, mark, name):
    parts = path.split("/")
    if path.startswith("libbroker/include/pigeon/"):
        return fault_in_interface(mark, name)
    if path.startswith("libbroker/examples/"):
        return fault_in_app(mark, name, set())
    if parts[0] == "libbroker" and len(parts) > 2:
        if parts[1] not in ARROWS:
            return f"{parts[1]} is no room of the house"
        return fault_in_room(parts[1], mark, name)
    if parts[0] == "app-gui" and len(parts) > 2:
        if parts[1] not in WINDOW_ARROWS:
            return f"{parts[1]} is no folder of the window"
        return fault_in_window(parts[1], mark, name)
    if parts[0] in APPS:
        return fault_in_app(mark, name, APPS_MAY_USE)
    return None


def room_rule_faults(path, lines, rule, arrows):
    """CMake lets a room see no more than the arrows allow."""
    for room, uses in rule.findall("\n".join(lines)):
        if room not in arrows:
            yield f"{path}: {room} is no room of the house"
            continue
        for used in sorted(set(uses.split()) - arrows[room]):
            yield f"{path}: {room} may not use {used}"


def faults_of(top):
    for path in files_of(top):
        lines = lines_of(top, path)
        if path.endswith(SOURCES) and len(lines) > LINE_LIMIT:
            yield f"{path}: {len(lines)} lines; more than one idea? (at most {LINE_LIMIT})"
        if path == "libbroker/CMakeLists.txt":
            yield from room_rule_faults(path, lines, ROOM_RULE, ARROWS)
        if path == "app-gui/CMakeLists.txt":
            yield from room_rule_faults(path, lines, WINDOW_RULE, WINDOW_ARROWS)
        for number, line in enumerate(lines, 1):
            if OUTSIDE in line:
                yield f"{path}:{number}: a path that leads out of the project"
            include = INCLUDE.match(line) if path.endswith((".cpp", ".h")) else None
            fault = include_fault(path, *include.groups()) if include else None
            if fault:
                yield f"{path}:{number}: {fault}: {line.strip()}"


GOOD_TREE = {
    "libbroker/CMakeLists.txt": "pigeon_room(base)\npigeon_room(session USES protocol routing)\n"
                                "pigeon_room(security USES protocol QT Network)\n",
    "libbroker/include/pigeon/a.h": "#include <pigeon/b.h>\n#include <QByteArray>\n#include <QtCore/qglobal.h>\n"
                                    "#include <chrono>\n",
    "libbroker/session/a.cpp": '#include "session/a.h"\n#include "routing/r.h"\n#include "base/link.h"\n'
                               "#include <pigeon/message.h>\n#include <vector>\n",
    "libbroker/transport/a.cpp": '#include "base/link.h"\n#include <sys/socket.h>\n#include "a.moc"\n',
    "libbroker/broker/a.cpp": '#include "session/a.h"\n#include "transport/a.h"\n',
    "libbroker/examples/a.cpp": "#include <pigeon/broker.h>\n",
    "app-headless/main.cpp": '#include "service.h"\n#include "config/options.h"\n#include <pigeon/broker.h>\n',
    "app-gui/main.cpp": '#include "models/clients.h"\n#include "monitor/tap.h"\n#include <QWidget>\n',
    "app-gui/views/a.cpp": '#include "views/a.h"\n#include "models/clients.h"\n#include "config/keys.h"\n'
                           '#include "a.moc"\n#include <pigeon/broker.h>\n#include <QWidget>\n',
    "app-gui/CMakeLists.txt": "pigeon_window_room(filter LIBRARY monitor)\n"
                              "pigeon_window_room(capture USES filter LIBRARY monitor QT Widgets)\n",
    "build-x/a.cpp": "int a;\n" * 900,
}
# One fault each, and a word of the sentence that must name it.
BAD_FILES = [
    ("libbroker/session/b.cpp", '#include "transport/tcp.h"\n', "session may not use transport"),
    ("libbroker/transport/b.cpp", '#include "session/session.h"\n', "transport may not use session"),
    ("libbroker/transport/c.cpp", '#include "protocol/frame.h"\n', "transport may not use protocol"),
    ("libbroker/protocol/b.h", '#  include "routing/tree.h"\n', "protocol may not use routing"),
    ("libbroker/base/b.h", '#include "protocol/frame.h"\n', "base may not use protocol"),
    ("libbroker/storage/b.cpp", '#include "session/a.h"\n', "storage may not use session"),
    ("libbroker/storage/c.cpp", '#include "broker/a.h"\n', "storage may not use broker"),
    ("libbroker/session/c.cpp", '#include "../transport/tcp.h"\n', "room/header.h"),
    ("libbroker/session/d.cpp", '#include "c.h"\n', "room/header.h"),
    ("libbroker/session/e.cpp", "#include <transport/tcp.h>\n", "with quotes"),
    ("libbroker/monitor/b.cpp", "#include <QWidget>\n", "no window"),
    ("libbroker/include/pigeon/b.h", '#include "message.h"\n', "public headers"),
    ("libbroker/include/pigeon/c.h", "#include <session/a.h>\n", "public headers"),
    ("libbroker/include/pigeon/d.h", "#include <sys/epoll.h>\n", "public headers"),
    ("libbroker/helpers/a.cpp", "#include <vector>\n", "no room"),
    ("libbroker/examples/b.cpp", '#include "monitor/tap.h"\n', "may not use monitor"),
    ("app-headless/b.cpp", '#include "session/a.h"\n', "may not use session"),
    ("app-gui/b.cpp", '#include "broker/private.h"\n', "may not use broker"),
    ("app-gui/c.cpp", '#include "../libbroker/session/a.h"\n', "out of its folder"),
    ("app-gui/filter/a.cpp", '#include "capture/ring.h"\n', "filter may not use capture"),
    ("app-gui/models/a.cpp", '#include "views/table.h"\n', "models may not use views"),
    ("app-gui/models/b.cpp", '#include "c.h"\n', "folder/header.h"),
    ("app-gui/models/c.cpp", '#include "session/a.h"\n', "may not use session"),
    ("app-gui/things/a.cpp", "#include <vector>\n", "no folder of the window"),
    ("app-gui/CMakeLists.txt", "pigeon_window_room(filter USES capture LIBRARY monitor)\n", "may not use capture"),
    ("libbroker/CMakeLists.txt", "pigeon_room(transport USES session QT Network)\n", "may not use session"),
    ("docs/a.md", "see " + OUTSIDE + "/plan.md\n", "out of the project"),
    ("tests/unit/long.cpp", "int a;\n" * (LINE_LIMIT + 1), "701 lines"),
]


def write_tree(top, files):
    for path, text in files.items():
        full = os.path.join(top, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


def self_test():
    failures = []
    for path, text, words in [(None, "", None)] + BAD_FILES:
        with tempfile.TemporaryDirectory() as top:
            write_tree(top, {**GOOD_TREE, **({path: text} if path else {})})
            found = list(faults_of(top))
        wanted = 1 if path else 0
        if len(found) != wanted or (path and (words not in found[0] or not found[0].startswith(path))):
            failures.append(f"{path or 'the good tree'}: expected {words}, found {found}")
    return failures


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    faults = self_test() if sys.argv[1] == "--self-test" else list(faults_of(sys.argv[1]))
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
