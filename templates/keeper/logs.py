# Logs: what Ray wrote on this node, as one .tar.gz.
import os
import re
import time

from .base import FILE_CAP, TOTAL_CAP


def first_and_last(path, size):
    """At most FILE_CAP bytes of a file: its head and its tail."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if size <= FILE_CAP:
            return file.read(FILE_CAP)
        half = FILE_CAP // 2
        data = file.read(half)
        file.seek(-half, 2)
        note = "\n[raylaunch: %d bytes left out here]\n" % (size - 2 * half)
        return data + note.encode() + file.read(half)


def log_files(root):
    """Regular files below <root>/session_*/logs, those that explain most first."""
    import stat
    found = []
    sessions = [name for name in sorted(os.listdir(root)) if name.startswith("session_")] if os.path.isdir(root) else []
    for session in sessions:
        logs = os.path.join(root, session, "logs")
        if os.path.islink(os.path.join(root, session)) or os.path.islink(logs):
            continue  # session_latest would give every file twice
        for folder, _, names in os.walk(logs):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    about = os.lstat(path)
                except OSError:
                    continue
                if stat.S_ISREG(about.st_mode):
                    late = not re.match(r"gcs_server|raylet|dashboard_agent|runtime_env_agent", name)
                    found.append((late, not name.endswith((".out", ".err")), path, about))
    return sorted(found, key=lambda row: row[:3])


def archive(target, outer, roots, talk):
    """One .tar.gz of the logs of this node, complete before it gets its name."""
    import io
    import tarfile
    os.makedirs(os.path.dirname(target), 0o755, exist_ok=True)
    part = target + ".part"
    total, left_out = 0, []
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(part, flags, 0o644), "wb") as file, \
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=4) as tar:
        def add(name, data, when):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), int(when), 0o600
            tar.addfile(info, io.BytesIO(data))
        add("ray_start.txt", talk, time.time())
        for root in roots:
            for _, _, path, about in log_files(root):
                name = os.path.relpath(path, outer)
                if total + min(about.st_size, FILE_CAP) > TOTAL_CAP:
                    left_out.append(name)
                    continue
                try:
                    data = first_and_last(path, about.st_size)
                except (OSError, ValueError):
                    continue
                total += len(data)
                add(name, data, about.st_mtime)
        if left_out:
            add("LEFT_OUT.txt", ("\n".join(left_out) + "\n").encode("utf-8", "replace"), time.time())
    os.replace(part, target)  # a reader never sees half of it, even if we are killed here
