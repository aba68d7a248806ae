"""What tests/boot/run and tests/cli/run, the suites that test the booted system, have in common: their
options, the environment of the tested program, the report."""
import argparse
import concurrent.futures
import os
import pathlib
import re
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent


class Outcome:
    """The outcome of one test: passed, failed or skipped, and details of a failure."""

    def __init__(self, name, state, detail=""):
        self.name, self.state, self.detail = name, state, detail


def environment(boot_dir):
    """An environment in which results don't depend on who runs the tests, or where."""
    kept = {name: os.environ[name]
            for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TMPDIR")
            if name in os.environ}
    folder = str(boot_dir).replace("%", "%%").replace(":", "%:")
    return kept | {"SCHEMEHEAPDIRS": folder, "HOME": "/nonexistent", "TERM": "dumb",
                   "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def release_of(boot_dir):
    """The release's name, by the version number in the header of its petite.boot."""
    with open(boot_dir / "petite.boot", "rb") as file:
        digits = file.read(16)[8:]
    version = 0
    for byte in digits:
        version = version << 7 | byte & 0x7F
        if byte < 0x80:
            break
    *parts, last = version.to_bytes(4, "big")
    name = ".".join(map(str, parts))
    return name + (f"{'.' if version < 0x09090900 else '-pre-release.'}{last}" if last else "")


def left_out(suite, host, names):
    """The tests of a suite that a host can't pass and why: {name: reason}, from the file tests/hosts/HOST if there
    is one. names: all tests. FILE: * is all of a file's."""
    path, result, reason = TOP / "tests/hosts" / host, {}, None
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line.endswith(":"):
            reason = line[:-1]
        elif line.startswith(f"{suite} "):
            pattern = line[len(suite) + 1:]
            found = [n for n in names if n == pattern or pattern.endswith(": *") and n.startswith(pattern[:-1])]
            if not found or reason is None:
                sys.exit(f"{path}: found \"{line}\", expected a reason before it, and a test of that name")
            result |= dict.fromkeys(found, reason)
    return result


def option_parser(description):
    """The options of both suites."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=TOP / "build/release/tools/coracle",
                        help="the program to test (build/release/tools/coracle)")
    parser.add_argument("--boot-dir", type=pathlib.Path,
                        default=os.environ.get("CORACLE_BOOT", TOP / ".cache/chez/10.0.0"),
                        help="the folder of petite.boot and scheme.boot (CORACLE_BOOT, .cache/chez/10.0.0)")
    parser.add_argument("--host", default="posix", metavar="NAME",
                        help="the host that the program is built for: posix, none or wasm")
    parser.add_argument("--filter", type=re.compile, metavar="REGEX",
                        help="only the tests whose 'file: name' contains this")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time (2)")
    parser.add_argument("--timeout", type=float, default=180, metavar="SECONDS",
                        help="for each process (180)")
    parser.add_argument("--list", action="store_true", help="print the names of the tests")
    parser.add_argument("--times", action="store_true",
                        help="print the seconds of each test, or of each file of tests")
    return parser


def chosen(names, options):
    """The names that the options select."""
    return [name for name in names if options.filter is None or options.filter.search(name)]


def run_suite(names, subjects, run, options):
    """Runs a suite; returns the exit status. names: the names of the selected tests. run: returns the
    outcomes of one of the subjects, which are pairs (title, subject)."""
    program = pathlib.Path(sys.argv[0]).resolve().relative_to(TOP)
    if not names:
        print(f"{program}: no test matches {options.filter.pattern}", file=sys.stderr)
        return 1
    if options.list:
        print("\n".join(names))
        return 0
    options.binary = options.binary.resolve()
    options.boot_dir = options.boot_dir.resolve()
    absent = [name for name in ("petite.boot", "scheme.boot")
              if not (options.boot_dir / name).is_file()]
    options.missing = f"{options.boot_dir} has no {' and no '.join(absent)}" if absent else None
    options.release = None if absent else release_of(options.boot_dir)
    if not options.missing and not options.binary.is_file():
        print(f"{program}: cannot find the program {options.binary}", file=sys.stderr)

    def timed(subject):
        started = time.monotonic()
        result = run(subject, options)
        return result, time.monotonic() - started

    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, options.jobs)) as pool:
        futures = [(title, pool.submit(timed, subject)) for title, subject in subjects]
        for title, future in futures:
            found, seconds = future.result()
            outcomes += found
            if options.times and found:
                print(f"{seconds:7.1f} s  {title}: {len(found)} of its tests")

    for outcome in outcomes:
        if outcome.state == "failed":
            print(f"FAILED {outcome.name}\n{outcome.detail}")
        elif outcome.state == "skipped":
            print(f"skipped {outcome.name} ({outcome.detail})")
    count = {state: sum(o.state == state for o in outcomes)
             for state in ("passed", "failed", "skipped")}
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] else 0
