"""`coracle image`: what each subcommand makes and prints, of images and of Chez's own files; round trips; files
that are something else, cut short or damaged. The contract of bad files: a message that names file and offset,
status 1, nothing half written, bounded memory."""
import json
import os
import re

from support import add, test

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
    t.run("-q", input=f'(compile-file "{name}.ss")').expect(0, err="")
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
        assert section["stored_size"] < section["size"] / 4 and section["frames"] >= 1, section
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
    for name, options in {"plain": ["--level=0"], "fast": ["--level=1"], "unsorted": ["--level=1", "--no-filter"]}.items():
        image(t, "create", f"{name}.image", path, *options)
        sizes[name] = (t.folder / f"{name}.image").stat().st_size
    assert sizes["plain"] > path.stat().st_size > sizes["unsorted"] > sizes["fast"], sizes
    image(t, "create", "again.image", "app.boot", "lib.so", "--file=share/data=data", "--note=for people")
    assert (t.folder / "again.image").read_bytes() == first


@test("image: create refuses files of several releases or machine types", coracle_only=True)
def _(t):
    so = compiled(t).read_bytes()
    # Version and machine type are the numbers after the magic one; this release's version takes four or
    # five bytes, the machine type one.
    at = 8
    while so[at] & 0x80:
        at += 1
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
    assert (t.folder / "x.image").read_bytes() == before
    assert sorted(os.listdir(t.folder)) == sorted([*names, "cut.so"])
    image(t, "create", "x.image", "lib.so")
    assert [s["name"] for s in as_json(t, "list", "x.image")["sections"]] == ["lib.so"]


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
