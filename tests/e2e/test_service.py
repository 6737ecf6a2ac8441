#!/usr/bin/env python3
"""pigeond under systemd, whose place a socket takes, and as root: whom it becomes."""
import fcntl
import os
import pwd
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from fixture import DEADLINE, PIGEOND, Child, Inbox, eventually, require_program
from test_config import CONNACK, ConfigTest
from test_pigeond import connect_packet, run

UNIT = os.environ.get("UNIT")


class ServiceTest(ConfigTest):
    def spawn_pigeond(self, *options, environment=None, sockets=(), pid=None):
        """A pigeond with these variables, which is handed these sockets as systemd does it."""
        high = [fcntl.fcntl(each, fcntl.F_DUPFD, 100) for each in sockets]

        def hand_over():
            for i, each in enumerate(high):
                os.dup2(each, 3 + i)
        listen = f"LISTEN_FDS={len(high)} LISTEN_PID={pid or '$$'} " if high else ""
        command = f'{listen}exec "$0" "$@"'
        child = Child("/bin/sh", "-c", command, PIGEOND, *options, env={**os.environ, **(environment or {})},
                      preexec_fn=hand_over, pass_fds=range(3, 3 + len(high)))
        for each in high:
            os.close(each)
        self.addCleanup(child.end)
        return child

    def ready_port(self, broker):
        return int(broker.err.wait_match(r"is ready on port (\d+)")[1])


class Notification(ServiceTest):
    def systemd(self, name):
        """What systemd hears, a datagram an item, at the socket of that name."""
        heard = Inbox("the socket in systemd's place")
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.bind("\0" + name[1:] if name.startswith("@") else name)
        self.addCleanup(receiver.close)

        def read():
            while True:
                try:
                    heard.put(receiver.recv(4096).decode())
                except OSError:
                    return # closed
        threading.Thread(target=read, daemon=True).start()
        return heard

    def wait_for(self, heard, *messages):
        """The messages, the last of each kind, when exactly these have come in this order."""
        return heard.wait(lambda all_: len(all_) >= len(messages) and all(
            re.search(pattern, said, re.S) for pattern, said in zip(messages, all_)) and all_, str(messages))

    def test_ready_reloading_stopping(self):
        for name in (self.path("notify"), f"@pigeon-test-{os.getpid()}"):
            with self.subTest(name):
                heard = self.systemd(name)
                broker = self.spawn_pigeond("-c", self.write("listener 0 127.0.0.1\n"), environment={"NOTIFY_SOCKET": name})
                port = self.ready_port(broker)
                ready = rf"^READY=1\nSTATUS=pigeond .* is ready on port {port} on 127\.0\.0\.1; every client is let in\.$"
                self.wait_for(heard, ready)
                before = time.clock_gettime(time.CLOCK_MONOTONIC)
                broker.signal(signal.SIGHUP)
                reloading = r"^RELOADING=1\nMONOTONIC_USEC=\d+$"
                said = self.wait_for(heard, ready, reloading, ready)[1]
                stamp = int(said.split("=")[-1]) / 1e6
                self.assertTrue(before <= stamp <= time.clock_gettime(time.CLOCK_MONOTONIC))
                self.write("listner 0\n") # a reload that is refused ends as well
                broker.signal(signal.SIGHUP)
                self.wait_for(heard, ready, reloading, ready, reloading, ready)
                broker.signal(signal.SIGTERM)
                self.wait_for(heard, ready, reloading, ready, reloading, ready, r"^STOPPING=1\nSTATUS=closing connections$")
                self.assertEqual(broker.wait(), 0)

    def test_nothing_is_ready_that_does_not_listen(self):
        heard = self.systemd(self.path("notify"))
        with socket.create_server(("127.0.0.1", 0)) as taken:
            broker = self.spawn_pigeond("-c", self.write(f"listener {taken.getsockname()[1]} 127.0.0.1\n"),
                                        environment={"NOTIFY_SOCKET": self.path("notify")})
            self.assertEqual(broker.wait(), 1)
        self.assertEqual(heard.all(), [])

    def test_the_watchdog_hears_that_the_loop_runs(self):
        heard = self.systemd(self.path("notify"))
        environment = {"NOTIFY_SOCKET": self.path("notify"), "WATCHDOG_USEC": "200000"}
        broker = self.spawn_pigeond("-p", "0", environment=environment)
        begin = time.monotonic()
        heard.wait(lambda all_: all_.count("WATCHDOG=1") >= 4, "four signs of life")
        self.assertGreater(time.monotonic() - begin, 0.25) # one at once, then twice in 200 ms
        broker.signal(signal.SIGSTOP) # a loop that does not run says nothing
        count = eventually(lambda: self.settled(heard), "silence")
        broker.signal(signal.SIGCONT)
        heard.wait(lambda all_: all_.count("WATCHDOG=1") > count, "a sign of life")

    def settled(self, heard):
        before = heard.all().count("WATCHDOG=1")
        time.sleep(0.3) # longer than between two
        return before if heard.all().count("WATCHDOG=1") == before else None

    def test_a_watchdog_of_another_process(self):
        heard = self.systemd(self.path("notify"))
        environment = {"NOTIFY_SOCKET": self.path("notify"), "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}
        broker = self.spawn_pigeond("-p", "0", environment=environment)
        self.ready_port(broker)
        broker.signal(signal.SIGTERM)
        self.assertEqual(broker.wait(), 0)
        self.assertNotIn("WATCHDOG=1", heard.all())


class HandedSockets(ServiceTest):
    def test_a_port_that_is_open_before_the_broker_is(self):
        with socket.create_server(("127.0.0.1", 0), backlog=5) as server:
            port = server.getsockname()[1]
            early = self.connect(port) # waits in the queue
            broker = self.spawn_pigeond("-c", self.write(f"listener {port} 127.0.0.1\n"), sockets=[server.fileno()])
            self.assertEqual(self.ready_port(broker), port)
        self.assertEqual(early.recv(4), CONNACK)
        self.write(f"listener {port} 127.0.0.1\nprotocol websockets\n")
        broker.signal(signal.SIGHUP) # goes on with the same socket
        broker.err.wait_match("Reloaded")
        peer = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        self.addCleanup(peer.close)
        peer.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
        self.assertTrue(peer.recv(100).startswith(b"HTTP/1.1 101"))

    def test_a_local_socket_stays_systemds(self):
        path = self.path("mqtt")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path)
            server.listen(5)
            broker = self.spawn_pigeond("-c", self.write(f"listener 0 {path}\n"), sockets=[server.fileno()])
            broker.err.wait_match("is ready on socket")
            peer = socket.socket(socket.AF_UNIX)
            self.addCleanup(peer.close)
            peer.settimeout(DEADLINE)
            peer.connect(path)
            peer.sendall(connect_packet("local"))
            self.assertEqual(peer.recv(4), CONNACK)
            broker.signal(signal.SIGTERM)
            self.assertEqual(broker.wait(), 0)
            self.assertTrue(os.path.exists(path))

    def test_a_socket_that_no_listener_is_for(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            broker = self.spawn_pigeond("-p", "0", sockets=[server.fileno()],
                                        environment={"LISTEN_FDNAMES": "mqtt"})
            self.assertEqual(broker.wait(), 1)
            broker.err.wait_match(rf'a socket that no listener of the configuration is for: "mqtt" \(127\.0\.0\.1 port {port}\)')

    def test_a_socket_that_does_not_listen(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            broker = self.spawn_pigeond("-p", "0", sockets=[server.fileno()])
            self.assertEqual(broker.wait(), 1)
            broker.err.wait_match("which does not listen")

    def test_sockets_of_another_process(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            broker = self.spawn_pigeond("-p", "0", sockets=[server.fileno()], pid=1)
            self.ready_port(broker) # it has nothing to do with us


class Unit(ServiceTest):
    def test_systemd_finds_nothing_wrong(self):
        analyze = require_program("systemd-analyze", "Debian's package systemd has it.")
        done = subprocess.run([analyze, "verify", "--man=no", UNIT], capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else; tst_configparser::whoTheProcessIs has the other side")
class Privileges(ServiceTest):
    USER = "daemon" # is there on every Debian

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)

    def own(self, name, mode=0o750):
        entry = pwd.getpwnam(self.USER)
        os.chown(self.path(name), entry.pw_uid, entry.pw_gid)
        os.chmod(self.path(name), mode)
        return entry

    def ids(self, pid, name):
        """Of every thread."""
        found = set()
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/status", encoding="ascii") as status:
                found.add(re.search(rf"(?m)^{name}:\s*(.*)$", status.read())[1].strip())
        return {each.replace("\t", " ") for each in found}

    def test_it_becomes_the_user_for_good_in_all_threads(self):
        os.mkdir(self.path("store"))
        entry = self.own("store")
        log, pid_file, local = self.path("log"), self.path("pid"), self.path("store/mqtt")
        broker = self.start(f"user {self.USER}\nlistener 0 127.0.0.1\nlistener 0 {local}\npersistence true\n"
                            f"persistence_location {self.path('store')}\nlog_dest stderr\nlog_dest file {log}\n"
                            f"pid_file {pid_file}\n")
        broker.err.wait_match(f"Runs as user {self.USER} from now on")
        uid, gid = entry.pw_uid, entry.pw_gid
        self.assertEqual(self.ids(broker.pid, "Uid"), {" ".join([str(uid)] * 4)})
        self.assertEqual(self.ids(broker.pid, "Gid"), {" ".join([str(gid)] * 4)})
        groups = " ".join(str(each) for each in sorted(os.getgrouplist(self.USER, gid)))
        self.assertEqual({" ".join(sorted(each.split(), key=int)) for each in self.ids(broker.pid, "Groups")}, {groups})
        self.assertEqual(self.ids(broker.pid, "CapEff"), {"0" * 16})
        self.assert_served(broker.port)
        for name in ("store/pigeon.db", "log", "store/mqtt"):
            self.assertEqual((os.stat(self.path(name)).st_uid, os.stat(self.path(name)).st_mode & 0o007), (uid, 0), name)
        self.assertEqual(os.stat(pid_file).st_uid, 0) # who kills by it must be able to trust it
        broker.signal(signal.SIGHUP)
        broker.err.wait_match("Reloaded")
        self.assertEqual(broker.stop(), 0)
        self.assertFalse(os.path.exists(local))

    def test_a_port_below_1024(self):
        port = next(each for each in range(1023, 600, -1) if self.is_free(each))
        broker = self.start(f"user {self.USER}\nlistener {port} 127.0.0.1\n")
        self.assertEqual(broker.port, port)
        self.assert_served(port)

    def is_free(self, port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    def test_what_the_user_cannot_read_keeps_it_from_starting(self):
        passwords = self.write("", "passwords")
        os.chmod(passwords, 0o600)
        done = run("-c", self.write(f"user {self.USER}\nlistener 0 127.0.0.1\npassword_file {passwords}\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{passwords} cannot be read: Permission denied. (That is as user {self.USER}.)", done.stderr)

    def test_a_reload_that_cannot_read_any_more_says_as_whom(self):
        acl = self.write("topic readwrite #\n", "acl")
        os.chmod(acl, 0o644)
        broker = self.start(f"user {self.USER}\nlistener 0 127.0.0.1\nacl_file {acl}\n")
        os.chmod(acl, 0o600)
        broker.signal(signal.SIGHUP)
        broker.err.wait_match(rf"acl cannot be read: Permission denied")
        broker.err.wait_match(rf"Reload refused, everything is as before: .* \(That is as user {self.USER}\.\)")
        self.assert_served(broker.port)

    def test_a_key_of_roots_is_in_force_and_told(self):
        key, certificate = self.path("key.pem"), self.path("certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", certificate, "-subj", "/CN=localhost"], check=True, capture_output=True)
        os.chmod(key, 0o600)
        broker = self.start(f"user {self.USER}\nlistener 0 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\n")
        broker.err.wait_match(rf"warning: {re.escape(key)} can be read by root alone: it is in force, but no reload will "
                              rf"work, since user {self.USER} cannot read it again")

    def test_a_user_that_is_not_there(self):
        done = run("-c", self.write("user nobody-of-that-name\nlistener 0 127.0.0.1\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn('there is no user "nobody-of-that-name" on this machine', done.stderr)


class Umask(ServiceTest):
    def test_nothing_it_makes_is_for_others(self):
        os.umask(0)
        self.addCleanup(os.umask, 0o022)
        broker = self.start(f"listener 0 127.0.0.1\npersistence true\npersistence_location {self.folder}\n"
                            f"log_dest file {self.path('log')}\npid_file {self.path('pid')}\n")
        self.assert_served(broker.port)
        for name in set(os.listdir(self.folder)) - {"pigeond.conf"}:
            self.assertEqual(os.stat(self.path(name)).st_mode & 0o027, 0, name)


if __name__ == "__main__":
    unittest.main()
