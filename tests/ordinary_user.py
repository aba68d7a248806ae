"""What is about ordinary users is started as one of them where root runs the tests."""
import os
import pwd


def ordinary_user():
    """What subprocess needs to start processes as an ordinary user; None if there is none."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return None
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def is_reachable(path):
    """Whether everybody may pass through the folders that lead to a path."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())
