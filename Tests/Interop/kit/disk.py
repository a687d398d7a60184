"""A small disk, in memory, that can be full: a file system of its own, which only root may mount."""

import os
import pathlib
import shutil
import subprocess
import tempfile


def missing():
    """Tried, since root in a container may not."""
    try:
        SmallDisk(1).start().stop()
    except (OSError, subprocess.CalledProcessError):
        return ["a file system of its own (root who may mount a tmpfs)"]
    return []


class SmallDisk:
    def __init__(self, mebibytes, owner=None):
        self.mebibytes, self.owner = mebibytes, owner
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-disk-"))

    def start(self):
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.mebibytes}m,mode=755", "countersign", self.folder], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            self.folder.rmdir()
            raise
        if self.owner:
            shutil.chown(self.folder, self.owner)
        return self

    def fill(self):
        """Nobody finds a byte any more."""
        with open(self.folder / "full", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def empty(self):
        (self.folder / "full").unlink()

    def stop(self):
        if os.path.ismount(self.folder):
            subprocess.run(["umount", "-l", self.folder], check=True)
            self.folder.rmdir()
