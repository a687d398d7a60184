"""PostgreSQL from Debian: a server with a data folder of its own, that is killed and started as a check wants."""

import contextlib
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

from .processes import Process, free_port, wait_until

BINARIES = pathlib.Path(max(glob.glob("/usr/lib/postgresql/*/bin"), default="/usr/lib/postgresql/bin", key=lambda path: float(path.split("/")[4])))


def missing():
    return [] if (BINARIES / "postgres").exists() else ["postgresql"]


def as_postgres(*command):
    """PostgreSQL refuses to be root; Debian's package brings its own user."""
    own = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"] if os.geteuid() == 0 else []
    return [*own, *(str(word) for word in command)]


class PostgreSQL:
    def __init__(self, folder, name="postgresql", primary=None):
        """With a `primary` it is that one's standby, which must have each commit before it is answered."""
        self.name, self.primary = name, primary
        # Not in the checkout: every folder on the way has to be open to the user postgres, and a socket's path is short.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-postgresql-"))
        self.log = pathlib.Path(folder) / f"{name}.log"
        self.logs = [self.log]
        self.port = free_port()
        self.process = None
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        self.folder.chmod(0o755)

    def start(self):
        if not (self.folder / "data").exists():
            own = ("initdb", "-U", "countersign", "--auth=trust", "--encoding=UTF8", "--locale=C")
            make = own if self.primary is None else ("pg_basebackup", "-R", "-c", "fast", *self.primary.place("")[:-2])
            subprocess.run(as_postgres(BINARIES / make[0], *make[1:], "-D", self.folder / "data", "--no-sync"), check=True, capture_output=True, cwd="/")
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder, "max_connections": 200}
        arguments = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.process = Process(self.name, as_postgres(BINARIES / "postgres", "-D", self.folder / "data", *arguments), self.log, folder="/")
        self.process.wait_until_ready(lambda: subprocess.run([BINARIES / "pg_isready", "-q", *self.place("postgres")]).returncode == 0, seconds=60)  # what was killed under load has much to replay
        if self.primary:
            self.primary.set("synchronous_standby_names", "*")
            standby = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
            wait_until("the standby follows", lambda: self.primary.ask("postgres", standby) == "1")
        return self

    def set(self, name, value):
        """For all who are connected, at once."""
        self.ask("postgres", f"ALTER SYSTEM SET {name} = '{value}'")
        self.ask("postgres", "SELECT pg_reload_conf()")

    def use_tls(self, certificate):
        """From the next connection on."""
        for source, name in ((certificate.file, "server.crt"), (certificate.key_file, "server.key")):
            file = self.folder / "data" / name
            shutil.copy(source, file)
            shutil.chown(file, file.parent.owner())
            file.chmod(0o600)
        self.set("ssl", "on")
        wait_until("TLS", lambda: self.ask("postgres", "SHOW ssl") == "on")

    def follow(self, primary):
        """Becomes a standby, with nothing of its own left."""
        self.stop_immediately()
        shutil.rmtree(self.folder / "data")
        self.primary = primary
        return self.start()

    def promote(self):
        """A standby takes writes from now on."""
        promote = (BINARIES / "pg_ctl", "-D", self.folder / "data", "-w", "promote")
        subprocess.run(as_postgres(*promote), check=True, capture_output=True, cwd="/")
        self.primary = None

    def place(self, database):
        return ["-h", str(self.folder), "-p", str(self.port), "-U", "countersign", "-d", database]

    def ask(self, database, statement):
        """What psql prints: values alone."""
        command = [BINARIES / "psql", "-XqtA", "-v", "ON_ERROR_STOP=1", *self.place(database), "-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    @contextlib.contextmanager
    def held_snapshot(self, database):
        """Somebody reads for long: no room of a row that was written over is used again meanwhile."""
        read = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM users; SELECT pg_sleep(50)"
        reader = subprocess.Popen([BINARIES / "psql", "-XqtA", *self.place(database), "-c", read], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        reads = "FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        try:
            wait_until("somebody reads", lambda: self.ask("postgres", f"SELECT count(*) {reads}") == "1")
            yield
        finally:
            self.ask("postgres", f"SELECT pg_terminate_backend(pid) {reads}")
            reader.wait()

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
