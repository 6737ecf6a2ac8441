#!/usr/bin/env python3
"""pigeond and its configuration file: where it listens, what it logs, what it says of a file that is wrong."""
import contextlib
import os
import re
import signal
import socket
import stat
import subprocess
import tempfile
import unittest

from fixture import DEADLINE, PIGEOND, BrokerTest, eventually
from test_pigeond import connect_packet, has_ipv6_loopback, run

CONNACK = b"\x20\x02\x00\x00"


class ConfigTest(BrokerTest):
    """A test with a folder for its files; it starts its brokers itself."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, text, name="pigeond.conf"):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def start(self, text, *options):
        return self.start_broker("-c", self.write(text), *options, port=None)

    def connect(self, port, address="127.0.0.1", client_id="here"):
        peer = socket.create_connection((address, port), timeout=DEADLINE)
        self.addCleanup(peer.close)
        peer.sendall(connect_packet(client_id))
        return peer

    def assert_served(self, port, address="127.0.0.1"):
        self.assertEqual(self.connect(port, address).recv(4), CONNACK)

    def ready_ports(self, broker):
        line = broker.err.wait_match(r"is ready on (.*);").group(1)
        return [int(port) for port in re.findall(r"port (\d+)", line)]

    def end_process(self, pid):
        """For those that are not our children."""
        os.kill(pid, signal.SIGTERM)
        eventually(lambda: not os.path.exists(f"/proc/{pid}"), "the end of pigeond")


class Listeners(ConfigTest):
    def test_without_a_file_it_says_how_to_let_others_in(self):
        broker = self.start_broker()
        broker.err.wait_match("for this machine only .*`listener 1883`.* -c")
        self.assert_served(broker.port)

    def test_a_file_without_listeners_is_for_this_machine_only(self):
        broker = self.start_broker("-c", self.write("sys_interval 0\n"))
        broker.err.wait_match("for this machine only")
        self.assert_served(broker.port)

    def test_it_listens_where_the_file_says(self):
        second = "::1" if has_ipv6_loopback() else "127.0.0.2"
        broker = self.start(f"listener 0 127.0.0.1\nlistener 0 {second}\n")
        first_port, second_port = self.ready_ports(broker)
        self.assert_served(first_port)
        self.assert_served(second_port, second)

    def test_a_listener_without_an_address_is_on_all_interfaces(self):
        broker = self.start("listener 0\nallow_anonymous true\n")
        self.assertIn("on all interfaces", broker.err.all()[-1])
        for address in ("127.0.0.1", "127.0.0.2") + (("::1",) if has_ipv6_loopback() else ()):
            self.assert_served(broker.port, address)

    def test_socket_domain(self):
        broker = self.start("listener 0\nsocket_domain ipv4\nallow_anonymous true\n")
        self.assert_served(broker.port)
        if has_ipv6_loopback():
            with self.assertRaises(ConnectionRefusedError):
                self.connect(broker.port, "::1")

    def test_localhost_is_both_loopback_addresses(self):
        broker = self.start("listener 0 localhost\n")
        for address in ("127.0.0.1",) + (("::1",) if has_ipv6_loopback() else ()):
            self.assert_served(broker.port, address)

    def test_several_ports(self):
        broker = self.start_broker("-p", "0")
        ports = self.ready_ports(broker)
        self.assertEqual(len(set(ports)), 2)
        for port in ports:
            self.assert_served(port)

    def test_a_port_beside_a_listener_is_said_to_have_no_effect(self):
        broker = self.start_broker("-c", self.write("listener 0 127.0.0.1\n"))
        broker.err.wait_match("pigeond.conf:1: notice: .*-p has no effect")
        self.assertEqual(len(self.ready_ports(broker)), 1)

    def test_a_port_in_use_is_1(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            done = run("-c", self.write(f"listener 0 127.0.0.1\nlistener {port} 127.0.0.1\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"Port {port} on 127.0.0.1 is already in use", done.stderr)
        self.assertNotIn("is ready", done.stderr)

    def test_a_host_name_without_an_address_is_1(self):
        done = run("-c", self.write("listener 0 no-such-host.invalid\nallow_anonymous true\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-such-host.invalid: the host name has no address", done.stderr)

    def test_a_bound_of_the_file_holds(self):
        broker = self.start("listener 0 127.0.0.1\nmax_connections 1\n")
        self.assert_served(broker.port)
        second = self.connect(broker.port, client_id="second")
        with contextlib.suppress(ConnectionResetError): # we have said more than it read
            self.assertEqual(second.recv(4), b"")


class WrongFiles(ConfigTest):
    WRONG = "listener 0\nmax_conections 5\n\nmax_keepalive -1\ncafile /x\nlog_dest none\n"

    def check_wrong(self, *options):
        path = self.write(self.WRONG)
        done = run("-c", path, *options)
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        lines = done.stderr.splitlines()
        for line, (number, words) in zip(lines, [(1, "allow_anonymous true"), (2, "Is max_connections meant?"),
                                                 (4, "0 to 65535 seconds"), (5, "cafile has no effect on this listener")], strict=True):
            self.assertTrue(line.startswith(f"pigeond: {path}:{number}: error: "), line)
            self.assertIn(words, line)

    def test_every_problem_is_told_and_nothing_starts(self):
        for options in ([], ["--check-config"], ["--print-config"], ["-d"]):
            with self.subTest(options=options):
                self.check_wrong(*options)

    def test_a_file_that_is_not_there(self):
        for options in ([], ["--check-config"], ["-d"]):
            done = run("-c", self.path("none.conf"), *options)
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertRegex(done.stderr, r"^pigeond: error: .*none\.conf cannot be read: No such file or directory\.\n$")

    def test_a_folder(self):
        done = run("-c", self.folder)
        self.assertEqual(done.returncode, 3)
        self.assertIn("is a folder, not a configuration file", done.stderr)

    def test_others_are_not_let_in_unasked(self):
        done = run("-c", self.write("listener 0\n"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("say `allow_anonymous true`", done.stderr)

    def test_debians_own_file(self):
        self.write("listener 0 127.0.0.1\n", "conf.d/local.conf")
        done = run("--check-config", "-c", self.write(
            f"pid_file {self.path('p.pid')}\n\npersistence true\npersistence_location {self.folder}/\n\n"
            f"log_dest file {self.path('p.log')}\n\ninclude_dir {self.path('conf.d')}\n"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_sound_file(self):
        path = self.write("listener 0 127.0.0.1\nautosave_interval 5\n")
        done = run("--check-config", "-c", path)
        self.assertEqual((done.returncode, done.stdout), (0, f"{path} is sound.\n"))
        self.assertIn(f"{path}:2: notice: autosave_interval is not needed", done.stderr)

    def test_what_is_in_force(self):
        path = self.write("listener 0 127.0.0.1\nqueue_full refuse\n")
        done = run("--print-config", "-v", "-c", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for value, origin in (("listener 0 127.0.0.1", f"{path}:1"), ("queue_full refuse", f"{path}:2"),
                              ("max_inflight_messages 1000", "default"), ("log_type all", "command line")):
            self.assertRegex(done.stdout, rf"(?m)^{re.escape(value)} +# {re.escape(origin)}$")


class Logs(ConfigTest):
    def talk(self, broker, client_id="watched"):
        peer = self.connect(broker.port, client_id=client_id)
        self.assertEqual(peer.recv(4), CONNACK)
        peer.sendall(b"\x82\x06\0\1\0\1a\0")
        self.assertEqual(peer.recv(5), b"\x90\x03\0\1\0")
        peer.sendall(b"\xe0\x00")
        self.assertEqual(peer.recv(1), b"")

    def test_a_file_is_appended_to_and_is_nobody_elses_business(self):
        self.write("before\n", "pigeond.log")
        os.chmod(self.path("pigeond.log"), 0o600)
        broker = self.start(f"listener 0 127.0.0.1\nlog_dest file {self.path('pigeond.log')}\nlog_type all\n")
        self.talk(broker)
        self.assertEqual(broker.stop(), 0)
        log = self.read("pigeond.log")
        self.assertTrue(log.startswith("before\n"))
        self.assertRegex(log, r'info: Client "watched" .*connected')
        self.assertNotIn("watched", "\n".join(broker.err.all()))
        self.start(f"listener 0 127.0.0.1\nlog_dest file {self.path('new.log')}\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.path("new.log")).st_mode) & 0o007, 0)

    def test_standard_output_and_nowhere(self):
        broker = self.start("listener 0 127.0.0.1\nlog_dest stdout\nlog_type all\n")
        self.talk(broker)
        broker.out.wait_match('Client "watched" .*connected')
        silent = self.start("listener 0 127.0.0.1\nlog_dest none\nlog_type all\n")
        self.talk(silent)
        self.assertEqual(silent.stop(), 0)
        self.assertEqual(silent.out.all(), [])
        self.assertNotIn("watched", "\n".join(silent.err.all()))

    def test_types(self):
        rows = [("information", True, False), ("subscribe", False, True), ("none", False, False), ("all", True, True),
                ("information\nconnection_messages false", False, False)]
        for types, connects, subscribes in rows:
            with self.subTest(types):
                broker = self.start(f"listener 0 127.0.0.1\nlog_type {types}\n")
                self.talk(broker)
                self.assertEqual(broker.stop(), 0)
                log = "\n".join(broker.err.all())
                self.assertEqual((" connected: " in log, "subscribed to" in log), (connects, subscribes))

    def test_the_time_of_a_line(self):
        rows = [("log_timestamp false", r"^info: Listening"), ("log_timestamp_format at %Y", r"^at \d{4} info: Listening"),
                ("", r"^\d{4}-\d\d-\d\dT[\d:.]+ info: Listening")]
        for text, pattern in rows:
            with self.subTest(text):
                self.start(f"listener 0 127.0.0.1\n{text}\n").err.wait_match(pattern)

    def test_a_file_that_cannot_be_opened_is_1(self):
        done = run("-c", self.write("log_dest file /nowhere/at/all.log\n"), "-p", "0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere/at/all.log cannot be opened: No such file or directory", done.stderr)


class Daemon(ConfigTest):
    def start_in_background(self, text):
        pid_file = self.path("pigeond.pid")
        done = run("-d", "-c", self.write(f"pid_file {pid_file}\nlog_dest file {self.path('log')}\n{text}"))
        if done.returncode == 0:
            pid = int(self.read("pigeond.pid"))
            self.addCleanup(lambda: os.path.exists(f"/proc/{pid}") and self.end_process(pid))
            return done, pid
        return done, None

    def test_it_goes_on_in_the_background_when_it_listens(self):
        done, pid = self.start_in_background("listener 0 127.0.0.1\n")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        port = int(re.search(r"is ready on port (\d+)", done.stderr)[1])
        self.assert_served(port) # at once: who started it may go on
        self.assertEqual(os.getsid(pid), pid)
        for stream in range(3):
            self.assertEqual(os.readlink(f"/proc/{pid}/fd/{stream}"), "/dev/null")
        self.end_process(pid)
        self.assertFalse(os.path.exists(self.path("pigeond.pid")))

    def test_who_started_it_hears_when_it_cannot_start(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            done, _ = self.start_in_background(f"listener {other.getsockname()[1]} 127.0.0.1\n")
        self.assertEqual(done.returncode, 1)
        self.assertIn("already in use", done.stderr)

    def test_a_pid_file_that_cannot_be_written_is_1(self):
        done = run("-c", self.write("pid_file /nowhere/at/all.pid\n"), "-p", "0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("pid_file /nowhere/at/all.pid cannot be written: No such file or directory.", done.stderr)

    def test_without_a_place_for_the_log_it_says_so(self):
        process = subprocess.run([PIGEOND, "-d", "-p", "0", "-c", self.write(f"pid_file {self.path('pid')}\n")],
                                 capture_output=True, text=True, timeout=DEADLINE, check=True)
        self.end_process(int(self.read("pid")))
        self.assertIn("notice: in the background nobody sees stderr and stdout", process.stderr)


if __name__ == "__main__":
    unittest.main()
