#!/usr/bin/env python3
"""The log of pigeond: one line an event with who it is about, no secrets, nothing that a client could forge."""
import json
import os
import re
import signal
import socket
import subprocess
import unittest

from fixture import DEADLINE, PIGEOND, Child, eventually
from test_config import CONNACK, ConfigTest
from test_pigeond import text
from test_rights import MOSQUITTOS

SUBSTITUTE = os.environ.get("SYSLOG_SUBSTITUTE_LIBRARY")
HEAD = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3} (debug|info|warning|error): "
LOG_LOCAL5, LOG_DAEMON, LOG_PID = 21 << 3, 3 << 3, 1


def packet(first, *parts):
    body = b"".join(parts)
    assert len(body) < 0x4000
    return bytes([first] + ([len(body)] if len(body) < 128 else [len(body) & 127 | 128, len(body) >> 7])) + body


def connect(client_id, user=None, password=None, will=None, level=4):
    flags = (0x80 if user else 0) | (0x40 if password else 0) | (0x04 if will else 0) | 2
    parts = [text("MQTT"), bytes([level, flags, 0, 60]), b"\0" if level == 5 else b"", text(client_id)]
    if will:
        parts += [b"\0" if level == 5 else b"", text("will/topic"), text(will)]
    return packet(0x10, *parts, *(text(each) for each in (user, password) if each))


def publish(topic, payload):
    return packet(0x32, text(topic), b"\0\1", payload.encode())


def subscribe(topic):
    return packet(0x82, b"\0\1", text(topic), b"\1")


class LogTest(ConfigTest):
    def talk(self, port, *packets, answers=CONNACK):
        peer = self.connect_raw(port)
        for each in packets:
            peer.sendall(each)
        if answers:
            self.assertEqual(peer.recv(len(answers)), answers)
        return peer

    def connect_raw(self, port):
        peer = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        self.addCleanup(peer.close)
        return peer

    def with_users(self, *lines):
        self.write(MOSQUITTOS, "passwords")
        return self.start("\n".join(("listener 0 127.0.0.1", f"password_file {self.path('passwords')}", *lines, "")))


class Lines(LogTest):
    def test_each_says_whom_it_is_about(self):
        broker = self.with_users("log_type all")
        who = r'Client "pump" \(user "alice", 127\.0\.0\.1:\d+, tcp 127\.0\.0\.1:\d+\)'
        peer = self.talk(broker.port, connect("pump", "alice", "secret"), subscribe("a/b"))
        broker.err.wait_match(HEAD + who + ' subscribed to "a/b", QoS 1$')
        broker.err.wait_match(HEAD + who + r" connected: MQTT 3\.1\.1, keep alive 60 s$")
        peer.sendall(b"\xe0\0")
        broker.err.wait_match(HEAD + who + " disconnected: Normal disconnection$")
        # A login that fails names the user that was claimed, so that others can act on it.
        self.talk(broker.port, connect("pump", "mallory", "guess"), answers=b"\x20\2\0\4")
        broker.err.wait_match(HEAD + r'Client "pump" \(user "mallory", 127\.0\.0\.1:\d+, tcp .*\) is refused: .*'
                              "user name or password is wrong")

    def test_debug_tells_each_packet(self):
        broker = self.start("listener 0 127.0.0.1\nlog_type debug\n")
        self.talk(broker.port, connect("pump"), publish("a/b", "x"))
        broker.err.wait_match(r'debug: Client "pump" \(.*\) sends PUBLISH$')
        broker.err.wait_match(r'debug: Client "pump" \(.*\) is sent PUBACK$')
        self.assertNotIn("info: Client", "\n".join(broker.err.all()))

    def test_json_has_the_same_apart(self):
        broker = self.with_users("log_type all", "log_format json", "log_dest stdout")
        self.talk(broker.port, connect('pu"mp\n\x85\u202e', "alice", "secret", level=5), answers=b"")
        line = json.loads(broker.out.wait_match(r"^(.*connected: MQTT.*)$")[1])
        self.assertEqual({key: line[key] for key in ("level", "category", "client", "user", "address")},
                         {"level": "info", "category": "pigeon.connection", "client": 'pu"mp\n\x85\u202e', "user": "alice",
                          "address": "127.0.0.1"})
        self.assertRegex(line["listener"], r"^tcp 127\.0\.0\.1:\d+$")
        self.assertGreater(line["port"], 0)
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT[\d:.]+Z$")
        self.assertIn("connected: MQTT 5.0", line["message"])
        for each in broker.out.all():
            self.assertTrue(each.isascii(), each)
            json.loads(each)

    def test_what_is_logged_can_be_changed_at_run_time(self):
        broker = self.start("listener 0 127.0.0.1\nlog_type notice\n")
        self.talk(broker.port, connect("one"))
        broker.signal(signal.SIGUSR2)
        broker.err.wait_match("SIGUSR2 received: everything is logged until the next one")
        self.talk(broker.port, connect("two"), subscribe("a"))
        broker.err.wait_match('debug: Client "two"')
        broker.signal(signal.SIGUSR2)
        broker.err.wait_match("SIGUSR2 received: log_type holds again")
        self.talk(broker.port, connect("three"))
        self.write("listener 0 127.0.0.1\nlog_type information\nlog_type notice\n")
        broker.signal(signal.SIGHUP)
        broker.err.wait_match("Reloaded: 1 keys")
        self.talk(broker.port, connect("four"))
        broker.err.wait_match('info: Client "four" .* connected')
        log = "\n".join(broker.err.all())
        for absent in ('Client "one"', 'Client "three"', 'debug: Client "four"'):
            self.assertNotIn(absent, log)


class Secrets(LogTest):
    SECRETS = ("s3cret-Pa55", "wr0ng-Pa55", "pay-l0ad-of-somebody", "will-pay-l0ad")

    def test_no_password_and_no_payload_at_any_level(self):
        passwords = self.path("passwords")
        subprocess.run([PIGEOND, "passwd", "-c", passwords, "ann"], input=self.SECRETS[0] + "\n", text=True, check=True,
                       timeout=DEADLINE)
        for form in ("text", "json"):
            broker = self.start(f"listener 0 127.0.0.1\npassword_file {passwords}\nlog_type all\nlog_format {form}\n"
                                "max_packet_size 2000\n")
            self.talk(broker.port, connect("good", "ann", self.SECRETS[0], will=self.SECRETS[3]), subscribe("#"),
                      publish("a", self.SECRETS[2])).close()
            self.talk(broker.port, connect("bad", "ann", self.SECRETS[1]), answers=b"\x20\2\0\4")
            # Broken packets with secrets in them: what went wrong is told, not what was in it.
            self.talk(broker.port, connect("short", "ann", self.SECRETS[1])[:-1] + b"\xff", answers=b"")
            self.talk(broker.port, connect("twice", "ann", self.SECRETS[0]), connect("twice", "ann", self.SECRETS[1]))
            self.talk(broker.port, connect("large", "ann", self.SECRETS[0]), publish("a", self.SECRETS[2] * 200))
            self.talk(broker.port, connect("auth", "ann", self.SECRETS[0], level=5), packet(0xF0, b"\x18\0",
                      self.SECRETS[1].encode()), answers=b"")
            for name in ("good", "bad", "twice", "large", "auth"):
                broker.err.wait_match(f'"{name}')
            broker.signal(signal.SIGHUP)
            broker.err.wait_match("Reloaded")
            self.assertEqual(broker.stop(), 0)
            log = "\n".join(broker.err.all())
            for secret in self.SECRETS:
                self.assertNotIn(secret, log)
            self.assertNotIn("$argon2id$", log)


class Forgery(LogTest):
    FORGED = '2030-01-01T00:00:00.000 info: Client "admin" (user "root", 10.0.0.1:1, tcp) connected'

    def test_names_cannot_look_like_the_words_around_them(self):
        broker = self.start("listener 0 127.0.0.1\nlog_type all\n")
        breaks = ("\n", "\r\n", "\x1b[2K\r", "\x0b", "\x85", "\u2028", '"', "\\", "\u202e")
        for each in breaks:
            name = f"x{each}{self.FORGED}"
            self.talk(broker.port, connect(name, user=name, level=5), subscribe(name), answers=b"")
        self.talk(broker.port, connect("last"))
        broker.err.wait_match('Client "last" .*connected')
        for line in "\n".join(broker.err.all()).splitlines(): # Python's idea of a line break is the widest
            if "admin" not in line:
                continue
            self.assertFalse(line.startswith("2030"), line)
            self.assertNotIn('"admin"', line) # each quotation mark of the name has a backslash
            self.assertNotIn("\u202e", line)
        self.assertIn('x\\\\2030-', "\n".join(broker.err.all()))


class Syslog(LogTest):
    def start_with_syslog(self, text_of_file):
        self.assertTrue(SUBSTITUTE and os.path.exists(SUBSTITUTE), "the library in syslog's place is not built")
        out = self.path("syslog")
        config = self.write(text_of_file)
        broker = Child("/usr/bin/env", f"LD_PRELOAD={SUBSTITUTE}", f"SYSLOG_SUBSTITUTE={out}", PIGEOND, "-c", config)
        self.addCleanup(broker.end)
        port = int(broker.err.wait_match(r"ready on port (\d+)")[1])
        return broker, port

    def test_lines_go_there_with_their_severity(self):
        rows = [("", LOG_DAEMON), ("log_facility 5\n", LOG_LOCAL5)]
        for facility_line, facility in rows:
            with self.subTest(facility_line):
                broker, port = self.start_with_syslog("listener 0 127.0.0.1\nlog_dest syslog\nlog_type all\n" + facility_line)
                self.talk(port, connect("bad%s\n"), b"\xf7\0")
                eventually(lambda: f" {facility | 4} " in self.read("syslog"), "the warning")
                log = self.read("syslog")
                self.assertRegex(log, rf'(?m)^pigeond {LOG_PID} {facility | 6} Client "bad%s\\x0a" \(.*\) connected: MQTT')
                self.assertRegex(log, rf'(?m)^pigeond {LOG_PID} {facility | 4} Client "bad%s\\x0a" \(')
                self.assertNotIn("bad", "\n".join(broker.err.all()))
                broker.end()
                os.unlink(self.path("syslog"))

    def test_a_reload_can_begin_it_and_change_the_facility(self):
        broker, port = self.start_with_syslog("listener 0 127.0.0.1\n")
        self.write("listener 0 127.0.0.1\nlog_dest syslog\nlog_facility 5\nlog_format json\n")
        broker.signal(signal.SIGHUP)
        eventually(lambda: os.path.exists(self.path("syslog")) and "Reloaded" in self.read("syslog"), "the line")
        line = re.search(rf"(?m)^pigeond {LOG_PID} {LOG_LOCAL5 | 6} (.*Reloaded.*)$", self.read("syslog"))[1]
        self.assertEqual(json.loads(line)["level"], "info")
        self.talk(port, connect("here"))


if __name__ == "__main__":
    unittest.main()
