#!/usr/bin/env python3
"""What has gone wrong in other brokers: docs/security.md has the list, and which test is about what."""
import os
import resource
import signal
import socket
import time
import unittest

from fixture import DEADLINE
from test_config import CONNACK
from test_log import LogTest, connect, packet
from test_pigeond import connect_packet, text
from test_rights import MOSQUITTOS

# As in MOSQUITTOS, but with work for seconds; nobody has its password.
SLOW = ("slow:$7$800000$lO+vQ8kqD6Kkd3oV$qv9G9u+ngXzmvuwCcM1uLPs4N+L9JPiGAm93g5fLz1QWaxiJ+DQMODtcm4Dbax1KoEx2KBlJAf/"
        "zH2kDyI1+vA==\n")
NOT_AUTHORIZED = 0x87


class Security(LogTest):
    def users(self, *lines, passwords=MOSQUITTOS):
        self.write(passwords, "passwords")
        return self.start("\n".join(("listener 0 127.0.0.1", f"password_file {self.path('passwords')}", *lines, "")))

    def log_in(self, connection, client_id, user=None, password=None):
        connection.sendall(connect(client_id, user, password, level=5))
        answer = connection.recv(4)
        rest = answer[1] - 2
        while rest > 0:
            rest -= len(connection.recv(rest))
        return answer[3]

    def puback(self, connection, topic):
        connection.sendall(packet(0x32, text(topic), b"\0\7\0", b"x"))
        answer = connection.recv(100)
        self.assertEqual(answer[:4], b"\x40" + answer[1:2] + b"\0\7")
        return answer[4] if answer[1] > 2 else 0

    def test_a_reload_without_a_free_descriptor_keeps_the_rules(self): # CVE-2017-7652
        acl = self.write("user alice\ntopic readwrite open/#\n", "acl")
        broker = self.users(f"acl_file {acl}")
        alice = self.connect_raw(broker.port)
        self.assertEqual(self.log_in(alice, "a", "alice", "secret"), 0)
        used = max(int(each) for each in os.listdir(f"/proc/{broker.pid}/fd")) + 1
        before = resource.prlimit(broker.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(broker.pid, resource.RLIMIT_NOFILE, (used, before[1]))
        broker.signal(signal.SIGHUP)
        broker.err.wait_match("Reload refused, everything is as before")
        self.assertEqual(self.puback(alice, "open/a") in (0, 0x10), True)
        self.assertEqual(self.puback(alice, "closed/a"), NOT_AUTHORIZED)
        resource.prlimit(broker.pid, resource.RLIMIT_NOFILE, before)
        broker.signal(signal.SIGHUP)
        broker.err.wait_match("Reloaded")
        self.assertEqual(self.log_in(self.connect_raw(broker.port), "b"), NOT_AUTHORIZED)

    def test_a_slow_hash_holds_up_nobody(self):
        broker = self.users("allow_anonymous true", passwords=MOSQUITTOS + SLOW)
        slow, other = self.connect_raw(broker.port), self.connect_raw(broker.port)
        slow.sendall(connect("slow", "slow", "guess"))
        begin = time.monotonic()
        self.assertEqual(self.log_in(other, "other"), 0)
        for _ in range(20):
            other.sendall(b"\xc0\0")
            self.assertEqual(other.recv(2), b"\xd0\0")
        served = time.monotonic() - begin
        slow.settimeout(60)
        self.assertEqual(slow.recv(4), b"\x20\2\0\4")
        self.assertLess(served * 5, time.monotonic() - begin) # all that, while the hash was still being made

    def test_one_set_of_rights_holds_on_every_listener(self): # CVE-2018-20145
        acl = self.write("topic readwrite open/#\n", "acl")
        local = self.path("mqtt")
        broker = self.start(f"port 0\nbind_address 127.0.0.1\nlistener 0 127.0.0.1\nlistener 0 {local}\n"
                            f"allow_anonymous true\nacl_file {acl}\n")
        ports = self.ready_ports(broker)
        self.assertEqual(len(ports), 2)
        through = socket.socket(socket.AF_UNIX)
        through.settimeout(DEADLINE)
        through.connect(local)
        self.addCleanup(through.close)
        for i, connection in enumerate([self.connect_raw(port) for port in ports] + [through]):
            self.assertEqual(self.log_in(connection, f"c{i}"), 0)
            self.assertIn(self.puback(connection, "open/a"), (0, 0x10))
            self.assertEqual(self.puback(connection, "closed/a"), NOT_AUTHORIZED)

    def test_a_session_is_not_taken_over_by_another_user(self): # CVE-2026-6564
        broker = self.users()
        alice = self.connect_raw(broker.port)
        self.assertEqual(self.log_in(alice, "same", "alice", "secret"), 0)
        bob = self.connect_raw(broker.port)
        self.assertEqual(self.log_in(bob, "same", "bob", "pass word ä"), NOT_AUTHORIZED)
        alice.sendall(b"\xc0\0")
        self.assertEqual(alice.recv(2), b"\xd0\0")

    def test_a_pattern_with_a_user_is_nothing_for_who_has_none(self): # CVE-2026-32696
        acl = self.write("pattern readwrite of/%u/#\ntopic readwrite open/#\n", "acl")
        broker = self.start(f"listener 0 127.0.0.1\nacl_file {acl}\n")
        nobody = self.connect_raw(broker.port)
        self.assertEqual(self.log_in(nobody, "nobody"), 0)
        for topic in ("of//a", "of/%u/a", "of/nobody/a"):
            self.assertEqual(self.puback(nobody, topic), NOT_AUTHORIZED)
        self.assertIn(self.puback(nobody, "open/a"), (0, 0x10))

    def test_passwords_that_others_can_read_are_warned_of(self):
        self.write(MOSQUITTOS, "passwords")
        os.chmod(self.path("passwords"), 0o644)
        broker = self.start(f"listener 0 127.0.0.1\npassword_file {self.path('passwords')}\n")
        broker.err.wait_match("warning: The password file .* is open to all users of this machine: chmod 600 it")

    def test_who_is_refused_hears_what_to_do(self): # mosquitto#2109, #2641
        self.users().err.wait_match("clients need a user and its password")


if __name__ == "__main__":
    unittest.main()
