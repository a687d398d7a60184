"""PostgreSQL from Debian: a server with a data folder of its own, that is killed and started as a check wants."""

import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

from .processes import Process, free_port

BINARIES = pathlib.Path(max(glob.glob("/usr/lib/postgresql/*/bin"), default="/usr/lib/postgresql/bin", key=lambda path: float(path.split("/")[4])))


def missing():
    return [] if (BINARIES / "postgres").exists() else ["postgresql"]


def as_postgres(*command):
    """PostgreSQL refuses to be root; Debian's package brings its own user."""
    own = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"] if os.geteuid() == 0 else []
    return [*own, *(str(word) for word in command)]


class PostgreSQL:
    def __init__(self, folder):
        # Not in the checkout: every folder on the way has to be open to the user postgres, and a socket's path is short.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-postgresql-"))
        self.log = pathlib.Path(folder) / "postgresql.log"
        self.logs = [self.log]
        self.port = free_port()
        self.process = None
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        self.folder.chmod(0o755)

    def start(self):
        if not (self.folder / "data").exists():
            make = ("initdb", "-D", self.folder / "data", "-U", "countersign", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
            subprocess.run(as_postgres(BINARIES / make[0], *make[1:]), check=True, capture_output=True, cwd="/")
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder, "max_connections": 200}
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.process = Process("PostgreSQL", as_postgres(BINARIES / "postgres", "-D", self.folder / "data", *arguments), self.log, folder="/")
        self.process.wait_until_ready(lambda: subprocess.run([BINARIES / "pg_isready", "-q", *self.place("postgres")]).returncode == 0)
        return self

    def place(self, database):
        return ["-h", str(self.folder), "-p", str(self.port), "-U", "countersign", "-d", database]

    def ask(self, database, statement):
        """What psql prints: values alone."""
        command = [BINARIES / "psql", "-XqtA", "-v", "ON_ERROR_STOP=1", *self.place(database), "-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def new_database(self, name):
        """The URL of a new, empty database."""
        self.ask("postgres", f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url(name)

    def url(self, name):
        return f"postgresql://countersign@/{name}?host={self.folder}&port={self.port}"

    def stop_immediately(self):
        """Without a checkpoint: its next start recovers from the log."""
        stop = (BINARIES / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")
        subprocess.run(as_postgres(*stop), check=True, capture_output=True, cwd="/")

    def kill(self):
        """As if the machine had gone: all its processes at once."""
        self.process.kill()

    def stop(self):
        if self.process and self.process.runs:
            self.process.signal(signal.SIGQUIT)
            self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
