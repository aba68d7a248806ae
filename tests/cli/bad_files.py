"""Files that are not what the program expects, made from the genuine ones: boot files that are
something else, cut short, of another machine or release, or damaged; object files that are
damaged. The contract: a message that names file and offset, status 1, no crash, bounded memory. For
object files it is a Scheme error, after which the prompt goes on."""
import os
import re
import struct

from support import Skipped, test

# The file, an offset, a message: "petite.boot+0x1a2c: ...".
PLACE = r"bad\.boot\+0x[0-9a-f]+: \S"
MAGIC = b"\0\0\0\0chez"
MEMORY = 2 << 30  # the most that a program may allocate that refuses a file of a few megabytes


def uptr(data, at):
    """Reads an unsigned number, seven bits per byte, the most significant first: its value and its end."""
    value = 0
    while True:
        byte = data[at]
        value = value << 7 | byte & 0x7F
        at += 1
        if byte & 0x80 == 0:
            return value, at


class Image:
    """A boot file taken apart: the places of its header's fields and its objects."""

    def __init__(self, data):
        assert data.startswith(MAGIC)
        self.data = data
        self.version_at = 8
        _, self.machine_at = uptr(data, self.version_at)
        _, end = uptr(data, self.machine_at)
        at = data.index(b")", end) + 1
        self.objects = []  # (offset of its size, offset of its contents, their length)
        while at < len(data):
            if data.startswith(MAGIC, at):
                _, at = uptr(data, at + 8)
                _, at = uptr(data, at)
                at = data.index(b")", at) + 1
                continue
            size, start = uptr(data, at + 1)
            self.objects.append((at + 1, start, size))
            at = start + size


def petite(t):
    return (t.boot_dir / "petite.boot").read_bytes()


def refused(t, content, *parts, place=PLACE):
    """Checks that the content, as a boot file, is refused with a message that contains the parts."""
    t.write("bad.boot", content)
    run(t, "-b", "bad.boot", "-q").expect(1, "", err_has=parts, err_matches=place)


def run(t, *arguments, input=""):
    return t.run(*arguments, input=input, memory=None if t.sanitized else MEMORY)


def patched(data, at, replacement):
    return data[:at] + bytes(replacement) + data[at + len(replacement):]


@test("a boot file that is not there", coracle_only=True)
def _(t):
    t.run("-b", "none.boot").expect(1, "", err_has="none.boot")


@test("no boot files anywhere", coracle_only=True)
def _(t):
    t.run("-q", input="1", env={"SCHEMEHEAPDIRS": "/nonexistent"}).expect(1, "",
        err_has=("scheme.boot", "/nonexistent", "a colon at its end adds the usual ones"))


@test("a folder as a boot file", coracle_only=True)
def _(t):
    (t.folder / "bad.boot").mkdir()
    t.run("-b", "bad.boot").expect(1, "", err_has="bad.boot")


@test("an empty boot file", coracle_only=True)
def _(t):
    refused(t, b"")


@test("a text as a boot file", coracle_only=True)
def _(t):
    refused(t, b"(display 'hello)\n" * 100)


@test("zeros as a boot file", coracle_only=True)
def _(t):
    refused(t, bytes(100000))


@test("a compressed file as a boot file", coracle_only=True)
def _(t):
    refused(t, bytes([0x1F, 0x8B, 8, 0]) + bytes(range(256)) * 10)


@test("the header alone", coracle_only=True)
def _(t):
    data = petite(t)
    refused(t, data[:Image(data).objects[0][0] - 1])


@test("cut short within the header", coracle_only=True)
def _(t):
    data = petite(t)
    for length in (1, 4, 7, 8, 9, 12, 13, 14):
        refused(t, data[:length])


@test("cut short in its middle", coracle_only=True)
def _(t):
    data = petite(t)
    for part in (1, 3, 5, 7):
        refused(t, data[:len(data) * part // 8])


@test("cut short by one byte", coracle_only=True)
def _(t):
    refused(t, petite(t)[:-1])


@test("cut short between two objects", coracle_only=True)
def _(t):
    data = petite(t)
    image = Image(data)
    size_at, start, size = image.objects[len(image.objects) // 2]
    t.write("bad.boot", data[:start + size])
    result = run(t, "-b", "bad.boot", "-q", input="1")
    assert result.status is not None and result.status >= 0, f"it crashed: {result.status}\n{result.err}"
    result.expect(1, "", err_has="bad.boot")


@test("a boot file for a native machine type", coracle_only=True)
def _(t):
    data = petite(t)
    refused(t, patched(data, Image(data).machine_at, [29]), "a6nt", "pb")


@test("a boot file for a threaded machine type", coracle_only=True)
def _(t):
    data = petite(t)
    refused(t, patched(data, Image(data).machine_at, [2]), "tpb", "pb")


@test("a boot file for an unknown machine type", coracle_only=True)
def _(t):
    data = petite(t)
    refused(t, patched(data, Image(data).machine_at, [127]), "127")


@test("a boot file of an unknown release", coracle_only=True)
def _(t):
    data = petite(t)
    at = Image(data).version_at
    # A version number with as many digits as a release's: 10.0.0 is 10 << 24; this is 99.9.9.
    version = 99 << 24 | 9 << 16 | 9 << 8
    digits = [version >> shift & 0x7F | (0x80 if shift else 0) for shift in (28, 21, 14, 7, 0)]
    refused(t, data[:at] + bytes(digits) + data[Image(data).machine_at:], "99.9.9", "10.0.0",
            "10.2.0-pre-release.2", "9.5.9.8", "CONTRIBUTING.md")


@test("a version of too many bytes", coracle_only=True)
def _(t):
    data = petite(t)
    at = Image(data).version_at
    refused(t, data[:at] + b"\xff" * 200 + data[at:])


@test("a list of base files without end", coracle_only=True)
def _(t):
    data = petite(t)
    refused(t, data[:Image(data).machine_at + 1] + b"(" + b"x" * 1000000)


@test("a size greater than the rest of the file", coracle_only=True)
def _(t):
    data = petite(t)
    size_at, start, _ = Image(data).objects[0]
    for digits in ([0xFF, 0xFF, 0xFF, 0x7F], [0xFF] * 8 + [0x7F]):
        refused(t, data[:size_at] + bytes(digits) + data[start:])


@test("a last object longer than the rest of the file", coracle_only=True)
def _(t):
    data = petite(t)
    size_at, start, size = Image(data).objects[-1]
    width = start - size_at
    bigger = size + 1000
    digits = [bigger >> 7 * i & 0x7F | (0x80 if i else 0) for i in reversed(range(max(width, 2)))]
    refused(t, data[:size_at] + bytes(digits) + data[start:])


@test("an unknown fasl code", coracle_only=True)
def _(t):
    data = petite(t)
    _, start, _ = Image(data).objects[0]
    refused(t, patched(data, start + 2, [0xFE]), "254")


@test("an unknown compression", coracle_only=True)
def _(t):
    data = petite(t)
    _, start, _ = Image(data).objects[0]
    refused(t, patched(data, start, [0x63]))


@test("an unknown situation", coracle_only=True)
def _(t):
    data = petite(t)
    size_at, _, _ = Image(data).objects[0]
    refused(t, patched(data, size_at - 1, [0x7B]))


@test("uncompressed objects marked as gzip and as LZ4", coracle_only=True)
def _(t):
    data = petite(t)
    _, start, size = Image(data).objects[0]
    for compression in (45, 46):  # gzip and LZ4
        refused(t, patched(data, start, [compression]))


@test("scheme.boot without petite.boot", coracle_only=True)
def _(t):
    (t.folder / "bad.boot").write_bytes((t.boot_dir / "scheme.boot").read_bytes())
    t.run("-b", "bad.boot", "-q", input="1", env={"SCHEMEHEAPDIRS": "/nonexistent"}).expect(1, "",
        err_has="petite")


def damaged_boot(t, places):
    """Changes one byte at each of the places. The file is refused, or it boots; there is never a
    crash or a hang. (The changed byte may be in a string, or in code that never runs.)"""
    data = petite(t)
    wrong = []
    for at, change in places(data):
        t.write("bad.boot", patched(data, at, [data[at] ^ change]))
        result = run(t, "-b", "bad.boot", "-q", input="(+ 1 2)")
        if result.status is None:
            wrong.append(f"offset {at:#x} ^ {change:#x}: it doesn't end")
        elif result.status < 0:
            wrong.append(f"offset {at:#x} ^ {change:#x}: signal {-result.status}: {result.err[-200:]}")
    assert not wrong, "\n".join(wrong)


@test("a damaged byte near the beginning of an object", coracle_only=True)
def _(t):
    def places(data):
        objects = Image(data).objects
        for i in range(0, len(objects), max(1, len(objects) // 12)):
            _, start, size = objects[i]
            yield start + min(size - 1, 2 + i % 7), 0x40
    damaged_boot(t, places)


@test("a damaged size", coracle_only=True)
def _(t):
    def places(data):
        objects = Image(data).objects
        for i in range(0, len(objects), max(1, len(objects) // 8)):
            yield objects[i][0], 0x05
    damaged_boot(t, places)


# --- Object files.

SOURCE = "(define data '(a \"string\" 1.5 #(1 2 3) 123456789012345678901234567890 #vu8(1 2 3)))" + \
         "(define (twice x) (if (pair? x) (map twice x) (list x x)))" * 5


def object_file(t, compressed="#f", format="lz4"):
    t.write("o.ss", SOURCE)
    t.run("-q",
          input=f"(compile-file-message #f)(fasl-compressed {compressed})(compress-format '{format})"
                      f"(compile-file \"o.ss\" \"o.so\")").expect(0, None, "")
    return (t.folder / "o.so").read_bytes()


def load(t, content):
    t.write("bad.so", content)
    return run(t, "-q", input='(load "bad.so")\n(+ 1 2)\n')


@test("an object file cut short is an error, and the prompt goes on", coracle_only=True)
def _(t):
    data = object_file(t)
    for length in (len(data) // 3, len(data) - 5):
        load(t, data[:length]).expect(0, "3\n", err_matches=r"Exception")


@test("an object file of another machine", coracle_only=True)
def _(t):
    data = object_file(t)
    load(t, patched(data, Image(data).machine_at, [33])).expect(0, "3\n", err_has="Exception",
            err_matches="a6le|incompatible")


@test("an object file of another release", coracle_only=True)
def _(t):
    data = object_file(t)
    load(t, patched(data, 8, [0xD8])).expect(0, "3\n", err_has="Exception")


@test("an object file with an unknown fasl code", coracle_only=True)
def _(t):
    data = object_file(t)
    _, start, _ = Image(data).objects[0]
    load(t, patched(data, start + 2, [0xFE])).expect(0, "3\n", err_has="Exception")


@test("a bad LZ4 block in an object file", coracle_only=True)
def _(t):
    bad_block(t, "lz4")


@test("a bad gzip block in an object file", coracle_only=True)
def _(t):
    bad_block(t, "gzip")


def bad_block(t, format):
    data = object_file(t, "#t", format)
    _, start, size = max(Image(data).objects, key=lambda o: o[2])
    if size < 40:
        raise Skipped("the compiler wrote no compressed object")
    # Past the compression, the kind and the uncompressed size: the block itself.
    load(t, patched(data, start + 8, b"\xff" * (size - 8))).expect(0, "3\n", err_has="Exception")
    # The uncompressed size, changed to four gigabytes.
    _, after = uptr(data, start + 2)
    load(t, data[:start + 2] + bytes([0x8F, 0xFF, 0xFF, 0xFF, 0x7F]) + data[after:]).expect(0,
        "3\n", err_has="Exception")


@test("a source file with the bytes of a float", coracle_only=False)
def _(t):
    t.write("bytes.ss",
            b"(display 'ok)\n;" + struct.pack("<d", 1.5).replace(b"\n",
                    b" ") + b"\n(display 'more)")
    t.run("-q", "bytes.ss").expect(0, "okmore", None)


# --- Compiled libraries.

LIBRARY = "(library (lib) (export answer) (import (chezscheme)) (define answer (car '({}))))"
IMPORT = "(import (lib))\n(display answer)\n"


def damaged_library(t, damage):
    """A library's source, newer than a compiled file of it that is damaged; what its import then prints."""
    t.write("lib.ss", LIBRARY.format("old " + "x " * 500))
    t.run("-q", input='(compile-file-message #f) (compile-library "lib.ss")').expect(0)
    t.write("lib.so", damage((t.folder / "lib.so").read_bytes()))
    # Its source differs, so that it is seen which one was loaded; the compiled file is not older.
    t.write("lib.ss", LIBRARY.format("source"))
    os.utime(t.folder / "lib.so", (2_000_000_000, 2_000_000_000))
    return t.run("-q", input=IMPORT)


@test("a compiled library cut short: its source is loaded")
def _(t):
    for part in (2, 4, 7):
        damaged_library(t, lambda data: data[:len(data) * part // 8]).expect(0, "source", "")


@test("a compiled library that is whole is loaded")
def _(t):
    damaged_library(t, lambda data: data).expect(0, "old", "")


@test("a compiled library of another release: its source is loaded")
def _(t):
    damaged_library(t, lambda data: patched(data, 8, [0xD8])).expect(0, "source", "")


@test("what can't be loaded is among the irritants of its condition", coracle_only=True)
def _(t):
    data = object_file(t)
    t.write("50%~a.so", data[:len(data) // 2])
    run(t, "-q", input="""(guard (c [#t (display-condition c) (newline) (write (condition-irritants c))])
  (load "50%~a.so"))""").expect(0, None, "", out_has=("Exception", "50%~a.so+0x", '("50%~a.so")'))


@test("--data-only: fasl-read takes data and refuses code, and so does load", coracle_only=True)
def _(t):
    object_file(t)
    t.write("data.ss", """
(define (save name object)
  (let ([port (open-file-output-port name (file-options no-fail))])
    (fasl-write object port)
    (close-port port)))
(define-record-type point (fields x) (nongenerative point-8f2a))
(save "data.fasl" (vector 'a "b" 1.5 (make-point 3) (expt 7 50)))""")
    t.run("--script", "data.ss").expect(0, "", "")
    t.write("read.ss", """
(define (restore name)
  (guard (c [#t (display-condition c) (newline)])
    (let ([port (open-file-input-port name)])
      (do ([object (fasl-read port) (fasl-read port)])
          ((eof-object? object))
        (write object)
        (newline)))))
(restore "data.fasl")
(restore "o.so")
(guard (c [#t (display-condition c) (newline)]) (load "o.so"))
(display ((eval '(lambda (x) (* x x))) 5))""")
    refused = "found fasl (code|closure) .*, expected data without code"
    t.run("--data-only", "--script", "read.ss").expect(
        0, None, "", out_has=("#(a \"b\" 1.5 ", "25"))
    result = t.run("--data-only", "--script", "read.ss")
    assert len(re.findall(refused, result.out)) == 2, result.out
    assert "expected data" not in t.run("--script", "read.ss").out
