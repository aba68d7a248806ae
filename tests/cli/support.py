"""Support for the tests of the command line: the list of tests, and the context that a test gets, with
which it runs the program in a folder of its own or talks to it on a terminal."""
import codecs
import contextlib
import difflib
import os
import pty
import re
import select
import signal
import subprocess
import time

TESTS = []


# What a script says when a test may go on (Test.ready).
READY = '(display "ready") (newline) (flush-output-port)'


class Skipped(Exception):
    """Raised by a test that can't run here; the text says why."""


class Test:
    def __init__(self, name, function, coracle_only):
        self.name, self.function, self.coracle_only = name, function, coracle_only


def add(name, function, coracle_only=False):
    assert all(test.name != name for test in TESTS), f"two tests are called {name}"
    TESTS.append(Test(name, function, coracle_only))


def test(name, coracle_only=False):
    """Registers a function of a context as a test. coracle_only: Chez's own kernel behaves differently."""
    def register(function):
        add(name, function, coracle_only)
        return function
    return register


def show(text):
    return "".join(f"    | {line}\n" for line in text.splitlines()) or "    | (nothing)\n"


class Result:
    """The result of a run of the program."""

    def __init__(self, command, status, out, err):
        self.command, self.status, self.out, self.err = command, status, out, err

    def fail(self, what):
        status = self.status
        if status is not None and status < 0:
            status = f"died of signal {-status}"
        raise AssertionError(f"{what}\ncommand: {' '.join(self.command)}\nstatus: {status}\n"
                             f"standard output:\n{show(self.out)}standard error:\n{show(self.err)}")

    def expect(self, status=0, out=None, err=None, out_has=(), err_has=(), err_matches=None):
        """Checks the status and, if given, a whole output or parts of it."""
        if self.status is None:
            self.fail("it was still running at the time limit")
        if status is not None and self.status != status:
            self.fail(f"expected status {status}, got {self.status}")
        for name, expected, actual in (("output", out, self.out), ("error output", err, self.err)):
            if expected is not None and expected != actual:
                difference = "\n".join(difflib.unified_diff(
                    expected.splitlines(), actual.splitlines(), "expected", "actual", lineterm=""))
                self.fail(f"the {name} differs:\n{difference}")
        for part in (out_has,) if isinstance(out_has, str) else out_has:
            if part not in self.out:
                self.fail(f"expected on standard output: {part}")
        for part in (err_has,) if isinstance(err_has, str) else err_has:
            if part not in self.err:
                self.fail(f"expected on standard error: {part}")
        if err_matches is not None and not re.search(err_matches, self.err):
            self.fail(f"expected on standard error a match of: {err_matches}")
        return self


class Terminal:
    """The program on a pseudo-terminal."""

    def __init__(self, command, folder, env, timeout):
        self.timeout, self.seen = timeout, ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                os.execve(command[0], command, env)
            finally:
                os._exit(127)

    def wait_for(self, pattern):
        """Reads until the unread output matches the pattern; returns the output up to the end of the match."""
        end = time.monotonic() + self.timeout
        while True:
            found = re.search(pattern, self.seen)
            if found:
                before, self.seen = self.seen[:found.end()], self.seen[found.end():]
                return before.replace("\r\n", "\n")
            data = self.read(end - time.monotonic())
            if not data:
                raise AssertionError(f"expected {pattern!r}, found\n{show(self.seen)}")
            self.seen += data

    def read(self, seconds):
        """The output that comes within this many seconds; empty if there is none."""
        if seconds <= 0 or not select.select([self.fd], [], [], seconds)[0]:
            return ""
        try:
            return self.decoder.decode(os.read(self.fd, 65536))
        except OSError:
            return ""

    def type(self, text):
        self.type_bytes(text.encode("utf-8"))

    def type_bytes(self, data):
        os.write(self.fd, data)

    def ask(self, line, prompt=r"\n> "):
        """Types a line; returns what is printed before the next prompt."""
        self.type(line + "\n")
        answer = self.wait_for(prompt)
        return re.sub(prompt + r"\Z", "", answer.removeprefix(line)).strip("\n")

    def status(self):
        """Waits for the end; returns the exit status, or minus the signal."""
        end = time.monotonic() + self.timeout
        while time.monotonic() < end:
            # Remaining output must be read, or the program may wait for a reader.
            if self.fd is None:
                time.sleep(0.02)
            elif select.select([self.fd], [], [], 0.02)[0]:
                try:
                    os.read(self.fd, 65536)
                except OSError:
                    pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = None
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the program did not end")

    def hang_up(self):
        """Closes the terminal under the program."""
        os.close(self.fd)
        self.fd = None

    def close(self):
        if self.pid is not None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.fd is not None:
            os.close(self.fd)


class Context:
    """The context of a test."""

    def __init__(self, binary, boot_dir, release, folder, env, timeout):
        self.binary, self.boot_dir, self.release, self.folder = binary, boot_dir, release, folder
        self.env, self.timeout = env, timeout
        self.terminals = []

    @property
    def sanitized(self):
        """Whether the program is built with a sanitizer, which reserves terabytes, so that memory can't be limited."""
        return b"__asan_init" in self.binary.read_bytes()

    def write(self, name, content):
        """Writes a file in the test's folder; returns its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def start(self, *arguments, env=(), **more):
        """Starts a process, not on a terminal, for tests that do more than wait for its end."""
        return subprocess.Popen([str(self.binary), *map(str, arguments)], cwd=self.folder,
                                env=self.env | dict(env), stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def run(self, *arguments, input="", env=(), name=None, memory=None, limits=""):
        """Runs the program to its end. name: started by that link in the folder of the test.
        memory: how many bytes of address space it may take. limits: commands of a shell that starts
        the program in turn."""
        command = [str(self.binary), *map(str, arguments)]
        if name is not None:
            link = self.folder / name
            link.symlink_to(self.binary)
            command[0] = str(link)
        if memory is not None:
            limits += f"ulimit -v {memory // 1024};"
        if limits:
            command = ["/bin/sh", "-c", f'{limits} exec "$@"', "sh"] + command
        full = {key: value for key, value in (self.env | dict(env)).items() if value is not None}
        try:
            done = subprocess.run(command, cwd=self.folder, env=full, input=input.encode("utf-8"),
                                  capture_output=True, timeout=self.timeout)
        except subprocess.TimeoutExpired as late:
            return Result(command, None, (late.stdout or b"").decode("utf-8", "replace"),
                          (late.stderr or b"").decode("utf-8", "replace"))
        return Result(command, done.returncode, done.stdout.decode("utf-8", "replace"),
                      done.stderr.decode("utf-8", "replace"))

    def script(self, text, *arguments, options=(), env=(), limits=""):
        """Runs the text as a script."""
        self.write("script.ss", text)
        return self.run(*options, "--script", "script.ss", *arguments, env=env, limits=limits)

    @contextlib.contextmanager
    def ready(self, text, **more):
        """Starts the text as a script; yields the process when it has printed "ready" (READY), and kills it in
        the end."""
        self.write("script.ss", text)
        process = self.start("-q", "--script", "script.ss", **more)
        try:
            line = process.stdout.readline()
            assert line == b"ready\n", f"got {line}, expected the line ready"
            yield process
        finally:
            process.kill()

    def terminal(self, *arguments, editor=False, env=(), before=()):
        """Starts the program on a terminal; before: a command that starts it in turn."""
        command = [*before, str(self.binary), *(() if editor else ("--eedisable",)),
                   *map(str, arguments)]
        terminal = Terminal(command, self.folder, self.env | dict(env), self.timeout)
        self.terminals.append(terminal)
        return terminal

    def close(self):
        for terminal in self.terminals:
            terminal.close()
