"""A real Prometheus, configured by the text of docs/operations/monitoring.md, with the rules of the package."""

import pathlib
import re
import shutil
import subprocess

import requests

from .countersign import ROOT
from .processes import Process, free_port

FILES = ROOT / "packaging" / "monitoring"
GUIDE = ROOT / "docs" / "operations" / "monitoring.md"


def missing():
    return [] if shutil.which("prometheus") and shutil.which("promtool") else ["prometheus"]


def blocks(kind=""):
    """The guide's blocks of that kind, as they stand there."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    return [text for each, text in found if each == kind]


def configuration():
    found = [text for text in blocks("yaml") if text.startswith("# prometheus.yml\n")]
    if len(found) != 1:
        raise RuntimeError(f"{GUIDE.name} has {len(found)} prometheus.yml")
    return found[0]


def promtool(*words, text=None):
    """Exit status, and all that it says."""
    answer = subprocess.run(["promtool", *map(str, words)], input=text, capture_output=True, text=True, timeout=60, cwd=FILES)
    return answer.returncode, answer.stdout + answer.stderr


class Prometheus:
    """Scrapes each second, and does not wait a minute before an alert fires."""

    def __init__(self, folder):
        self.folder, self.port = pathlib.Path(folder), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self, target):
        self.folder.mkdir(parents=True, exist_ok=True)
        text = configuration().replace("127.0.0.1:9464", target).replace("scrape_interval: 15s", "scrape_interval: 1s\n  evaluation_interval: 1s")
        (self.folder / "prometheus.yml").write_text(text)
        rules = (FILES / "countersign.rules.yml").read_text()
        (self.folder / "countersign.rules.yml").write_text(re.sub(r"for: \S+", "for: 1s", rules))
        words = ["prometheus", f"--config.file={self.folder / 'prometheus.yml'}", f"--storage.tsdb.path={self.folder / 'data'}"]
        self.process = Process("prometheus", [*words, f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"], self.folder / "prometheus.log")
        self.process.wait_until_ready(self.answers)
        return self

    def answers(self):
        try:
            return requests.get(f"{self.url}/-/ready", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def ask(self, what, **parameters):
        answer = requests.get(f"{self.url}/api/v1/{what}", params=parameters, timeout=10).json()
        if answer["status"] != "success":
            raise RuntimeError(f"{parameters}: {answer}")
        return answer["data"]

    def query(self, expression):
        return self.ask("query", query=expression)["result"]

    def firing(self):
        return {alert["labels"]["alertname"] for alert in self.ask("alerts")["alerts"] if alert["state"] == "firing"}

    def stop(self):
        if self.process:
            self.process.stop()
