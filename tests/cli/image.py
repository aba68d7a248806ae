"""`coracle image`: what each subcommand makes and prints, of images and of Chez's own files; round trips; files
that are something else, cut short or damaged. The contract of bad files: a message that names file and offset,
status 1, nothing half written, bounded memory."""
import functools
import json
import os
import re
import signal
import time

from support import Skipped, add, test

MAGIC = b"\x89Coracle\r\n\x1a\n"
BOOT_FILES = ("petite.boot", "scheme.boot")


def image(t, *words, status=0, **more):
    """Runs a subcommand; errors are on standard error, and only there."""
    result = t.run("image", *words, memory=None if t.sanitized else 3 << 30, **more)
    return result.expect(status, None if status == 0 else "", err="" if status == 0 else None)


def refused(t, *words, says, status=1):
    result = image(t, *words, status=status)
    if not re.search(says, result.err):
        result.fail(f"expected on standard error a match of: {says}")


def as_json(t, *words, status=0):
    result = t.run("image", *words, "--json")
    result.expect(status, err="")
    return json.loads(result.out)


def compiled(t, name="lib", text='(define-record-type point (fields x y)) (define (distance p) (* (point-x p) 2.5))'):
    """A compiled file of Chez's, NAME.so."""
    t.write(f"{name}.ss", text)
    t.run("-q", input=f'(generate-inspector-information #f) (compile-file "{name}.ss")').expect(0, err="")
    return t.folder / f"{name}.so"


def small_boot_file(t, name="app", needs=("petite",)):
    """A boot file that needs others."""
    t.write(f"{name}.ss", '(define (app-main) (display "app"))')
    names = " ".join(f'"{n}"' for n in needs)
    t.run("-q", input=f"""(make-boot-file "{name}.boot" '({names}) "{name}.ss")""").expect(0, err="")
    return t.folder / f"{name}.boot"


def small_image(t, name="x.image", *options):
    """An image of a compiled file, a boot file, a file and a note."""
    compiled(t)
    small_boot_file(t)
    t.write("data", b"some data\n" * 100)
    image(t, "create", name, "app.boot", "lib.so", "--file", "share/data=data", "--note", "for people", *options)
    return t.folder / name


def end_of_version(fasl):
    """Where the last byte of the version is; that of the machine type follows."""
    at = 8
    while fasl[at] & 0x80:
        at += 1
    return at


# --- create and list

@test("image: create and list, of boot files", coracle_only=True)
def _(t):
    paths = [t.boot_dir / name for name in BOOT_FILES]
    image(t, "create", "both.image", *paths, "--level", "3").expect(0, "", "")
    found = as_json(t, "list", "both.image")
    assert found["format"] == "image" and found["release"] == t.release and found["machine"] == "pb", found
    assert found["needs"] == [] and found["byte_order"] == "any" and found["features"] == [], found
    sections = found["sections"]
    assert [(s["name"], s["kind"]) for s in sections] == [(name, "boot") for name in BOOT_FILES], sections
    stored = 0
    for section, path in zip(sections, paths):
        assert section["size"] == path.stat().st_size, section
        assert section["stored_size"] < section["size"] / 4 and section["blocks"] >= 1, section
        assert re.fullmatch("[0-9a-f]{32}", section["sum"]), section
        stored += section["stored_size"]
    assert stored < (t.folder / "both.image").stat().st_size < stored + 1000
    text = image(t, "list", "both.image").out
    assert f"both.image: Chez Scheme {t.release}, machine type pb\n" in text, text
    assert re.search(r"^petite\.boot +boot +\d+ +\d+ +\d+\.\d % +\d+  [0-9a-f]{32}$", text, re.MULTILINE), text
    assert "\x1b" not in text


@test("image: list of Chez's own files shows what they hold, and the same sum", coracle_only=True)
def _(t):
    path = t.boot_dir / "scheme.boot"
    found = as_json(t, "list", path)
    assert found["format"] == "fasl" and found["needs"] == ["petite"] and found["machine"] == "pb", found
    (section,) = found["sections"]
    assert section["kind"] == "boot" and section["stored_size"] == path.stat().st_size, section
    assert section["objects"] > 1 and section["size"] > 0, section
    image(t, "create", "one.image", path, "--level=0")
    (in_image,) = as_json(t, "list", "one.image")["sections"]
    assert in_image["sum"] == section["sum"] and in_image["size"] == section["stored_size"], in_image
    compiled(t)
    found = as_json(t, "list", "lib.so")
    assert found["sections"][0]["kind"] == "library" and found["needs"] == [], found
    text = image(t, "list", "lib.so").out
    assert re.search(r"^name +kind +size +stored +ratio +objects +sum$", text, re.MULTILINE), text


@test("image: kinds of sections come from the contents, and what the image needs from the boot files",
      coracle_only=True)
def _(t):
    small_image(t)
    found = as_json(t, "list", "x.image")
    assert [(s["name"], s["kind"]) for s in found["sections"]] == [
        ("app.boot", "boot"), ("lib.so", "library"), ("share/data", "file"), ("note", "note")], found
    assert found["needs"] == ["petite"], found
    os.rename(t.folder / "app.boot", t.folder / "renamed")
    image(t, "create", "y.image", "renamed", "data")
    kinds = [(s["name"], s["kind"]) for s in as_json(t, "list", "y.image")["sections"]]
    assert kinds == [("renamed", "boot"), ("data", "file")], kinds
    # A boot file in the image is what the next one needs; the image needs what the first one does.
    small_boot_file(t, "app")
    small_boot_file(t, "more", ("app", "other"))
    image(t, "create", "z.image", "app.boot", "more.boot")
    assert as_json(t, "list", "z.image")["needs"] == ["petite"]
    refused(t, "create", "z.image", "more.boot", "app.boot",
            says="app.boot: found a boot file that needs petite.boot, expected one that needs those before it")
    refused(t, "create", "z.image", *(t.boot_dir / name for name in reversed(BOOT_FILES)),
            says="petite.boot: found a boot file that needs no other after scheme.boot, expected it before")


@test("image: create is deterministic, and its options matter", coracle_only=True)
def _(t):
    first = small_image(t).read_bytes()
    assert first.startswith(MAGIC)
    path = t.boot_dir / "scheme.boot"
    sizes = {}
    for name, options in {"plain": ["--level=0"], "fast": ["--level=1"],
                          "unsorted": ["--level=1", "--no-filter"]}.items():
        image(t, "create", f"{name}.image", path, *options)
        sizes[name] = (t.folder / f"{name}.image").stat().st_size
    assert sizes["plain"] > path.stat().st_size > sizes["unsorted"] > sizes["fast"], sizes
    image(t, "create", "again.image", "app.boot", "lib.so", "--file=share/data=data", "--note=for people")
    assert (t.folder / "again.image").read_bytes() == first


@test("image: create refuses files of several releases or machine types", coracle_only=True)
def _(t):
    so = compiled(t).read_bytes()
    at = end_of_version(so)
    t.write("machine.so", so[:at + 1] + b"\x02" + so[at + 2:])
    refused(t, "create", "x.image", "lib.so", "machine.so",
            says=rf"machine\.so\+0x{at + 1:x}: found machine type \w+, expected pb, as in lib\.so$")
    t.write("release.so", so[:at] + bytes([so[at] ^ 1]) + so[at + 1:])
    refused(t, "create", "x.image", "lib.so", "release.so",
            says=rf"release\.so\+0x8: found release \S+, expected {re.escape(t.release)}, as in lib\.so$")
    assert not (t.folder / "x.image").exists()


@test("image: create leaves an image that is there until the new one is complete", coracle_only=True)
def _(t):
    small_image(t)
    before = (t.folder / "x.image").read_bytes()
    names = sorted(os.listdir(t.folder))
    t.write("cut.so", (t.folder / "lib.so").read_bytes()[:-1])
    refused(t, "create", "x.image", "cut.so", says=r"cut\.so\+0x[0-9a-f]+: found .*, expected ")
    refused(t, "create", "x.image", "lib.so", "lib.so", says="found two sections with the name lib.so, expected one")
    refused(t, "create", "x.image", "--file", "../a=data", says=r"found the part \. or \.\. of a path")
    refused(t, "create", "x.image", "none.so", says="none.so: No such file")
    refused(t, "create", "x.image", says="found nothing to put into the image, expected a file")
    refused(t, "create", "x.image", "x.image", says="x.image: found an image, expected a boot file or another file")
    refused(t, "create", "none/x.image", "lib.so", says="none/x.image: No such file")
    refused(t, "create", "/dev/null", "lib.so", says="/dev/null: found something that isn't a file")
    refused(t, "create", "lib.so", "lib.so", says="lib.so: found a file that isn't an image, expected a new file")
    assert (t.folder / "x.image").read_bytes() == before
    assert sorted(os.listdir(t.folder)) == sorted([*names, "cut.so"])
    image(t, "create", "x.image", "lib.so")
    assert [s["name"] for s in as_json(t, "list", "x.image")["sections"]] == ["lib.so"]
    image(t, "create", "cut.so", "lib.so", "--force")
    assert [s["name"] for s in as_json(t, "list", "cut.so")["sections"]] == ["lib.so"]


@test("image: create has no room for the image", coracle_only=True)
def _(t):
    compiled(t)
    t.write("noise", os.urandom(100_000))
    result = t.run("image", "create", "x.image", "lib.so", "noise", limits="trap '' XFSZ; ulimit -f 20;")
    result.expect(1, "", err_matches=r"^coracle image create: x\.image: File too large")
    assert "x.image" not in " ".join(os.listdir(t.folder))


@test("image: create tells on a terminal what it does, if that takes long", coracle_only=True)
def _(t):
    files = [t.boot_dir / name for name in BOOT_FILES]
    terminal = t.terminal("image", "create", "x.image", *files, "--level", "22", editor=True)
    terminal.wait_for(r"(petite|scheme)\.boot \([12] of 2\), \d+ s")
    assert terminal.status() == 0


@test("image: a script's compiled file is a library, its first line included", coracle_only=True)
def _(t):
    for name, first in ("a", "#! /usr/bin/env scheme-script"), ("b", "#!/usr/bin/env scheme-script"):
        t.write(f"{name}.ss", f'{first}\n(import (chezscheme)) (display "it runs")')
        t.run("-q", input=f'(compile-program "{name}.ss")').expect(0, err="")
        assert (t.folder / f"{name}.so").read_bytes().startswith(f"{first}\n".encode()), name
        t.run("--program", f"{name}.so").expect(0, "it runs", "")
    t.write("c.ss", "#! /usr/bin/env scheme-script\nsome text")
    image(t, "create", "x.image", "a.so", "b.so", "c.ss")
    sections = as_json(t, "list", "x.image")["sections"]
    assert [(s["name"], s["kind"]) for s in sections] == [
        ("a.so", "library"), ("b.so", "library"), ("c.ss", "file")], sections
    assert as_json(t, "list", "x.image")["release"] == t.release
    for file in "a.so", "x.image":
        found = as_json(t, "verify", file)
        assert found["sections"][0]["code_verified"] and found["sections"][0]["code"] > 0, found
        assert as_json(t, "objects", file)["objects"] > 0
        assert "literal" in image(t, "disassemble", file).out
    image(t, "diff", "x.image", "a.so").expect(0, out_has="the same: ")
    image(t, "extract", "x.image", "-C", "out")
    for name in "a.so", "b.so", "c.ss":
        assert (t.folder / "out" / name).read_bytes() == (t.folder / name).read_bytes(), name
    # Damage is named by its place in the file.
    data = (t.folder / "a.so").read_bytes()
    start = data.index(b"\n") + 1
    t.write("bad.so", data[:start + 4] + b"x" + data[start + 5:])
    refused(t, "verify", "bad.so", says=rf"bad\.so\+0x{start + 4:x}: found the byte 120, expected an image")
    t.write("cut.so", data[:-1])
    refused(t, "create", "y.image", "cut.so", says=r"cut\.so\+0x[0-9a-f]+: found ")
    # A line of another form is none.
    for line in "#!x", "#", "#!":
        t.write("other", f"{line}\n".encode() + data[start:])
        refused(t, "list", "other", says=r"other\+0x0: found the byte 35, expected an image")


@test("image: a signal that ends create leaves nothing half written", coracle_only=True)
def _(t):
    """Ctrl-C is status 130 to a shell."""
    t.write("x.image", "as it was")
    files = [t.boot_dir / name for name in BOOT_FILES]

    def end_create(by, **more):
        process = t.start("image", "create", "x.image", *files, "--level=22", "--force", **more)
        end = time.monotonic() + t.timeout
        while not any(".partial-" in name for name in os.listdir(t.folder)):
            assert time.monotonic() < end and process.poll() is None, "no partial file was seen"
            time.sleep(0.001)
        process.send_signal(by)
        _, err = process.communicate(timeout=t.timeout)
        assert os.listdir(t.folder) == ["x.image"], os.listdir(t.folder)
        return process.returncode, err

    for by in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        assert end_create(by) == (-by, b""), by
        assert (t.folder / "x.image").read_bytes() == b"as it was"
    # A signal that is ignored, as under nohup, stays so.
    ignored = functools.partial(signal.signal, signal.SIGHUP, signal.SIG_IGN)
    assert end_create(signal.SIGHUP, preexec_fn=ignored) == (0, b"")
    assert (t.folder / "x.image").read_bytes().startswith(MAGIC)


# --- Wrong command lines

WRONG_LINES = [
    ("no subcommand", [], "coracle image: expected a subcommand; coracle help image lists the subcommands"),
    ("a subcommand that isn't there", ["lst"],
     "coracle image: unknown subcommand lst; coracle help image lists the subcommands"),
    ("an option that isn't there", ["list", "--jsn", "x"],
     "coracle image list: unknown option --jsn; see coracle help image list"),
    ("an option of another subcommand", ["list", "--level=3", "x"],
     "coracle image list: unknown option --level=3; see coracle help image list"),
    ("an option without its value", ["create", "x", "y", "--level"],
     "coracle image create: found --level at the end, expected N after it; see coracle help image create"),
    ("a value for an option without one", ["list", "--json=1", "x"],
     "coracle image list: found a value in --json=1, expected none; see coracle help image list"),
    ("too few arguments", ["list"],
     "coracle image list: found 0 arguments, expected FILE; see coracle help image list"),
    ("too many arguments", ["list", "x", "y"],
     "coracle image list: found 2 arguments, expected FILE; see coracle help image list"),
    ("a level that isn't there", ["create", "x", "y", "--level=23"],
     "coracle image create: --level=23: expected a level of 0 to 22"),
    ("a file without a name", ["create", "x", "--file", "y"],
     "coracle image create: --file y: expected NAME=PATH"),
    ("a file that isn't there", ["list", "none"], "coracle image list: none: No such file or directory"),
    ("a folder", ["list", "."], "coracle image list: .: Is a directory"),
]
for line_name, words, message in WRONG_LINES:
    add(f"image: {line_name}", lambda t, words=words, message=message: t.run("image", *words).expect(
        1, "", f"{message}\n"), coracle_only=True)


@test("image: after -- an option is a file", coracle_only=True)
def _(t):
    t.write("--json", b"data")
    image(t, "create", "--", "x.image", "--json")
    (section,) = as_json(t, "list", "x.image")["sections"]
    assert section["name"] == "--json" and section["size"] == 4, section


# --- Help

@test("image: help, in all its places", coracle_only=True)
def _(t):
    overview = image(t, "--help").out
    assert t.run("help", "image").expect(0, err="").out == overview
    names = re.findall(r"^  ([a-z]+) ", overview, re.MULTILINE)
    assert "create" in names and "list" in names, overview
    for name in names:
        text = image(t, name, "--help").out
        assert text.startswith(f"usage: coracle image {name} "), text
        assert t.run("help", "image", name).expect(0, err="").out == text
        assert image(t, "help", name).out == text
    t.run("help").expect(0, t.run("--help").out, "")
    t.run("help", "help").expect(0, t.run("--help").out, "")
    t.run("help", "fetch").expect(0, t.run("fetch", "--help").out, "")
    t.run("help", "none").expect(1, "", "coracle: unknown command none; coracle help lists the commands\n")
    t.run("help", "image", "none").expect(1, "",
        "coracle image: unknown subcommand none; coracle help image lists the subcommands\n")


# --- extract

def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@test("image: extract, what went in comes out", coracle_only=True)
def _(t):
    for options in ([], ["--level=0"], ["--level=1", "--no-filter"]):
        small_image(t, "x.image", *options)
        folder = t.folder / "out" / "of it"
        image(t, "extract", "x.image", "--folder", "out/of it", "--force").expect(0, "", "")
        expected = {name: (t.folder / name).read_bytes() for name in ("app.boot", "lib.so")}
        assert files_below(folder) == expected | {
            "share/data": (t.folder / "data").read_bytes(), "note": b"for people"}, options
    image(t, "extract", "-C", "some", "x.image", "note", "share/data")
    assert sorted(files_below(t.folder / "some")) == ["note", "share/data"]
    # Without a folder it is the working folder.
    image(t, "extract", "x.image", "note")
    assert (t.folder / "note").read_bytes() == b"for people"


@test("image: extract, boot files in several blocks", coracle_only=True)
def _(t):
    paths = [t.boot_dir / name for name in BOOT_FILES]
    t.write("large", bytes(range(256)) * 100_000)
    image(t, "create", "x.image", "large", *paths, "--level=1")
    assert as_json(t, "list", "x.image")["sections"][0]["blocks"] > 2
    image(t, "extract", "x.image", "-C", "out")
    for path in [*paths, t.folder / "large"]:
        assert (t.folder / "out" / path.name).read_bytes() == path.read_bytes(), path


@test("image: extract replaces files only if it is told to", coracle_only=True)
def _(t):
    small_image(t)
    t.write("out/lib.so", "mine")
    refused(t, "extract", "x.image", "-C", "out", "lib.so",
            says=r"out/lib\.so: found a file that is there already, expected none; --force replaces it$")
    assert (t.folder / "out/lib.so").read_text() == "mine"
    image(t, "extract", "x.image", "-C", "out", "lib.so", "--force")
    assert (t.folder / "out/lib.so").read_bytes() == (t.folder / "lib.so").read_bytes()
    os.remove(t.folder / "out/lib.so")
    os.mkdir(t.folder / "out/lib.so")
    refused(t, "extract", "x.image", "-C", "out", "lib.so", "--force", says="found a folder that is there already")
    refused(t, "extract", "x.image", "-C", "out", "none", "note",
            says=r"x\.image: found no section none; coracle image list shows those that there are$")
    refused(t, "extract", "lib.so", says=r"lib\.so: found a file of Chez Scheme, expected an image$")


@test("image: extract writes nothing outside the folder", coracle_only=True)
def _(t):
    image_path = small_image(t, "x.image", "--level=0")
    (t.folder / "elsewhere").mkdir()
    (t.folder / "out").mkdir()
    os.symlink("../elsewhere", t.folder / "out/share")
    refused(t, "extract", "x.image", "-C", "out", "share/data",
            says="out/share: found a symbolic link, expected a folder$")
    # A link in the place of a file is replaced, not followed.
    os.symlink("../elsewhere/note", t.folder / "out/note")
    refused(t, "extract", "x.image", "-C", "out", "note", says="out/note: found a symbolic link that is there already")
    image(t, "extract", "x.image", "-C", "out", "note", "--force")
    assert not (t.folder / "out/note").is_symlink()
    assert os.listdir(t.folder / "elsewhere") == []
    # The reader refuses such a name, whatever the sums say.
    t.write("y.image", image_path.read_bytes().replace(b"share/data", b"../re/data"))
    refused(t, "extract", "y.image", "-C", "out", says=r"y\.image\+0x[0-9a-f]+: found ")
    assert os.listdir(t.folder / "elsewhere") == []


@test("image: extract leaves no part of a file that is damaged", coracle_only=True)
def _(t):
    t.write("large", bytes(range(256)) * 100_000)
    path = t.folder / "x.image"
    image(t, "create", "x.image", "large", "--level=0")
    damaged = bytearray(path.read_bytes())
    damaged[20_000_000] ^= 1
    t.write("x.image", bytes(damaged))
    refused(t, "extract", "x.image", "-C", "out", says=r"x\.image\+0x[0-9a-f]+: found the sum [0-9a-f]+ of a frame")
    assert os.listdir(t.folder / "out") == []
    t.write("cut.image", bytes(damaged[:20_000_000]))
    refused(t, "extract", "cut.image", "-C", "out", says=r"cut\.image\+0x[0-9a-f]+: found \d+ bytes before the end")
    assert os.listdir(t.folder / "out") == []


# --- verify

@test("image: verify, of all that is sound", coracle_only=True)
def _(t):
    paths = [t.boot_dir / name for name in BOOT_FILES]
    image(t, "create", "both.image", *paths, "--level=1", "--note", "n")
    counts = {}
    for path in paths:
        found = as_json(t, "verify", path)
        assert found["ok"] and found["errors"] == [], found
        (section,) = found["sections"]
        assert section["code"] > 1000 and section["relocations"] > section["code"], section
        assert section["objects"] > section["code"] and section["code_verified"], section
        counts[path.name] = section
    found = as_json(t, "verify", "both.image")
    assert found["ok"] and found["sections"][:2] == [counts[name] for name in BOOT_FILES], found
    assert found["sections"][2] == {"name": "note", "kind": "note", "ok": True}, found
    if t.release == "10.0.0":
        assert sum(section["code"] for section in counts.values()) == 13202, counts
    text = image(t, "verify", "both.image").out
    assert re.search(r"^petite\.boot +boot +\d+ +\d+ +\d+  ok$", text, re.MULTILINE), text
    compiled(t)
    image(t, "verify", "lib.so").expect(0, out_has="ok")


# In the boot files of 10.0.0: what each byte becomes, and what is said of it.
DAMAGE = [("petite.boot", 0x2040C, 0x21), ("petite.boot", 0x1AF9B4, 0x10), ("petite.boot", 0x5CF7B9, 0x5F),
          ("scheme.boot", 0x18A97, 0x10), ("scheme.boot", 0x352151, 0)]


@test("image: verify finds damage in Chez's own files, and names the place", coracle_only=True)
def _(t):
    if t.release != "10.0.0":
        raise Skipped("the offsets are those of 10.0.0")
    for name, at, value in DAMAGE:
        damaged = bytearray((t.boot_dir / name).read_bytes())
        assert damaged[at] != value
        damaged[at] = value
        t.write(name, bytes(damaged))
        result = t.run("image", "verify", name)
        result.expect(1, out_has="damaged",
                      err_matches=rf"^coracle image verify: {name}\+0x[0-9a-f]+: found .*, expected ")
        assert int(re.search(r"\+0x([0-9a-f]+)", result.err).group(1), 16) <= at + 100_000, result.err
        found = json.loads(t.run("image", "verify", name, "--json").out)
        assert not found["ok"] and len(found["errors"]) == 1 and found["errors"][0] in result.err, found


@test("image: verify finds each byte that is changed, and each early end", coracle_only=True)
def _(t):
    data = small_image(t, "x.image", "--level=0").read_bytes()
    places = sorted({*range(0, 64), *range(64, len(data), len(data) // 40), *range(len(data) - 24, len(data))})
    for at in places:
        t.write("bad.image", data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1:])
        result = t.run("image", "verify", "bad.image", memory=None if t.sanitized else 1 << 30)
        result.expect(1, err_matches=r"^coracle image verify: bad\.image(\([^)]*\))?\+0x[0-9a-f]+: found .*, expected ")
    for size in places:
        t.write("bad.image", data[:size])
        t.run("image", "verify", "bad.image").expect(
            1, err_matches=r"^coracle image verify: bad\.image\+0x[0-9a-f]+: found .*, expected ")
    t.write("bad.image", data + b"x")
    t.run("image", "verify", "bad.image").expect(1, err_has="found bytes after the image, expected its end")


# --- objects

@test("image: objects, every byte counts once", coracle_only=True)
def _(t):
    paths = [t.boot_dir / name for name in BOOT_FILES]
    counts = {}
    for path in paths:
        found = as_json(t, "objects", path)
        (section,) = as_json(t, "list", path)["sections"]
        assert found["bytes"] == section["size"] == sum(kind["bytes"] for kind in found["kinds"]), found
        bytes_of_kinds = [kind["bytes"] for kind in found["kinds"]]
        assert bytes_of_kinds == sorted(bytes_of_kinds, reverse=True), found
        (verified,) = as_json(t, "verify", path)["sections"]
        by_name = {kind["kind"]: kind for kind in found["kinds"]}
        assert found["objects"] == verified["objects"], (found, verified)
        assert by_name["code"]["count"] == by_name["(instructions)"]["count"] == verified["code"], found
        assert by_name["(relocations)"]["count"] == verified["relocations"], found
        counts[path.name] = found
    image(t, "create", "both.image", *paths, "--level=1", "--note", "n")
    both = as_json(t, "objects", "both.image")
    assert both["objects"] == sum(found["objects"] for found in counts.values()), both
    one = as_json(t, "objects", "both.image", "--section", "scheme.boot")
    assert one["kinds"] == counts["scheme.boot"]["kinds"], one
    text = image(t, "objects", "both.image").out
    assert re.search(r"^\(instructions\) +\d+ +\d+ +\d+\.\d %$", text, re.MULTILINE), text
    assert text.splitlines()[-1].startswith("all objects "), text
    refused(t, "objects", "both.image", "--section=none", says=r"both\.image: found no section none; ")
    refused(t, "objects", "both.image", "--section=note", says=r"both\.image\(note\)\+0x0: found ")


@test("image: objects, of a small compiled file", coracle_only=True)
def _(t):
    compiled(t, text="""(define data '#(1.5 2.5 "a string" #\\c one-symbol 1/2 3+4i))""")
    kinds = {kind["kind"]: kind["count"] for kind in as_json(t, "objects", "lib.so")["kinds"]}
    assert kinds["flonum"] == 2 and kinds["ratnum"] == 1 and kinds["exactnum"] == 1 and kinds["vector"] >= 1, kinds


# --- diff

@test("image: diff, whatever the compression", coracle_only=True)
def _(t):
    petite, scheme = (t.boot_dir / name for name in BOOT_FILES)
    image(t, "create", "fast.image", petite, scheme, "--level=1")
    image(t, "create", "plain.image", petite, scheme, "--level=0")
    image(t, "create", "one.image", petite, "--level=1")
    count = as_json(t, "objects", "fast.image")["objects"]
    result = image(t, "diff", "fast.image", "plain.image")
    assert re.fullmatch(rf"the same: \d+ objects, of {count} parts\n", result.out), result.out
    for pair in ((petite, petite), ("one.image", petite), (scheme, "fast.image"), ("plain.image", petite)):
        assert image(t, "diff", *pair).out.startswith("the same: "), pair
    found = as_json(t, "diff", scheme, "fast.image")
    assert found["same"] and found["objects"] > 1 and found["difference"] is None, found
    t.run("image", "diff", "one.image", "fast.image").expect(1, "scheme.boot: only one of the images has it\n", "")
    refused(t, "diff", "fast.image", "/dev/null", status=2, says=r"/dev/null\+0x0: found the end of the file")
    refused(t, "diff", "fast.image", "none", status=2, says="none: No such file")
    refused(t, "diff", "fast.image", status=2, says="found 1 argument, expected A B")
    os.symlink(petite, t.folder / "other")
    refused(t, "diff", "fast.image", "other", status=2,
            says=r"fast\.image: found 2 sections, expected one, or one with the name other$")


@test("image: diff shows the first difference with its path", coracle_only=True)
def _(t):
    for name, text in (("a", "same"), ("b", "sane"), ("c", "same")):
        os.rename(compiled(t, "source", f'(define (f x) (cons x "{text}"))'), t.folder / f"{name}.so")
    assert image(t, "diff", "a.so", "c.so").out.startswith("the same: ")
    result = t.run("image", "diff", "a.so", "b.so").expect(1, err="")
    assert re.fullmatch(r'object \d+ / .*: \w+ \(code \d+\) "same", "sane"\n', result.out), result.out
    found = as_json(t, "diff", "a.so", "b.so", status=1)
    assert not found["same"] and found["difference"] + "\n" == result.out, found
    t.write("data", "1")
    for name, level in (("a", 0), ("b", 19)):
        image(t, "create", f"{name}.image", f"{name}.so", "--level", str(level), "--file", "data=data")
    os.rename(t.folder / "b.so", t.folder / "a.so")
    image(t, "create", "b.image", "a.so", "--file=data=data")
    t.run("image", "diff", "a.image", "b.image").expect(1, f"a.so: {result.out}", "")
    os.rename(t.folder / "c.so", t.folder / "a.so")
    t.write("data", "2")
    image(t, "create", "c.image", "a.so", "--file=data=data")
    t.run("image", "diff", "a.image", "c.image").expect(1, "data: 1 bytes, 1 bytes, with different contents\n", "")


# --- disassemble

@test("image: disassemble shows code by its name, with what it refers to", coracle_only=True)
def _(t):
    compiled(t, text="""(define (twice-or-more f x . rest) (list (f x) (g-of-others "some text" rest) 'data))
                        (define (other) 'x)""")
    text = image(t, "disassemble", "lib.so", "twice-or-more").out
    head, *lines = text.splitlines()
    assert re.fullmatch(r"twice-or-more: lib\.so\+0x[0-9a-f]+.*: \d+ bytes, arguments: 2 or more", head), text
    for what in ("symbol #{g-of-others *top*:g-of-others}", "entry of code of library entry", '"some text"',
                 "symbol data", "toplink", "live mask"):
        assert re.search(rf"^  [0-9a-f]{{4}}  [0-9a-f]{{8}}  \S.*; {re.escape(what)}", text, re.MULTILINE), (what, text)
    point = r"return point: frame of \d+ bytes(, live words 0x[0-9a-f]+)?"
    points = [i for i, line in enumerate(lines) if re.fullmatch(point, line)]
    assert points, text
    for i in points:
        assert "frame size" in lines[i - 1] and lines[i + 1].startswith("  "), text
    assert "other:" not in text
    everything = image(t, "disassemble", "lib.so").out
    assert text in everything and "\nother: lib.so" in everything, everything
    refused(t, "disassemble", "lib.so", "none", says=r"lib\.so: found no code with the name none$")
    found = as_json(t, "disassemble", "lib.so", "twice-or-more")
    (code,) = found["code"]
    assert code["name"] == "twice-or-more" and code["arguments"] == "2 or more" and code["free_variables"] == 0, code
    assert sum("return_point" in line for line in code["lines"]) == len(points), code
    assert [f"  {line['offset']:04x}  {line['word']:08x}  {line['text']}" for line in code["lines"]] == [
        re.sub(" *;.*", "", line) for line in lines if line.startswith("  ")], text


@test("image: disassemble, all of the boot files and of an image", coracle_only=True)
def _(t):
    paths = [t.boot_dir / name for name in BOOT_FILES]
    names = {}
    for path in paths:
        found = as_json(t, "disassemble", path)
        (verified,) = as_json(t, "verify", path)["sections"]
        assert len(found["code"]) == verified["code"], path
        assert all(code["size"] == sum(12 if line["text"].startswith("literal") else 8 if line.get("header") else 4
                                       for line in code["lines"]) for code in found["code"]), path
        for code in found["code"]:
            for before, line in zip(code["lines"], code["lines"][1:]):
                assert ("return_point" in line) == (before.get("header", False) and not line.get("header", False)), code
        names[path.name] = sorted(code["name"] for code in found["code"])
    image(t, "create", "both.image", *paths, "--level=1", "--note=n")
    found = as_json(t, "disassemble", "both.image", "--section", "scheme.boot")
    assert sorted(code["name"] for code in found["code"]) == names["scheme.boot"]
    assert {code["section"] for code in found["code"]} == {"scheme.boot"}
    text = image(t, "disassemble", "both.image", "list-copy").out
    assert text.startswith("list-copy: both.image(petite.boot)+0x"), text
    assert re.search(r"^  .* literal r\d+, 0x0 +; value of symbol |^  .*; entry of ", text, re.MULTILINE), text


@test("image: disassemble refuses code for another machine", coracle_only=True)
def _(t):
    so = compiled(t).read_bytes()
    at = end_of_version(so)
    t.write("machine.so", so[:at + 1] + b"\x02" + so[at + 2:])
    refused(t, "disassemble", "machine.so",
            says=r"machine\.so\+0x[0-9a-f]+.*: found code for machine type \w+, expected .* and machine type pb$")
    text = image(t, "verify", "machine.so").out
    assert re.search(r"  ok, but its code isn't verified: \w+$", text, re.MULTILINE), text
    assert not as_json(t, "verify", "machine.so")["sections"][0]["code_verified"]
    image(t, "objects", "machine.so")
    # Of a release that isn't known, the format isn't either.
    t.write("release.so", so[:at] + bytes([so[at] ^ 1]) + so[at + 1:])
    t.run("image", "verify", "release.so").expect(
        1, out_has="damaged", err_matches=r"release\.so\+0x8: found release \S+, expected 10\.0\.0, |"
                                          "incompatible external vector length")


@test("image: an object that needs externals is refused, with its place", coracle_only=True)
def _(t):
    t.run("-q", input="""(call-with-port (open-file-output-port "ext.so")
                           (lambda (p) (fasl-write (list 'one car) p (lambda (x) (eq? x car)))))""").expect(0, err="")
    # Not every release writes how many there are.
    says = (r"ext\.so\+0x[0-9a-f]+.*: (incompatible external vector length 0, expected 1|"
            "graph mark 0 is used before its definition)$")
    for words in (["objects"], ["disassemble"], ["diff", "ext.so"]):
        refused(t, *words, "ext.so", status=2 if words[0] == "diff" else 1, says=says)


@test("image: on a terminal there are colours, if the environment wants them", coracle_only=True)
def _(t):
    small_image(t)
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        terminal = t.terminal("image", "verify", "x.image", editor=True, env={"TERM": "xterm", **env})
        text = terminal.wait_for(r"note +note[^\n]*\n")
        assert ("\x1b[" in text) == coloured, (env, text)
        assert terminal.status() == 0


# --- Files that promise much

def number(n):
    """As the fasl format writes it: groups of seven bits, the most significant first."""
    groups = [n & 0x7F]
    while n := n >> 7:
        groups.append(0x80 | n & 0x7F)
    return bytes(reversed(groups))


def lz4_object(start, byte, size):
    """An object whose `size` bytes are `start` and then one byte again and again, compressed by lz4 to a 255th."""
    literals, end = start + bytes([byte]), bytes([byte]) * 5
    assert len(literals) < 15
    matched = size - len(literals) - len(end) - 4 - 15
    block = (bytes([len(literals) << 4 | 15]) + literals + b"\x01\x00" + b"\xff" * (matched // 255) +
             bytes([matched % 255]) + bytes([len(end) << 4]) + end)
    body = b"\x2e\x64" + number(size) + block
    return b"\x25" + number(len(body)) + body


@test("image: small files that promise much take memory within bounds", coracle_only=True)
def _(t):
    so = compiled(t).read_bytes()
    header = so[:so.index(b")") + 1]
    size = 300_000_000
    # A vector of references to the base record type, one of fixnums, a string, and what isn't there.
    count = number(size - 6)
    t.write("vector.so", header + lz4_object(b"\x04" + count, 0x1B, size))
    t.write("fixnums.so", header + lz4_object(b"\x1c" + count, 0, size))
    t.write("string.so", header + lz4_object(b"\x09" + count, 0x41, size))
    t.write("claim.so", header + b"\x25" + number(1 << 40) + b"\x2c\x64")
    for words in (["disassemble"], ["diff", "vector.so"]):
        refused(t, *words, "vector.so", status=2 if words[0] == "diff" else 1,
                says=r"vector\.so\+0x.*: found objects that take more than 1024 MiB of memory, expected fewer$")
    for name in ("fixnums.so", "string.so"):
        for subcommand in ("objects", "disassemble"):
            refused(t, subcommand, name,
                    says=rf"{name}: found contents that need more memory than there is, expected at most 1024 MiB$")
    for subcommand in ("list", "objects", "disassemble", "create x.image"):
        refused(t, *subcommand.split(), "claim.so", says=r"claim\.so\+0x[0-9a-f]+: found 2 bytes before the end of the "
                                                         r"file, expected 1099511627776$")
    result = t.run("image", "verify", "claim.so").expect(1, err_has="expected 1099511627776")
    assert "damaged" in result.out, result.out
