"""pgbouncer in transaction mode: whoever commits may go on with another connection of the server."""

import os
import pathlib

from .postgresql import as_postgres
from .processes import Process, free_port, wait_until

SERVER = "/usr/sbin/pgbouncer"

CONFIG = """
[databases]
* = host={postgresql.folder} port={postgresql.port} user=countersign
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
"""


def missing():
    return [] if os.path.exists(SERVER) else ["pgbouncer"]


class PgBouncer:
    def __init__(self, folder, postgresql):
        self.postgresql, self.port = postgresql, free_port()
        self.log = pathlib.Path(folder) / "pgbouncer.log"
        self.logs = [self.log]
        self.process = None

    def start(self):
        config = self.postgresql.folder / "pgbouncer.ini"  # where the user postgres may read it
        config.write_text(CONFIG.format(postgresql=self.postgresql, port=self.port))
        self.process = Process("pgbouncer", as_postgres(SERVER, config), self.log, folder="/")
        wait_until("pgbouncer", lambda: "process up" in self.log.read_text(errors="replace"))
        return self

    def url(self, name):
        return f"postgresql://countersign@127.0.0.1:{self.port}/{name}"

    def stop(self):
        return self.process.stop() if self.process else None
