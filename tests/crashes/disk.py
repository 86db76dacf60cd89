"""A disk that loses its power: ext4 on a loop device, stopped in the middle of whatever it writes."""

import fcntl
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

# ioctl EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: from this moment on nothing reaches the
# device, neither data nor journal. What was not flushed by then is gone, as in a power cut.
SHUTDOWN, WITHOUT_FLUSHING = 0x8004587D, 2


def has_loop_devices() -> bool:
    """Whether this process may mount an image: root, on a kernel with loop devices."""
    return os.geteuid() == 0 and Path("/dev/loop-control").exists()


class Disk:
    """One image and where it is mounted; each cut goes on with a copy of what the last one left."""

    def __init__(self, folder: Path, *, size: int = 1 << 30) -> None:
        """A new file system in this folder, which had better be in memory."""
        self.image, self.place = folder / "disk.img", folder / "disk"
        self.place.mkdir()
        with self.image.open("wb") as file:
            file.truncate(size)
        _run("mkfs.ext4", "-q", "-J", "size=16", str(self.image))
        self.mount()

    def mount(self) -> None:
        """Mount it; the journal is replayed."""
        _run("mount", "-o", "loop", str(self.image), str(self.place))

    def cut(self) -> None:
        """Stop the device, and keep the image as it is at that moment for the next mount()."""
        opened = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(opened, SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        finally:
            os.close(opened)
        self._wait_for_the_device()
        _run("cp", "--sparse=always", str(self.image), f"{self.image}.copy")

    def unmount(self) -> None:
        """Let go of it, once nobody has a file open there; after a cut, the copy takes its place."""
        ends = time.monotonic() + 20
        while subprocess.run(["umount", str(self.place)], stderr=-3, check=False).returncode:
            if time.monotonic() > ends:
                raise TimeoutError("somebody still has a file open on the disk")
            time.sleep(0.02)
        copy = Path(f"{self.image}.copy")
        if copy.exists():
            copy.replace(self.image)

    def _wait_for_the_device(self) -> None:
        """What was on its way to the device when it was stopped has arrived, or never will."""
        source = subprocess.check_output(
            ["findmnt", "-no", "SOURCE", str(self.place)], text=True
        ).strip()
        inflight = Path("/sys/block") / Path(source).name / "inflight"
        while inflight.read_text().split() != ["0", "0"]:
            time.sleep(0.001)


def _run(*command: str) -> None:
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    subprocess.run([shutil.which(command[0], path=path) or command[0], *command[1:]], check=True)
