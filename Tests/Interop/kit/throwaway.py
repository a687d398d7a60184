"""A system that is thrown away: this machine's files under an empty layer, and systemd as its first process, in namespaces of its own.

What is installed, started or deleted there is gone with it. It needs root. Its network is a loopback of its own.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from .countersign import ROOT
from .processes import wait_until

NAMESPACES = ("unshare", "--pid", "--fork", "--mount", "--uts", "--ipc", "--net", "--cgroup", "--kill-child", "--propagation", "private")
# What would change the machine below, or wait for devices.
MASKED = ("systemd-sysctl.service", "systemd-modules-load.service", "systemd-remount-fs.service", "systemd-udevd.service", "systemd-udev-trigger.service",
    "systemd-udevd-control.socket", "systemd-udevd-kernel.socket", "systemd-networkd-wait-online.service")
BOOT = r"""
set -e
layer=$1 root=$2 project=$3
mount -t tmpfs -o mode=755 tmpfs "$layer"
mkdir "$layer/changes" "$layer/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/changes,workdir=$layer/work" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
    mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd"
    mount -t cgroup -o none,name=systemd,xattr cgroup "$root/sys/fs/cgroup/systemd"
fi
# What is installed below meanwhile is nothing to it.
cp -a "$root/var/lib/dpkg" "$layer/dpkg"
mount --bind "$layer/dpkg" "$root/var/lib/dpkg"
for folder in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$folder"; done
chmod 1777 "$root/tmp"
for device in null zero full random urandom tty; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs tmpfs "$root/dev/shm"
# The kit runs inside as well, and may lie on a disk of its own.
mkdir -p "$root$project"
mount --bind "$project" "$root$project"
ip link set lo up
rm -rf "$root"/etc/systemd/system/*.wants
rm -f "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/etc/systemd/system"
shift 3
for unit in "$@"; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
printf '[Unit]\nRequires=basic.target\nAfter=basic.target\n' >"$root/etc/systemd/system/trial.target"
# No chroot: in one nobody may make a namespace of users.
cd "$root"
pivot_root . mnt
umount -l /mnt
exec env -i container=trial PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=trial.target --log-target=journal
"""


def missing():
    needed = [name for name in ("unshare", "nsenter", "ip", "dpkg", "man", "openssl") if not shutil.which(name)]
    if not os.path.exists("/lib/systemd/systemd"):
        needed.append("systemd")
    # Also root may be kept from it, in a container.
    if not needed and subprocess.run([*NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode != 0:
        needed.append("root's right to make namespaces")
    return needed


class Throwaway:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.layer, self.root, self.log = self.folder / "layer", self.folder / "root", self.folder / "boot.log"
        self.handle = self.first = None
        self.steps = []

    @property
    def logs(self):
        """The journal too, as far as it can be had."""
        journal = self.folder / "journal.log"
        if self.first:
            journal.write_text(self.run("journalctl", "--no-pager", "--lines=200", check=False).stdout)
        return [self.log, journal]

    def start(self):
        self.layer.mkdir(parents=True)
        self.root.mkdir()
        with open(self.log, "wb") as log:
            self.handle = subprocess.Popen(
                [*NAMESPACES, "bash", "-c", BOOT, "boot", str(self.layer), str(self.root), str(ROOT), *MASKED],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )
        self.first = wait_until("systemd's process", self.find_first, seconds=10)
        wait_until("systemd has started", lambda: self.run("systemctl", "is-system-running", check=False).stdout.strip() in ("running", "degraded"), seconds=30)
        return self

    def find_first(self):
        if self.handle.poll() is not None:
            raise RuntimeError(f"it ended at its start: {self.log.read_text()[-500:]}")
        for child in pathlib.Path(f"/proc/{self.handle.pid}/task/{self.handle.pid}/children").read_text().split():
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        return None

    def command(self, *words):
        """The words of a command that runs inside, as root."""
        inside = ["nsenter", "--target", str(self.first), "--all", "--root", "--wd=/", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8"]
        return [*inside, *words]

    def run(self, *words, check=True, text=None, seconds=60):
        feed = {"input": text} if text is not None else {"stdin": subprocess.DEVNULL}
        answer = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=seconds, **feed)
        if check and answer.returncode != 0:
            raise RuntimeError(f"{' '.join(words)} ended with {answer.returncode}: {answer.stderr.strip()[-800:] or answer.stdout.strip()[-800:]}")
        return answer

    def timed(self, what, *words):
        began = time.monotonic()
        answer = self.run(*words)
        self.took(what, time.monotonic() - began)
        return answer

    def took(self, what, seconds):
        print(f"       {what}: {seconds:.1f} s")
        self.steps.append((what, seconds))

    def place(self, path):
        """A file of it, seen from outside."""
        return pathlib.Path(f"/proc/{self.first}/root") / str(path).lstrip("/")

    def stop(self):
        if self.handle and self.handle.poll() is None:
            os.killpg(self.handle.pid, signal.SIGKILL)  # unshare's --kill-child takes systemd, which takes everything
            self.handle.wait()
