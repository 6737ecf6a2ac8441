"""What the end-to-end tests share: a pigeond of one's own, children that are ended, waiting with a deadline."""
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
import time
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PIGEOND = os.environ.get("PIGEOND", os.path.join(TOP, "build", "bin", "pigeond"))

# A condition that has not come after this many seconds will not come: generous, since a test machine may be busy.
DEADLINE = float(os.environ.get("PIGEON_TEST_DEADLINE", "20"))
READY = re.compile(r"^pigeond \S+ is ready on port (\d+)\b")


def require_program(name, where_from):
    """The path of a program. Without it the tests fail: a step that is left out in silence proves nothing."""
    path = shutil.which(name)
    if not path:
        raise AssertionError(f"{name} is not there: the end-to-end tests need it. {where_from}")
    return path


class Inbox:
    """A list that one thread fills and another one waits on."""

    def __init__(self, name):
        self.name = name
        self._items = []
        self._changed = threading.Condition()

    def put(self, item):
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def all(self):
        with self._changed:
            return list(self._items)

    def wait(self, found, what, seconds=DEADLINE):
        """What `found` makes of all items so far, as soon as that is true."""
        until = time.monotonic() + seconds
        with self._changed:
            while True:
                result = found(self._items)
                if result:
                    return result
                left = until - time.monotonic()
                if left <= 0:
                    came = "\n  ".join(str(item)[:300] for item in self._items[-30:])
                    raise AssertionError(f"{self.name}: {what} did not come in {seconds} s. What came:\n  {came}")
                self._changed.wait(left)

    def wait_count(self, count, seconds=DEADLINE):
        """The items, when there are `count` of them."""
        return self.wait(lambda items: len(items) >= count and list(items), f"item number {count}", seconds)

    def wait_match(self, pattern, seconds=DEADLINE):
        """The match of the first line that the pattern finds."""
        def found(lines):
            return next((match for match in (re.search(pattern, line) for line in lines) if match), None)
        return self.wait(found, f"a line with /{pattern}/", seconds)


def eventually(condition, what, seconds=DEADLINE):
    """For what nobody can tell us about: asked again and again."""
    until = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come in {seconds} s")
        time.sleep(0.01)


class Child:
    """A process whose output is read as lines while it runs."""

    def __init__(self, *command, take_line=None, stdin=None, **options):
        self.name = os.path.basename(command[0])
        self.process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.pid = self.process.pid
        self.out = Inbox(f"standard output of {self.name}")
        self.err = Inbox(f"standard error of {self.name}")
        self._readers = [self._read(self.process.stdout, take_line or self.out.put),
                         self._read(self.process.stderr, self.err.put)]

    def _read(self, stream, take):
        def run():
            for line in stream:
                take(line.decode("utf-8", "replace").rstrip("\n"))
            stream.close()
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def is_running(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As a crash would end it: nothing is said to the broker."""
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds=DEADLINE):
        """Its exit code, after all its output was read."""
        code = self.process.wait(seconds)
        for reader in self._readers:
            reader.join(seconds)
        return code

    def end(self):
        if self.is_running():
            self.process.kill() # ends a stopped one too
        self.wait()
        if self.process.stdin:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass # what was not read by then, nobody waits for


class Pigeond(Child):
    """pigeond on a port of loopback; port None = where its configuration file says."""

    def __init__(self, *options, port=0):
        require_program(PIGEOND, "run.sh and test.sh build it.")
        super().__init__(PIGEOND, *([] if port is None else ["-p", str(port)]), *options)
        try:
            self.port = int(self.err.wait_match(READY)[1])
        except AssertionError:
            self.end()
            raise

    def stop(self, number=signal.SIGTERM):
        self.signal(number)
        return self.wait()


class BrokerTest(unittest.TestCase):
    """A test with a broker of its own, which must live through it and end cleanly."""

    def setUp(self):
        self.broker = self.start_broker("-v")
        self.port = self.broker.port

    def start_broker(self, *options, port=0):
        broker = Pigeond(*options, port=port)
        self.addCleanup(self._end_broker, broker)
        return broker

    def _end_broker(self, broker):
        if not broker.is_running() and broker.process.returncode == 0:
            return
        try:
            self.assertTrue(broker.is_running(), f"pigeond died: {broker.process.returncode}\n"
                            + "\n".join(broker.err.all()[-20:]))
            self.assertEqual(broker.stop(), 0)
        finally:
            broker.end()

    def spawn(self, *command, **named):
        child = Child(*command, **named)
        self.addCleanup(child.end)
        return child

    def only(self, items):
        self.assertEqual(len(items), 1, items)
        return items[0]


class JsonLines(Child):
    """A child that is asked with one JSON line and answers with one; it may tell of events in between."""

    def __init__(self, *command):
        self.events = Inbox(f"events of {os.path.basename(command[-1])}")
        self._answers = {}
        self._count = 0
        super().__init__(*command, take_line=self._take, stdin=subprocess.PIPE)

    def _take(self, line):
        said = json.loads(line)
        if "answer" in said:
            self._answers[said["answer"]].put(said)
        else:
            self.events.put(said)

    def ask_later(self, **question):
        """Sends a question; the function that is returned waits for the answer."""
        self._count += 1
        answer = self._answers[self._count] = queue.Queue()
        self.process.stdin.write(json.dumps({"ask": self._count, **question}).encode() + b"\n")
        self.process.stdin.flush()

        def wait(seconds=DEADLINE):
            try:
                return answer.get(timeout=seconds)
            except queue.Empty:
                raise AssertionError(f"no answer to {str(question)[:300]} in {seconds} s; standard error: "
                                     f"{self.err.all()}") from None
        return wait

    def ask(self, **question):
        said = self.ask_later(**question)()
        if "error" in said:
            raise AssertionError(f"{str(question)[:300]}: {said['error']}")
        return said
