"""The scripts of a checkout: each one has a usage message."""
import pathlib
import subprocess

from support import Skipped, test

TOP = pathlib.Path(__file__).resolve().parents[2]


@test("every script has --help", coracle_only=True)
def _(t):
    listed = subprocess.run(["git", "ls-files", "-s"], cwd=TOP, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        raise Skipped("this is not a clone of the repository")
    # ./run gives its arguments to the program.
    scripts = [line.split("\t")[1] for line in listed.stdout.splitlines() if line.startswith("100755 ")]
    scripts.remove("run")
    assert len(scripts) > 20, scripts
    wrong = []
    for script in scripts:
        done = subprocess.run([TOP / script, "--help"], cwd=t.folder, capture_output=True, text=True,
                              timeout=t.timeout, check=False)
        if (done.returncode, done.stderr) != (0, "") or not done.stdout.startswith("usage: "):
            wrong.append(f"{script}: status {done.returncode}\n{done.stdout}{done.stderr}")
    assert not wrong, "\n".join(wrong)
