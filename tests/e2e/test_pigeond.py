#!/usr/bin/env python3
"""pigeond as a program: its options, its sentences, its log, its exit codes."""
import os
import signal
import socket
import subprocess
import unittest

from fixture import DEADLINE, PIGEOND, BrokerTest, eventually


def run(*options):
    return subprocess.run([PIGEOND, *options], capture_output=True, text=True, timeout=DEADLINE)


def text(value):
    data = value.encode()
    return len(data).to_bytes(2, "big") + data


def connect_packet(client_id, level=4):
    body = text("MQTT") + bytes([level, 2, 0, 60]) + (b"\0" if level == 5 else b"") + text(client_id)
    return bytes([0x10, len(body)]) + body


class CommandLine(unittest.TestCase):
    def test_help_goes_to_standard_output(self):
        for option in ("--help", "-h"):
            with self.subTest(option):
                done = run(option)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                for name in ("-c, --config-file FILE", "-p, --port PORT", "-d, --daemon", "-v, --verbose",
                             "--check-config", "--print-config", "-h, --help", "--version", "Exit codes"):
                    self.assertIn(name, done.stdout)

    def test_version(self):
        done = run("--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^pigeond \d+\.\d+\.\d+\n")
        for row in (r"MQTT +3\.1, 3\.1\.1, 5\.0", r"Listeners +.*TLS 1\.2.*WebSocket", r"Users +.*Argon2id", r"Qt +6\.\d+\.\d+ ",
                    r"TLS library +OpenSSL \d", r"SQLite +3\.\d", r"Service +systemd"):
            self.assertRegex(done.stdout, r"(?m)^  " + row)

    def test_a_wrong_command_line_is_2_and_names_what_is_wrong(self):
        rows = [
            (["--nope"], '"--nope" is not an option'),
            (["-x"], '"-x" is not an option'),
            (["1883"], '"1883" is not an option'),
            ([""], '"" is not an option'),
            (["-v", "more"], '"more" is not an option'),
            (["-p"], "-p needs a value: -p PORT"),
            (["--port"], "--port needs a value"),
            (["-p", "abc"], '"abc" is not a port'),
            (["-p", "65536"], '"65536" is not a port'),
            (["-p", "-1"], '"-1" is not a port'),
            (["-p", ""], '"" is not a port'),
            (["-p", "18.83"], '"18.83" is not a port'),
            (["-p", "0", "--bad"], '"--bad" is not an option'),
            (["-c"], "-c needs a value: -c FILE"),
            (["-c", "a", "-c", "b"], "-c takes one file"),
            (["--check-config", "-x"], '"-x" is not an option'),
        ]
        for options, sentence in rows:
            with self.subTest(options=options):
                done = run(*options)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(sentence, done.stderr)
                self.assertIn("pigeond --help", done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)

    def test_a_port_in_use_is_1_and_says_what_to_do(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            done = run("-p", str(port))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, rf"^pigeond: Port {port} on 127\.0\.0\.1 is already in use: stop the program")
        self.assertIn("another port with -p", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)


class Running(BrokerTest):
    def open(self, data=b"", family=socket.AF_INET):
        peer = socket.socket(family, socket.SOCK_STREAM)
        self.addCleanup(peer.close)
        peer.settimeout(DEADLINE)
        peer.connect(("127.0.0.1" if family == socket.AF_INET else "::1", self.port))
        peer.sendall(data)
        return peer

    def test_sigterm_and_sigint_end_it_with_0(self):
        for number, name in ((signal.SIGTERM, "SIGTERM"), (signal.SIGINT, "SIGINT")):
            with self.subTest(name):
                broker = self.start_broker()
                self.assertEqual(broker.stop(number), 0)
                self.assertIn(f"{name} received, closing", "\n".join(broker.err.all()))
                self.assertEqual(broker.out.all(), [])

    def test_a_client_that_does_not_read_does_not_hold_up_the_end(self):
        peer = self.open(connect_packet("mute", level=5))
        self.broker.err.wait_match('Client "mute" .*connected')
        self.assertEqual(self.broker.stop(), 0)
        peer.close()

    def test_two_signals_are_as_one(self):
        self.open(connect_packet("open"))
        self.broker.err.wait_match('Client "open" .*connected')
        self.broker.signal(signal.SIGTERM)
        self.assertEqual(self.broker.stop(), 0)

    def test_a_port_is_free_again_at_once(self):
        self.open(connect_packet("here"))
        self.broker.err.wait_match('Client "here" .*connected')
        self.assertEqual(self.broker.stop(), 0)
        self.assertEqual(self.start_broker(port=self.port).port, self.port)

    def test_both_loopback_addresses_are_served(self):
        for family in (socket.AF_INET, socket.AF_INET6):
            if family == socket.AF_INET6 and not socket.has_ipv6:
                continue
            with self.subTest(family=family.name):
                try:
                    peer = self.open(connect_packet("both"), family)
                except OSError as error:
                    self.assertEqual(family, socket.AF_INET6)
                    self.assertFalse(has_ipv6_loopback(), error)
                    continue
                self.assertEqual(peer.recv(4), b"\x20\x02\x00\x00")

    def test_verbose_logs_who_comes_subscribes_and_goes(self):
        subscribe = b"\0\1" + text("home/#") + b"\1"
        who = r'info: Client "watched" \(127\.0\.0\.1:\d+, tcp 127\.0\.0\.1:\d+\)'
        peer = self.open(connect_packet("watched") + bytes([0x82, len(subscribe)]) + subscribe)
        self.broker.err.wait_match(who + r" connected: MQTT 3\.1\.1, keep alive 60 s$")
        self.broker.err.wait_match(who + ' subscribed to "home/#", QoS 1$')
        unsubscribe = b"\0\2" + text("home/#")
        peer.sendall(bytes([0xA2, len(unsubscribe)]) + unsubscribe)
        self.broker.err.wait_match(who + ' unsubscribed from "home/#"$')
        peer.sendall(b"\xe0\x00")
        self.broker.err.wait_match(who + " disconnected: Normal disconnection$")
        self.open(connect_packet("lost")).close()
        self.broker.err.wait_match(r'info: Client "lost" \(.*\) is gone: ')
        for line in self.broker.err.all()[3:]:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3} (debug|info|warning): ")

    def test_without_verbose_only_trouble_is_logged(self):
        quiet = self.start_broker()
        self.port = quiet.port
        self.open(connect_packet("good") + b"\xe0\x00").recv(4)
        self.open(connect_packet("bad") + b"\xf7\x00")
        quiet.err.wait_match('warning: Client "bad"')
        self.assertEqual(quiet.stop(), 0)
        self.assertFalse([line for line in quiet.err.all() if "good" in line])

    def test_a_client_id_cannot_forge_a_log_line(self):
        forged = '2030-01-01T00:00:00.000 info: Client "admin" connected'
        for break_ in ("\n", "\r\n", "\x1b[2K\r", "\x0b", "\x85", "\u2028"):
            self.open(connect_packet(f"x{break_}{forged}", level=5) + b"\xe0\x00").recv(100)
        self.open(connect_packet("last"))
        self.broker.err.wait_match('Client "last" .*connected')
        log = "\n".join(self.broker.err.all())
        for shown in ("x\\x0a2030-", "x\\x0d\\x0a2030-", "x\\x1b[2K\\x0d2030-", "x\\x852030-", "x\\u20282030-"):
            self.assertIn(shown, log)
        for line in log.splitlines(): # Python's idea of a line break is the widest
            self.assertFalse(line.startswith("2030-"), line)
            self.assertTrue(line.isprintable(), line)

    def test_junk_and_half_packets_hurt_nobody(self):
        for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00", b"\x10\xff\xff\xff\xff\x7f", b"\0" * 100):
            with self.subTest(junk=junk):
                self.assertEqual(self.read_all(self.open(junk)), b"")
        for i in range(1, 20):
            self.open(connect_packet("half")[:i]).close()
        self.assertEqual(self.open(connect_packet("good")).recv(4), b"\x20\x02\x00\x00")

    def read_all(self, peer):
        data = b""
        try:
            while more := peer.recv(4096):
                data += more
        except ConnectionResetError:
            pass # we said more than it read
        return data

    def test_connections_leave_no_descriptor_behind(self):
        descriptors = f"/proc/{self.broker.pid}/fd"
        before = len(os.listdir(descriptors))
        for _ in range(5):
            peers = [self.open(connect_packet(f"c{i}")) for i in range(40)]
            for peer in peers:
                self.assertEqual(peer.recv(4), b"\x20\x02\x00\x00")
                peer.close()
        eventually(lambda: len(os.listdir(descriptors)) <= before, "as few descriptors as at the start")


def has_ipv6_loopback():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
