"""Programs that run beside the checks: started in a session of their own, stopped by its id, their words kept in a log."""

import os
import pathlib
import signal
import socket
import subprocess
import time


def free_port(_given=set()):
    """A port of loopback that nobody listens on now, and that was not given out before."""
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def wait_until(what, condition, seconds=15, pause=0.05):
    """The first true answer of the condition; an exception with its name if there is none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(pause)


class Process:
    def __init__(self, name, arguments, log, environment=None, folder=None, passed=()):
        self.name, self.log = name, pathlib.Path(log)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as output:
            self.handle = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=folder,
                pass_fds=passed,
                env={**os.environ, **(environment or {})},
            )

    @property
    def runs(self):
        return self.handle.poll() is None

    def wait_until_ready(self, condition, seconds=20):
        def ready():
            if not self.runs:
                raise RuntimeError(f"{self.name} ended at its start with status {self.handle.returncode}: {self.last_words()}")
            return condition()

        try:
            return wait_until(f"{self.name} answers", ready, seconds)
        except TimeoutError as timeout:
            raise TimeoutError(f"{timeout}; its last words: {self.last_words()}") from None

    def last_words(self, lines=8):
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-lines:]) or "(none)"

    def signal(self, number):
        """To the whole session: PHP's and Apache's workers are children of what was started."""
        try:
            os.killpg(self.handle.pid, number)
        except ProcessLookupError:
            pass

    def stop(self, patience=10):
        """Asks, then insists. The exit status."""
        if self.runs:
            self.signal(signal.SIGTERM)
            try:
                self.handle.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        self.signal(signal.SIGKILL)
        return self.handle.wait()

    def kill(self):
        self.signal(signal.SIGKILL)
        return self.handle.wait()
