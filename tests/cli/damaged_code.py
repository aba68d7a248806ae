"""Boot files whose code is damaged: it is refused by name, or what it does in the boot is a message and
status 1; and a loop without end yields to Ctrl-C, whatever the image can handle by then."""
import signal

from support import Skipped, test

# In the boot files of this release: what each byte becomes made the program end by a signal, or never.
RELEASE = "10.0.0"
BYTES = {
    "petite.boot": ((0x5CF7B9, 0x5F), (0x2040C, 0x21), (0x1AF9B4, 0x10)),
    "scheme.boot": ((0x3F2B4A, 0x82), (0x2A36BF, 0xD5), (0x18A97, 0x10), (0x352151, 0)),
}


@test("damaged code: bytes that led to a signal or a loop are refused", coracle_only=True)
def _(t):
    if t.release != RELEASE:
        raise Skipped(f"the offsets are those of {RELEASE}")
    for name, places in BYTES.items():
        for at, value in places:
            damaged = bytearray((t.boot_dir / name).read_bytes())
            assert damaged[at] != value
            damaged[at] = value
            t.write(name, bytes(damaged))
            files = ["-b", f"./{name}"] if name == "petite.boot" else [
                "-b", "petite.boot", "-b", f"./{name}"]
            t.run(*files, "-q", input="(display 'went-on)").expect(
                1, "", err_matches=rf"coracle: \./{name}\+0x[0-9a-f]+: found .*, expected ")


@test("damaged code: a fault before errors can be handled", coracle_only=True)
def _(t):
    if t.release != RELEASE:
        raise Skipped(f"the offset is that of {RELEASE}")
    # A byte of the file by which its code reads elsewhere.
    damaged = bytearray((t.boot_dir / "petite.boot").read_bytes())
    damaged[0x37B183] = 0x81
    t.write("petite.boot", bytes(damaged))
    t.run("-b", "./petite.boot", "-q").expect(1, "", err_has=(
        "coracle: ./petite.boot: its code fails before errors can be handled: invalid memory reference",))
    # One by which it writes over what the collector reads.
    damaged = bytearray((t.boot_dir / "petite.boot").read_bytes())
    damaged[0x31513] = 0x13
    t.write("petite.boot", bytes(damaged))
    t.run("-b", "./petite.boot", "-q").expect(1, "", err_has=("in the kernel during the boot",))


@test("damaged code: a loop without end in a boot file yields to Ctrl-C", coracle_only=True)
def _(t):
    t.write("loop.ss", """(display "ready") (newline) (flush-output-port) (let loop () (loop))""")
    t.run("-q", input="""(make-boot-file "loop.boot" '("scheme" "petite") "loop.ss")""").expect(0, "")
    with t.start("-b", "./loop.boot", "-q") as process:
        try:
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(signal.SIGINT)
            # To a shell this is status 130.
            assert process.wait(t.timeout) == -signal.SIGINT
        finally:
            process.kill()
