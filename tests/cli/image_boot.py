"""Images in place of boot files: wherever a boot file is accepted, an image is; damage is found before what is
damaged runs."""
from image import image, small_boot_file
from support import test

NOWHERE = {"SCHEMEHEAPDIRS": "/nonexistent"}


def release_image(t, name="chez.image", *options):
    """An image of both boot files. Low levels are quick."""
    image(t, "create", name, t.boot_dir / "petite.boot", t.boot_dir / "scheme.boot", *(options or ("--level=3",)))
    return t.folder / name


@test("an image boots: stored, compressed, filtered", coracle_only=True)
def _(t):
    for options in ("--level=0",), ("--level=1", "--no-filter"), ("--level=3",):
        path = release_image(t, "x.image", *options)
        for flag in "-b", "-B":
            t.run(flag, "./x.image" if flag == "-b" else "x.image", "-q", input="(expt 2 100) (compile '(+ 1 2))",
                  env=NOWHERE).expect(0, "1267650600228229401496703205376\n3\n", "")
        path.unlink()


@test("an image is found by its name, where there is no boot file of that name", coracle_only=True)
def _(t):
    folder = t.folder / "heaps"
    folder.mkdir()
    release_image(t, folder / "scheme.image")
    env = {"SCHEMEHEAPDIRS": str(folder)}
    t.run("-q", input="(+ 1 2)", env=env).expect(0, "3\n", "")
    t.run("-b", "scheme.image", "-q", input="(+ 1 2)", env=env).expect(0, "3\n", "")
    t.run("--verbose", "-q", input="(+ 1 2)", env=env).expect(
        0, err_matches=rf"trying {folder}/scheme.boot\.\.\.cannot open\n"
                       rf"trying {folder}/scheme.image\.\.\.version and machine type check\n")
    # Petite alone, for what needs it.
    (folder / "scheme.image").unlink()
    image(t, "create", folder / "petite.image", t.boot_dir / "petite.boot", "--level=0")
    small_boot_file(t)
    t.run("-b", "./app.boot", "-q", input="(app-main)", env=env).expect(0, "app", "")
    image(t, "create", "app.image", "app.boot")
    t.run("-b", "./app.image", "-q", input="(app-main)", env=env).expect(0, "app", "")


@test("boot files and images together, and an image of three", coracle_only=True)
def _(t):
    small_boot_file(t, needs=("scheme", "petite"))
    release_image(t)
    t.run("-b", "./chez.image", "-b", "./app.boot", "-q", input="(app-main)", env=NOWHERE).expect(0, "app", "")
    image(t, "create", "all.image", t.boot_dir / "petite.boot", t.boot_dir / "scheme.boot", "app.boot", "--level=1",
          "--file", "data=app.ss", "--note", "with more than boot files")
    t.run("-b", "./all.image", "-q", input="(app-main)", env=NOWHERE).expect(0, "app", "")
    t.run("-b", t.boot_dir / "petite.boot", "-b", "./all.image", "-q", env=NOWHERE).expect(
        1, "", err_matches=r"all\.image\(petite\.boot\): a base boot file must come before other boot files")


@test("images that can't be booted say why", coracle_only=True)
def _(t):
    t.write("data", "x")
    image(t, "create", "none.image", "--file", "data=data")
    t.run("-b", "./none.image", "-q", env=NOWHERE).expect(1, "", err_matches=r"none\.image")
    path = release_image(t)
    good = path.read_bytes()

    def refused(content, says):
        path.write_bytes(content)
        t.run("-b", "./chez.image", "-q", input="(display 'ran)", env=NOWHERE).expect(1, "", err_matches=says)

    def changed(at, byte):
        return good[:at] + bytes([byte]) + good[at + 1:]

    refused(changed(12, 9), r"chez\.image\+0xc: found version 9 of the image format, expected version 1")
    refused(changed(22, good[22] ^ 1), r"found the sum [0-9a-f]{16} of the header, expected")
    refused(changed(1000, good[1000] ^ 0x40), r"chez\.image\+0x\w+: found the sum [0-9a-f]{16} of a frame, expected "
                                            r"[0-9a-f]{16}: the image is damaged")
    middle = len(good) // 2
    refused(changed(middle, good[middle] ^ 4), r"found the sum [0-9a-f]{16} of a frame")
    refused(good[:middle], r"found .*the end of the file, expected \d+")
    refused(good[:8], r"expected 1")
    refused(good + b"x", r"found bytes after the image, expected its end")
