#!/usr/bin/env python3
"""Users and rights: files that mosquitto_passwd and `pigeond passwd` made, an ACL file, and clients that come with them."""
import os
import pty
import stat
import subprocess
import unittest

from fixture import DEADLINE, PIGEOND, require_program
from test_config import ConfigTest
from test_mosquitto import FROM, Subscriber

# Made by Debian's mosquitto_passwd 2.0.11: alice has "secret", the second bob has "pass word ä".
MOSQUITTOS = """alice:$7$101$RAZgWAlL94ASLN2f$8GkbfiZOGyhxv95igqn2nCIEygRZkzkx9P9qHYDRPtHlPP+aj9WJGzJxBIrqFzRgJ2vi+g3t51mDeov+LP6cPg==
bob:$7$101$lO+vQ8kqD6Kkd3oV$qv9G9u+ngXzmvuwCcM1uLPs4N+L9JPiGAm93g5fLz1QWaxiJ+DQMODtcm4Dbax1KoEx2KBlJAf/zH2kDyI1+vA==
"""
ACL = """# the house
topic read open/#

user alice
topic readwrite #

user bob
topic read a/#
topic deny a/secret

pattern readwrite of/%u/%c/#
"""
BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED = 4, 5


def setUpModule():
    require_program("mosquitto_pub", FROM)
    require_program("mosquitto_sub", FROM)


class RightsTest(ConfigTest):
    def serve(self, *lines, acl=ACL):
        """The port of a pigeond with the files `passwords` and `acl` of the folder."""
        if acl is not None:
            self.write(acl, "acl")
            lines += (f"acl_file {self.path('acl')}",)
        broker = self.start("\n".join(("listener 0", f"password_file {self.path('passwords')}", *lines, "")))
        return self.ready_ports(broker)[0]

    def passwd(self, *arguments, typed=None):
        return subprocess.run([PIGEOND, "passwd", *arguments], input=typed, capture_output=True, text=True,
                              timeout=DEADLINE)

    def publish(self, port, topic, *options, version="311"):
        """How mosquitto_pub ends, and what it says."""
        done = subprocess.run(["mosquitto_pub", "-p", str(port), "-V", version, "-q", "1", "-t", topic, "-m", "x", *options],
                              capture_output=True, text=True, timeout=DEADLINE)
        return done.returncode, done.stderr

    def assert_lets_in(self, port, user, password):
        self.assertEqual(self.publish(port, "any", "-u", user, "-P", password, version="5")[0], 0)

    def assert_refuses(self, port, code, *options):
        returned, said = self.publish(port, "any", *options)
        self.assertEqual(returned, code, said)

    def subscriber(self, port, topic, *options):
        return Subscriber(self, port, "-t", topic, *options).subscribed()


class Users(RightsTest):
    def test_a_file_of_mosquitto_passwd(self):
        self.write(MOSQUITTOS, "passwords")
        port = self.serve()
        self.assert_lets_in(port, "alice", "secret")
        self.assert_lets_in(port, "bob", "pass word ä")
        self.assert_refuses(port, BAD_USER_NAME_OR_PASSWORD, "-u", "alice", "-P", "Secret")
        self.assert_refuses(port, BAD_USER_NAME_OR_PASSWORD, "-u", "carol", "-P", "secret")
        self.assert_refuses(port, NOT_AUTHORIZED)

    def test_a_file_of_pigeond_passwd(self):
        file = self.path("passwords")
        self.assertEqual(self.passwd("-c", file, "joe", typed="geheim\n").returncode, 0)
        self.assertEqual(self.passwd("-b", file, "ann", "other").returncode, 0)
        self.assertEqual(stat.S_IMODE(os.stat(file).st_mode), 0o600)
        self.assertRegex(self.read("passwords"), r"\Ajoe:\$argon2id\$\S+\nann:\$argon2id\$\S+\n\Z")
        port = self.serve(acl=None)
        self.assert_lets_in(port, "joe", "geheim")
        self.assert_lets_in(port, "ann", "other")
        self.assert_refuses(port, BAD_USER_NAME_OR_PASSWORD, "-u", "joe", "-P", "other")

    def test_a_file_of_mosquitto_passwd_is_changed(self):
        file = self.write("# users\n" + MOSQUITTOS, "passwords")
        self.assertEqual(self.passwd("-D", file, "alice").returncode, 0)
        self.assertEqual(self.passwd(file, "bob", typed="new").returncode, 0)
        self.assertEqual(self.passwd(file, "carol", typed="hers\n").returncode, 0)
        self.assertTrue(self.read("passwords").startswith("# users\nbob:$argon2id$"))
        port = self.serve(acl=None)
        self.assert_lets_in(port, "bob", "new")
        self.assert_lets_in(port, "carol", "hers")
        self.assert_refuses(port, BAD_USER_NAME_OR_PASSWORD, "-u", "alice", "-P", "secret")

    def test_who_reads_a_file_reads_it_after_a_change(self):
        """A broker that is not root's: what root changes stays its own."""
        file = self.write(MOSQUITTOS, "passwords")
        os.chmod(file, 0o646)
        if os.getuid() == 0:
            os.chown(file, 65534, 12)
        before = os.stat(file)
        self.assertEqual(self.passwd("-b", file, "joe", "geheim").returncode, 0)
        after = os.stat(file)
        self.assertNotEqual(before.st_ino, after.st_ino)
        self.assertEqual((after.st_uid, after.st_gid), (before.st_uid, before.st_gid))
        self.assertEqual(stat.S_IMODE(after.st_mode), 0o640) # but strangers do not

    def type(self, *words):
        """What a terminal shows while pigeond passwd is called and the words are typed, and how that ends."""
        main, terminal = pty.openpty()
        child = subprocess.Popen([PIGEOND, "passwd", "-c", self.path("passwords"), "joe"],
                                 stdin=terminal, stdout=terminal, stderr=terminal, close_fds=True)
        os.close(terminal)
        shown = b""
        try:
            for number, word in enumerate(words, 1):
                while shown.count(b": ") < number:
                    shown += os.read(main, 1024)
                os.write(main, word)
            while True:
                shown += os.read(main, 1024)
        except OSError:  # the terminal has ended with the process
            pass
        os.close(main)
        return child.wait(DEADLINE), shown

    def test_a_password_typed_on_a_terminal_is_not_shown(self):
        code, shown = self.type(b"geheim\n", b"geheim\n")
        self.assertEqual(code, 0, shown)
        self.assertNotIn(b"geheim", shown)
        self.assert_lets_in(self.serve(acl=None), "joe", "geheim")

    def test_a_slip_on_the_terminal_makes_no_user(self):
        for words, said in [((b"geheim\n", b"gehiem\n"), b"differ"), ((b"geh\x03\n",), b"no password was given")]:
            code, shown = self.type(*words)
            self.assertEqual(code, 1)
            self.assertIn(said, shown)
            self.assertFalse(os.path.exists(self.path("passwords")))

    def test_passwd_refuses(self):
        file = self.write(MOSQUITTOS, "passwords")
        broken = self.write("carol\n", "broken")
        for arguments, typed, code, words in [
                ((file, "bob", "seen"), "", 2, "can be seen by others"),
                ((file,), "", 2, "a file and a user are needed"),
                (("-x", file, "bob"), "", 2, '"-x" is not an option'),
                (("-D", "-c", file, "bob"), "", 2, "-D goes without"),
                ((file, "bob"), "", 1, "no password was given"),
                ((file, "bob"), "\n", 1, "is empty"),
                ((file, "b:b"), "x", 1, "nobody can be called"),
                (("-D", file, "carol"), "", 1, "there is no user"),
                ((self.path("none"), "bob"), "x", 1, "-c makes it"),
                ((broken, "bob"), "x", 1, "broken:1: there is no colon"),
        ]:
            with self.subTest(words):
                done = self.passwd(*arguments, typed=typed)
                self.assertEqual(done.returncode, code)
                self.assertIn(words, done.stderr)
        self.assertEqual(self.read("passwords"), MOSQUITTOS)

    def test_strangers_where_they_are_allowed(self):
        self.write(MOSQUITTOS, "passwords")
        port = self.serve("allow_anonymous true")
        stranger = self.subscriber(port, "open/#")
        self.assertEqual(self.publish(port, "open/x", "-u", "alice", "-P", "secret"), (0, ""))
        self.assertEqual(stranger.message()["topic"], "open/x")
        self.assert_refuses(port, BAD_USER_NAME_OR_PASSWORD, "-u", "alice", "-P", "x")


class Rights(RightsTest):
    def setUp(self):
        super().setUp()
        self.write(MOSQUITTOS, "passwords")

    def test_who_receives_what(self):
        port = self.serve()
        bob = self.subscriber(port, "#", "-u", "bob", "-P", "pass word ä", "-i", "b")
        for topic in ("a/secret", "open/x", "of/bob/c/x", "of/bob/b/x", "a/x"):
            self.assertEqual(self.publish(port, topic, "-u", "alice", "-P", "secret"), (0, ""))
        bob.payloads(2)
        self.assertEqual([message["topic"] for message in bob.messages()], ["of/bob/b/x", "a/x"])

    def test_who_may_not_publish_is_told(self):
        port = self.serve()
        _, said = self.publish(port, "a/x", "-u", "bob", "-P", "pass word ä", version="5")
        self.assertIn("Not authorized", said)


class Starting(RightsTest):
    def run_with(self, *options):
        self.write(MOSQUITTOS, "passwords")
        config = self.write(f"listener 0\npassword_file {self.path('passwords')}\nacl_file {self.path('acl')}\n")
        return subprocess.run([PIGEOND, *options, "-c", config], capture_output=True, text=True, timeout=DEADLINE)

    def test_a_wrong_line_keeps_pigeond_from_starting(self):
        self.write("user bob\ntopic raed a\n", "acl")
        for options in ((), ("--check-config",)):
            done = self.run_with(*options)
            self.assertEqual(done.returncode, 3)
            self.assertIn("acl:2: an access is one of read, write, readwrite and deny", done.stderr)

    def test_explain(self):
        self.write(ACL, "acl")
        for question, code, words in [
                (("--user", "bob", "publish", "a/x"), 5, "denied since no line of"),
                (("--user", "bob", "receive", "a/x"), 0, "acl:8 (read a/#)"),
                (("--user", "bob", "receive", "a/secret"), 5, "acl:9 (deny a/secret)"),
                (("--user", "bob", "--client", "c", "publish", "of/bob/c/x"), 0, "acl:11 (readwrite of/%u/%c/#)"),
                (("--user", "bob", "--client", "#", "publish", "of/bob/c/x"), 5, "denied"),
                (("subscribe", "open/+"), 0, "acl:2 (read open/#)"),
                (("subscribe", "a/#/b"), 2, ""),
                (("shout", "a"), 2, ""),
        ]:
            with self.subTest(question):
                done = self.run_with("explain", *question)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(words, done.stdout)


if __name__ == "__main__":
    unittest.main()
