#!/usr/bin/env python3
"""pigeond where there is little: no window system, no disk that can be written, not much memory."""
import os
import re
import socket
import subprocess
import time
import unittest

from fixture import DEADLINE, PIGEOND, Child, Pigeond
from test_config import CONNACK, ConfigTest
from test_pigeond import connect_packet

READ_ONLY = "mount --make-rprivate / && mount -o remount,bind,ro / && "


class Embedded(ConfigTest):
    def test_it_links_no_library_of_windows(self):
        linked = subprocess.run(["ldd", PIGEOND], capture_output=True, text=True, check=True, timeout=DEADLINE).stdout
        self.assertIn("libQt6Core", linked)
        self.assertNotRegex(linked, r"Qt6(Gui|Widgets|OpenGL|Qml|Quick|DBus)|libX11|libxcb|libGL|libEGL|wayland|fontconfig")

    def spawn_without_a_disk(self, *options):
        """No byte can be written to a file; as root all that is mounted at / is read-only on top of it."""
        unshare = ["unshare", "--mount"] if os.geteuid() == 0 else []
        script = (READ_ONLY if unshare else "") + 'ulimit -f 0; exec "$0" "$@"'
        child = Child(*unshare, "/bin/sh", "-c", script, PIGEOND, *options)
        self.addCleanup(child.end)
        return child

    def test_it_runs_where_nothing_can_be_written(self):
        broker = self.spawn_without_a_disk("-c", self.write("listener 0 127.0.0.1\nlog_type all\n"))
        port = int(broker.err.wait_match(r"is ready on port (\d+)")[1])
        peer = self.connect(port)
        self.assertEqual(peer.recv(4), CONNACK)
        peer.sendall(b"\x82\x06\0\1\0\1a\1" + b"\x33\x07\0\1a\0\1x!") # subscribes, and publishes retained
        received = b""
        while len(received) < 5 + 4 + 9:
            received += peer.recv(100)
        self.assertIn(b"\x90\x03\0\1\1", received)
        self.assertIn(b"\x40\x02\0\1", received)
        broker.signal(1) # reads the configuration again: that needs no disk either
        broker.err.wait_match("Reloaded: 0 keys")
        broker.signal(15)
        self.assertEqual(broker.wait(), 0)

    def test_persistence_without_a_disk_is_told_and_does_not_start(self):
        broker = self.spawn_without_a_disk("-c", self.write(
            f"listener 0 127.0.0.1\npersistence true\npersistence_location {self.folder}\n"))
        self.assertEqual(broker.wait(), 1)
        broker.err.wait_match("pigeon.db")

    def test_it_is_small(self):
        """Far above what docs/performance.md states: this finds what has grown by the multiple."""
        begin = time.monotonic()
        broker = Pigeond()
        self.addCleanup(broker.end)
        self.assertLess(time.monotonic() - begin, 5)
        before = self.resident(broker.pid)
        self.assertLess(before, 64 * 1024)
        peers = [socket.create_connection(("127.0.0.1", broker.port)) for _ in range(200)]
        for i, peer in enumerate(peers):
            self.addCleanup(peer.close)
            peer.sendall(connect_packet(f"idle-{i}"))
            self.assertEqual(peer.recv(4), CONNACK)
        self.assertLess(self.resident(broker.pid) - before, 4 * 1024) # 20 KiB each
        self.assertLess(len(os.listdir(f"/proc/{broker.pid}/task")), 4)

    def resident(self, pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])


if __name__ == "__main__":
    unittest.main()
