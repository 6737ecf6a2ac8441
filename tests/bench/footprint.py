#!/usr/bin/env python3
"""What a pigeond costs that does nothing: its start, its memory, and that of clients that are silent.

    PIGEOND=build/bin/pigeond tests/bench/footprint.py
"""
import os
import resource
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from fixture import Pigeond # noqa: E402
from test_pigeond import connect_packet # noqa: E402

STARTS, CLIENTS = 20, 1000


def memory(pid):
    """KiB by name, of /proc/<pid>/smaps_rollup."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        rows = [line.split() for line in file if line.endswith("kB\n")]
    return {row[0].rstrip(":"): int(row[1]) for row in rows}


def private(kinds):
    """What the process has for itself alone: what another one would cost."""
    return kinds["Private_Clean"] + kinds["Private_Dirty"]


def start_time():
    """Seconds from exec until it has told that it listens."""
    begin = time.monotonic()
    broker = Pigeond()
    took = time.monotonic() - begin
    broker.stop()
    return took


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    starts = sorted(start_time() for _ in range(STARTS))
    broker = Pigeond()
    idle = memory(broker.pid)
    peers = []
    for i in range(CLIENTS):
        peer = socket.create_connection(("127.0.0.1", broker.port))
        peer.sendall(connect_packet(f"idle-{i}"))
        assert peer.recv(4) == b"\x20\x02\x00\x00"
        peers.append(peer)
    full = memory(broker.pid)
    threads = len(os.listdir(f"/proc/{broker.pid}/task"))
    broker.stop()
    print(f"start             {statistics.median(starts) * 1000:.0f} ms (median of {STARTS}; {starts[0] * 1000:.0f} to "
          f"{starts[-1] * 1000:.0f})")
    print(f"idle              RSS {idle['Rss'] / 1024:.1f} MiB, PSS {idle['Pss'] / 1024:.1f} MiB, of its own "
          f"{private(idle) / 1024:.1f} MiB, {threads} threads")
    print(f"1000 idle clients + {(full['Rss'] - idle['Rss']) / 1024 * 1000 / CLIENTS:.2f} MiB")
    print(subprocess.run(["uname", "-srm"], capture_output=True, text=True, check=True).stdout.strip())


if __name__ == "__main__":
    main()
