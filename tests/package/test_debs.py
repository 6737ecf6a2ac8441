#!/usr/bin/env python3
"""What CPack makes of this build: the packages for Debian and the archive, without installing one of them.

installer/test-packages.sh installs, runs, upgrades and purges them in a clean system.
"""
import glob
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ["PIGEON_BUILD"]
CPACK = os.environ["CPACK"]
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
from fixture import BrokerTest  # noqa: E402  pylint: disable=wrong-import-position

FOR_DEVELOPERS = {"architecture.md", "conformance.md", "performance.md", "security.md"}
OF_THE_WINDOW = {"window.md"}
DOCUMENTS = ({name for name in os.listdir(os.path.join(TOP, "docs")) if name.endswith(".md")}
             - FOR_DEVELOPERS - OF_THE_WINDOW)
# What pigeon-broker lays down, no more and no less. A new file is asked for here.
BROKER = {
    "./etc/pigeon/conf.d/README", "./etc/pigeon/pigeond.conf", "./lib/systemd/system/pigeond.service",
    "./usr/bin/pigeond", "./usr/share/man/man5/pigeond.conf.5.gz", "./usr/share/man/man8/pigeond.8.gz",
    *(f"./usr/share/doc/pigeon-broker/{name}" for name in {"changelog.Debian.gz", "copyright"} | DOCUMENTS),
}
# The same of pigeon.
WINDOW = {
    "./usr/bin/pigeon", "./usr/share/applications/pigeon.desktop",
    "./usr/share/icons/hicolor/scalable/apps/pigeon.svg", "./usr/share/man/man1/pigeon.1.gz",
    *(f"./usr/share/doc/pigeon/{name}" for name in {"changelog.Debian.gz", "copyright"} | OF_THE_WINDOW),
}
PROGRAM = os.path.join(BUILD, "bin", "pigeon") # of a build with a window


def run(*command, **named):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120, **named).stdout


def setUpModule():
    global WORK, FOLDER, HAD_CONFIGURATION
    HAD_CONFIGURATION = os.path.exists("/etc/pigeon")
    WORK = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(WORK.cleanup)
    FOLDER = WORK.name
    run(CPACK, "-G", "DEB;TGZ", "--config", os.path.join(BUILD, "CPackConfig.cmake"), "-B", FOLDER)


def package(name):
    (found,) = glob.glob(os.path.join(FOLDER, f"{name}_*.deb"))
    return found


def contents(deb):
    """path -> (mode, owner) of all that is no folder."""
    lines = (line.split(None, 5) for line in run("dpkg-deb", "--contents", deb).splitlines())
    return {line[5]: (line[0], line[1]) for line in lines if not line[0].startswith("d")}


class Packages(BrokerTest):
    def setUp(self):
        pass # a test starts its broker itself

    def field(self, deb, name):
        return run("dpkg-deb", "--field", deb, name).strip()

    def test_nothing_is_laid_down_outside(self):
        self.assertEqual(os.path.exists("/etc/pigeon"), HAD_CONFIGURATION)

    def test_the_brokers_files(self):
        files = contents(package("pigeon-broker"))
        self.assertEqual(set(files), BROKER)
        for path, (mode, owner) in files.items():
            self.assertEqual(owner, "root/root", path)
            self.assertEqual(mode, "-rwxr-xr-x" if path.startswith("./usr/bin/") else "-rw-r--r--", path)

    def test_the_broker_needs_what_it_uses_and_no_window(self):
        needed = self.field(package("pigeon-broker"), "Depends")
        for name in ("adduser", "init-system-helpers", "libargon2-1", "libc6", "libqt6core6", "libqt6network6", "libqt6sql6",
                     "libqt6sql6-sqlite", "libqt6websockets6"):
            self.assertRegex(needed, rf"(^|, ){re.escape(name)}( |,|$)")
        self.assertNotRegex(needed, r"qt6(gui|widgets)")

    def test_the_brokers_scripts(self):
        folder = os.path.join(FOLDER, "control")
        run("dpkg-deb", "--control", package("pigeon-broker"), folder)
        self.assertEqual(set(os.listdir(folder)), {"conffiles", "control", "md5sums", "postinst", "postrm", "prerm"})
        for script in ("postinst", "postrm", "prerm"):
            self.assertTrue(os.access(os.path.join(folder, script), os.X_OK), script)
            run("sh", "-n", os.path.join(folder, script))
        with open(os.path.join(folder, "conffiles"), encoding="utf-8") as file:
            marked = file.read().split()
        # What is in /etc is the operator's as soon as it is there.
        self.assertEqual(set(marked), {path[1:] for path in BROKER if path.startswith("./etc/")})

    def test_the_packaged_configuration_is_for_this_machine_only_and_keeps_what_it_acknowledges(self):
        root = os.path.join(FOLDER, "root")
        run("dpkg-deb", "--extract", package("pigeon-broker"), root)
        os.makedirs(os.path.join(root, "var/lib/pigeon"))
        path = os.path.join(root, "etc/pigeon/pigeond.conf")
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"(?m)^(\w+) /", rf"\1 {root}/", file.read()).replace("listener 1883", "listener 0")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        broker = self.start_broker("-c", path, port=None)
        self.assertRegex("\n".join(broker.err.all()), r"port \d+ on localhost; every client")
        self.assertEqual(broker.stop(), 0)
        self.assertTrue(os.path.isfile(os.path.join(root, "var/lib/pigeon/pigeon.db")))

    def test_the_unit_starts_what_the_package_has(self):
        with open(os.path.join(BUILD, "installer", "pigeond.service"), encoding="utf-8") as file:
            unit = file.read()
        self.assertRegex(unit, r"(?m)^ExecStart=/usr/bin/pigeond .*-c /etc/pigeon/pigeond\.conf")
        self.assertRegex(unit, r"(?m)^StateDirectory=pigeon$")
        self.assertNotIn("@", unit)

    @unittest.skipUnless(os.path.exists(PROGRAM), "this build has no window")
    def test_the_windows_files(self):
        deb = package("pigeon")
        self.assertEqual(set(contents(deb)), WINDOW)
        needed = self.field(deb, "Depends")
        for name in ("libqt6gui6", "libqt6widgets6", "libqt6svg6", "libqt6sql6-sqlite", "libargon2-1"):
            self.assertRegex(needed, rf"(^|, ){re.escape(name)}( |,|$)")

    @unittest.skipUnless(os.path.exists(PROGRAM), "this build has no window")
    def test_the_windows_entry_starts_what_the_package_has(self):
        with open(os.path.join(TOP, "installer", "pigeon.desktop"), encoding="utf-8") as file:
            entry = file.read()
        for line in ("Exec=pigeon", "Icon=pigeon", "Terminal=false"):
            self.assertIn(f"\n{line}\n", entry)

    @unittest.skipUnless(os.path.exists(PROGRAM), "this build has no window")
    def test_the_windows_manual_page_knows_every_option(self):
        with open(os.path.join(BUILD, "installer", "pigeon.1"), encoding="utf-8") as file:
            page = file.read().replace("\\-", "-")
        options = re.findall(r"(?m)^ +(?:-\w, |    )(--[\w-]+)", run(PROGRAM, "--help"))
        self.assertGreater(len(options), 3)
        for option in options:
            self.assertIn(option, page)

    def test_the_librarys_files(self):
        deb = package("libpigeon-dev")
        files = contents(deb)
        headers = {f"./usr/include/pigeon/{os.path.basename(path)}"
                   for path in glob.glob(os.path.join(TOP, "libbroker", "include", "pigeon", "*.h"))}
        self.assertEqual({path for path in files if path.startswith("./usr/include/")}, headers)
        for name in ("libpigeonbroker.a", "cmake/Pigeon/PigeonConfig.cmake", "cmake/Pigeon/PigeonTargets.cmake"):
            self.assertTrue(any(re.fullmatch(rf"\./usr/lib/([\w-]+/)?{re.escape(name)}", path) for path in files), name)
        self.assertFalse([path for path in files if path.startswith(("./etc/", "./usr/bin/"))])
        for name in ("qt6-base-dev", "qt6-websockets-dev", "libargon2-dev", "libssl-dev", "libqt6sql6-sqlite"):
            self.assertIn(name, self.field(deb, "Depends"))

    def test_the_archive(self):
        (path,) = glob.glob(os.path.join(FOLDER, "*.tar.gz"))
        with tarfile.open(path) as archive:
            names = [name.partition("/")[2] for name in archive.getnames()]
            archive.extractall(os.path.join(FOLDER, "archive"))
        for name in ("bin/pigeond", "include/pigeon/broker.h", "share/doc/pigeon/LICENSE", "share/doc/pigeon/pigeond.conf"):
            self.assertIn(name, names)
        self.assertFalse([name for name in names if name.startswith(("etc", "usr", "var", "lib/systemd"))])
        (program,) = glob.glob(os.path.join(FOLDER, "archive", "*", "bin", "pigeond"))
        self.assertRegex(run(program, "--version"), r"^pigeond \d+\.\d+\.\d+")

    def test_the_manual_pages_know_every_option_and_every_key(self):
        with open(os.path.join(BUILD, "installer", "pigeond.8"), encoding="utf-8") as file:
            page = file.read().replace("\\-", "-")
        for option in re.findall(r"(?m)^ +(?:-\w, |    )(--[\w-]+)", run(os.path.join(BUILD, "bin", "pigeond"), "--help")):
            self.assertIn(option, page)
        with open(os.path.join(BUILD, "installer", "pigeond.conf.5"), encoding="utf-8") as file:
            page = file.read().replace("\\-", "-")
        with open(os.path.join(TOP, "docs", "options.md"), encoding="utf-8") as file:
            keys = re.findall(r"(?m)^\| `([^`]+)` \|", file.read())
        self.assertGreater(len(keys), 150)
        for key in keys:
            self.assertRegex(page, rf"(?m)^\.BR? {re.escape(key)}( |$)")


if __name__ == "__main__":
    unittest.main()
