"""What systemd does for a unit, without systemd: a socket that is told how a server is, and one on which it is listened for it."""

import socket
import time

from .countersign import Countersign
from .processes import Process

# The socket becomes descriptor 3 of a process that knows its own id: that is how both are passed.
LAUNCHER = 'export LISTEN_PID="${PID_OF_ANOTHER:-$$}"; fd=$1; shift; [ "$fd" = none ] || eval "exec 3<&$fd"; exec "$@"'


class NotifySocket:
    """What a server says of itself (sd_notify(3)): each datagram is a list of lines."""

    def __init__(self, name):
        self.name = str(name)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.name[1:] if self.name.startswith("@") else self.name)

    def next(self, seconds=10):
        """The next datagram as a dictionary; None if there is none in time."""
        self.socket.settimeout(seconds)
        try:
            return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().split("\n"))
        except TimeoutError:
            return None

    def until(self, name, seconds=10):
        """The next datagram that says something of that name; what came before is passed over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            said = self.next(max(0.01, end - time.monotonic()))
            if said and name in said:
                return said
        raise TimeoutError(f"nothing was said of {name} within {seconds} s")


class Unit(Countersign):
    """A server as a unit of type notify; `listener` is what a .socket unit listens on."""

    def __init__(self, *arguments, notify=None, watchdog=None, listener=None, another=None, **how):
        super().__init__(*arguments, **how)
        self.notify, self.watchdog, self.listener, self.another = notify, watchdog, listener, another
        if listener and listener.type == socket.SOCK_STREAM:
            self.port = listener.getsockname()[1]
            self.url = f"http://localhost:{self.port}"

    def begin_to_serve(self, *more):
        """Starts it, and does not wait. With a listener it is not told where to listen."""
        environment = {"NOTIFY_SOCKET": self.notify.name} if self.notify else {}
        if self.watchdog:
            environment["WATCHDOG_USEC"] = str(int(self.watchdog * 1_000_000))
        if self.another:
            environment["PID_OF_ANOTHER"] = str(self.another)
        arguments = ["bash", "-c", LAUNCHER, "launcher", str(self.listener.fileno()) if self.listener else "none"]
        if self.listener:
            environment["LISTEN_FDS"] = "1"
        arguments += [self.binary, "serve", "--public-url", self.url, "--metrics-listen", "none", "--log-format", "json", *self.place, *more]
        if not self.listener or self.another:
            arguments += ["--listen", f"127.0.0.1:{self.port}"]
        passed = (self.listener.fileno(),) if self.listener else ()
        self.process = Process(self.name, arguments, self.log, environment, passed=passed)
        return self.process

    def start(self, *more):
        self.begin_to_serve(*more).wait_until_ready(self.is_ready)
        return self


def listener(backlog=1024):
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", 0))
    made.listen(backlog)
    return made
