"""Whether a file is on a drive of another machine, where SQLite's WAL does not work."""

from __future__ import annotations

import re
import sys
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    [
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda", "9p"),
        *("ceph", "lustre", "glusterfs", "gpfs", "beegfs", "davfs", "vboxsf", "prl_fs"),
        *("fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.glusterfs", "fuse.davfs2"),
        *("fuse.cephfs", "fuse.s3fs", "fuse.vmhgfs-fuse", "fuse.juicefs"),
    ]
)
_REMOTE_DRIVE = 4


def network_kind(path: Path) -> str:
    """The kind of network drive that a file is or would be on, or ""; "" also where it cannot be
    told, as on macOS.
    """
    if sys.platform == "win32":
        return _windows_kind(path)
    try:
        return kind_of(path.resolve(), MOUNTS.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""


def kind_of(path: Path, mounts: str) -> str:
    """The same by the text of a mountinfo (proc(5)): the mount that is nearest above the path, and
    of several in one place the last.
    """
    found = (0, "")
    above = {str(path), *(str(parent) for parent in path.parents)}
    for line in mounts.splitlines():
        cells = line.split()
        if "-" not in cells[5:-1]:
            continue
        place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), cells[4])
        if place in above and len(place) >= found[0]:
            found = (len(place), cells[cells.index("-", 5) + 1])
    return found[1] if found[1] in NETWORK else ""


def _windows_kind(path: Path) -> str:
    import ctypes  # noqa: PLC0415 - only Windows has its windll

    drive = path.absolute().drive
    if drive.startswith("\\\\"):
        return "a share"
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - other systems have no such name
    remote = kernel.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE
    return "a mapped drive" if remote else ""
