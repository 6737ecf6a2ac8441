#!/usr/bin/env python3
"""SIGHUP: the configuration is read again, all or nothing, and nobody is touched who need not be."""
import os
import re
import selectors
import signal
import socket
import struct
import time
import unittest

from fixture import eventually
from test_config import CONNACK, ConfigTest

PUBLISH, PUBACK, SUBACK = 0x30, 0x40, 0x90


class ReloadTest(ConfigTest):
    def reload(self, broker, text=None):
        """What the log says of one reload."""
        if text is not None:
            self.write(text)
        before = len(broker.err.all())
        broker.signal(signal.SIGHUP)

        def ended(lines):
            return next((lines[before:i + 1] for i in range(before, len(lines))
                         if re.search("(info: Reloaded|error: Reload refused)", lines[i])), None)
        return "\n".join(broker.err.wait(ended, "the end of a reload"))

    def connect_as(self, port, client_id):
        peer = self.connect(port, client_id=client_id)
        self.assertEqual(peer.recv(4), CONNACK)
        return peer

    def assert_pings(self, peer):
        peer.sendall(b"\xc0\0")
        self.assertEqual(peer.recv(2), b"\xd0\0")


class Reload(ReloadTest):
    def test_what_changed_is_told_key_by_key(self):
        broker = self.start("listener 0 127.0.0.1\nmax_queued_messages 5\n")
        said = self.reload(broker, "listener 0 127.0.0.1\nmax_queued_messages 6\nmax_packet_size 2000\npersistence true\n")
        self.assertRegex(said, r"info: Reload: max_queued_messages: 5 -> 6 \(.*:2\)")
        self.assertRegex(said, r"info: Reload: max_packet_size: 268435460 -> 2000 \(.*:3\), for who connects from now on")
        self.assertRegex(said, r"warning: Reload: persistence: false -> true \(.*:4\), NOT in force: it needs a restart")
        self.assertRegex(self.reload(broker), r"warning: Reload: persistence: false -> true")

    def test_all_mistakes_are_told_and_nothing_changes(self):
        broker = self.start("listener 0 127.0.0.1\n")
        peer = self.connect_as(broker.port, "here")
        said = self.reload(broker, "listener 0 127.0.0.1\nmax_packet_sise 5\nqueue_full maybe\nlog_type all\n"
                           "password_file /nowhere/passwords\n")
        for part in (":2: error: \"max_packet_sise\"", ":3: error: ", "/nowhere/passwords cannot be read",
                     "Reload refused, everything is as before"):
            self.assertIn(part, said)
        self.assert_pings(peer)
        self.assert_served(broker.port)
        self.assertNotIn("info: Client", "\n".join(broker.err.all())) # log_type all is not in force

    def test_a_file_that_is_gone(self):
        broker = self.start("listener 0 127.0.0.1\n")
        os.unlink(self.path("pigeond.conf"))
        self.assertIn("Reload refused", self.reload(broker))
        self.assert_served(broker.port)

    def test_without_a_file_it_changes_nothing(self):
        broker = self.start_broker()
        self.assertIn("Reloaded: 0 keys and listeners differ", self.reload(broker))
        self.assert_served(broker.port)

    def test_listeners_come_and_go(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        broker = self.start("listener 0 127.0.0.1\n")
        said = self.reload(broker, f"listener {port} 127.0.0.1\nlistener 0 127.0.0.1\n")
        self.assertIn(f"listener: port {port} on 127.0.0.1 is new", said)
        stays, goes = self.connect_as(broker.port, "stays"), self.connect_as(port, "goes")
        self.reload(broker, "listener 0 127.0.0.1\n")
        self.assertEqual(goes.recv(10), b"")
        self.assert_pings(stays)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))

    def test_a_log_that_was_rotated_away_is_opened_again(self):
        log = self.path("log")
        text = f"listener 0 127.0.0.1\nlog_type all\nlog_dest file {log}\n"
        broker = self.start(text)
        self.connect_as(broker.port, "first")
        eventually(lambda: '"first"' in self.read("log"), "the first line")
        os.rename(log, log + ".1")
        self.connect_as(broker.port, "second")
        eventually(lambda: '"second"' in self.read("log.1"), "the second line")
        broker.signal(signal.SIGHUP)
        eventually(lambda: os.path.exists(log) and "Reloaded" in self.read("log"), "the new file")
        self.connect_as(broker.port, "third")
        eventually(lambda: '"third"' in self.read("log"), "the third line")
        self.assertNotIn('"third"', self.read("log.1"))

    def test_a_log_that_cannot_be_opened_changes_nothing(self):
        broker = self.start("listener 0 127.0.0.1\n")
        said = self.reload(broker, "listener 0 127.0.0.1\nlog_dest file /nowhere/at/all\n")
        self.assertIn("Reload refused, everything is as before: log_dest file /nowhere/at/all cannot be opened", said)


class Publisher:
    """One client with one QoS 1 message under way; counts what was acknowledged."""

    def __init__(self, port, number):
        self.number, self.acknowledged, self.sent = number, 0, 0
        self.socket = socket.create_connection(("127.0.0.1", port))
        name = b"publisher-%d" % number
        self.socket.sendall(bytes([0x10, 12 + len(name)]) + b"\0\4MQTT\4\2\0\0" + struct.pack(">H", len(name)) + name)
        assert self.socket.recv(4) == CONNACK
        self.socket.setblocking(False)
        self.data = b""

    def publish(self):
        self.sent += 1
        topic = b"load/%d" % self.number
        body = struct.pack(">H", len(topic)) + topic + struct.pack(">HI", 1 + self.sent % 60000, self.sent)
        self.socket.sendall(bytes([PUBLISH | 2, len(body)]) + body)

    def read(self):
        """Whether there is still a connection."""
        more = self.socket.recv(4096)
        self.data += more
        while len(self.data) >= 4:
            assert self.data[0] == PUBACK, self.data[:4]
            self.data = self.data[4:]
            self.acknowledged += 1
        return bool(more)


class UnderLoad(ReloadTest):
    CLIENTS, RELOADS = 200, 50

    def subscribe(self, port):
        watcher = self.connect_as(port, "watcher")
        watcher.sendall(b"\x82\x0b\0\1\0\6load/#\1")
        self.assertEqual(watcher.recv(5), b"\x90\3\0\1\1")
        watcher.setblocking(False)
        return watcher

    def texts(self):
        """Good and bad files in turn; each good one differs from the one before it."""
        acl = self.write("topic readwrite load/#\n", "acl")
        yield from ((f"listener 0 127.0.0.1\nallow_anonymous true\nmax_queued_messages {100000 + i}\nacl_file {acl}\n"
                     f"max_packet_size {10000 + i}\n" + ("listener 0 127.0.0.2\n" if i % 4 == 0 else "")
                     if i % 2 == 0 else "listener 0 127.0.0.1\nmax_packet_size lots\n")
                    for i in range(self.RELOADS))

    def test_no_message_is_lost_and_nobody_is_dropped(self):
        broker = self.start("listener 0 127.0.0.1\nmax_queued_messages 100000\n")
        watcher = self.subscribe(broker.port)
        received, watched = {}, b""
        publishers = [Publisher(broker.port, i) for i in range(self.CLIENTS)]
        selector = selectors.DefaultSelector()
        selector.register(watcher, selectors.EVENT_READ, None)
        for publisher in publishers:
            selector.register(publisher.socket, selectors.EVENT_READ, publisher)
            publisher.publish()
        texts, reloads, next_reload = self.texts(), 0, 0.0
        until = time.monotonic() + 60
        while True:
            self.assertLess(time.monotonic(), until, "the load did not end")
            done = sum(bool(re.search("Reloaded:|Reload refused", line)) for line in broker.err.all())
            is_reloading = done < self.RELOADS # until the last one has been answered there is load
            if reloads < self.RELOADS and time.monotonic() >= next_reload:
                if done == reloads:
                    self.write(next(texts))
                    broker.signal(signal.SIGHUP)
                    reloads += 1
                next_reload = time.monotonic() + 0.03
            for key, _ in selector.select(0.03):
                if key.data is None:
                    watched = self.take_publishes(watcher, watched + watcher.recv(1 << 20), received)
                    continue
                self.assertTrue(key.data.read(), f"publisher {key.data.number} was dropped")
                if key.data.sent == key.data.acknowledged and is_reloading:
                    key.data.publish()
            if not is_reloading and all(p.sent == p.acknowledged for p in publishers) \
                    and all(len(received.get(p.number, ())) >= p.sent for p in publishers):
                break
        for publisher in publishers:
            self.assertEqual(received[publisher.number], list(range(1, publisher.sent + 1))) # each once, in order
            self.assertGreater(publisher.sent, 1)
        for outcome in ("Reload refused", "Reloaded:"):
            broker.err.wait(lambda lines: sum(outcome in line for line in lines) == self.RELOADS // 2, f"25 times {outcome}")
        for publisher in publishers:
            publisher.socket.close()
        selector.close()

    def take_publishes(self, watcher, data, received):
        """Takes whole messages out of data, acknowledges them; what is left."""
        acks = []
        at = 0
        while len(data) >= at + 2 and len(data) >= at + 2 + data[at + 1]: # all are shorter than 128 bytes
            body = data[at + 2:at + 2 + data[at + 1]]
            size = struct.unpack(">H", body[:2])[0]
            number = int(body[2:2 + size].split(b"/")[1])
            packet_id, sequence = struct.unpack(">HI", body[2 + size:2 + size + 6])
            received.setdefault(number, []).append(sequence)
            acks.append(struct.pack(">BBH", PUBACK, 2, packet_id))
            at += 2 + len(body)
        watcher.sendall(b"".join(acks))
        return data[at:]


if __name__ == "__main__":
    unittest.main()
