"""Prometheus, its own judge of metrics and rules, and the dashboard, against servers that people sign in at (docs/operations/monitoring.md)."""

import json
import re

import requests

from kit.checks import Scenario, expect, expect_true
from kit.processes import free_port, wait_until
from kit.prometheus import FILES, Prometheus, blocks, promtool
from kit.refusals import expect_told
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("monitoring", needs=["pysaml2", "prometheus"])


class Watched:
    """A server with metrics at which one person signed in, and one was refused."""

    def __init__(self, world):
        self.address = f"127.0.0.1:{free_port()}"
        self.server = world.new_server("watched", options=["--metrics-listen", self.address])
        self.site = Site(world, self.server, "watched")
        check_both(self.site.sign_in(world.visitor(), "ada").redeem())
        visitor = world.visitor()
        _, redirect = self.site.to_provider(visitor)
        answer = self.site.answer(redirect, "mallory", sign=[])
        expect_told(self.server, visitor.post(answer.url, answer.form), self.site.app, "server_error", "unsigned")
        # The ends of certificates are looked at some seconds after the start.
        wait_until("certificates are looked at", lambda: self.values("countersign_idp_certificate_expiry_seconds"), seconds=20)

    def text(self):
        answer = requests.get(f"http://{self.address}/metrics", timeout=10)
        expect("status", answer.status_code, 200)
        return answer.text

    def values(self, name):
        return [float(line.rsplit(" ", 1)[1]) for line in self.text().splitlines() if re.match(rf"{name}[ {{]", line)]


def watched(world):
    return world.part("watched", lambda: Watched(world))


def prometheus(world):
    return world.part("prometheus", lambda: world.started_part(Prometheus(world.folder / "prometheus"), watched(world).address))


def metrics_of(text):
    """Every name that a server's answer has, with those of the parts of histograms."""
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    return set(kinds) | {name + part for name, kind in kinds.items() if kind == "histogram" for part in ("_bucket", "_sum", "_count")}


@scenario.check("promtool finds nothing to say of the metrics", seconds=120)
def lint(world):
    status, words = promtool("check", "metrics", text=watched(world).text())
    expect("promtool check metrics", (status, words), (0, ""))


@scenario.check("what was signed in, refused, verified, signed and stored is counted, in buckets that add up")
def counted(world):
    text, pool = watched(world).text(), watched(world).site.pool["id"]
    for result in ("ok", "saml.unsigned"):
        expect_true(f"a sign-in that was {result}", re.search(rf'^countersign_sign_ins_total{{pool="{pool}",provider="pysaml2",result="{result}".*}} 1$', text, re.MULTILINE), "1", text)
    for name in ("countersign_http_request_seconds", "countersign_saml_verification_seconds", "countersign_token_signing_seconds", "countersign_database_seconds"):
        found = re.findall(rf'^{name}_bucket{{(.*?),?le="(.*?)"}} (\d+)$', text, re.MULTILINE)
        for labels in {each[0] for each in found}:
            counts = [int(count) for each, _, count in found if each == labels]
            total = re.search(rf"^{name}_count{re.escape('{' + labels + '}') if labels else ''} (\d+)$", text, re.MULTILINE)
            expect(f"{name} {labels}: ascending, and all in the last", (sorted(counts), counts[-1]), (counts, int(total[1])))
        expect_true(f"{name} has something", any(int(count) > 0 for _, _, count in found), "more than 0", found)
    expect("ready", watched(world).values("countersign_ready"), [1])


@scenario.check("promtool accepts the rules, and the tests of each")
def rules(world):
    commands = [line for text in blocks() for line in text.splitlines() if line.startswith("promtool ")]
    expect("the guide's commands", len(commands), 2)
    for command in commands:
        status, words = promtool(*command.split()[1:])
        expect(command, status, 0)
    tested = (FILES / "countersign.rules.test.yml").read_text()
    named = re.findall(r"^ *- alert: (\w+)$", (FILES / "countersign.rules.yml").read_text(), re.MULTILINE)
    expect("alerts without a test", [name for name in named if name not in tested], [])


@scenario.check("the guide's curl shows them")
def guide(world):
    line = next(line for text in blocks() for line in text.splitlines() if line.startswith("curl "))
    expect("its address is the default one", re.findall(r"http://\S+", line), ["http://127.0.0.1:9464/metrics"])


@scenario.check("Prometheus scrapes the server and answers", seconds=120)
def scraped(world):
    there = prometheus(world)
    wait_until("it is up", lambda: [each for each in there.query('up{job="countersign"}') if each["value"][1] == "1"], seconds=20)
    expect_true("sign-ins", there.query("sum(countersign_sign_ins_total)")[0]["value"][1] != "0", "some", "none")
    wait_until("a quantile", lambda: there.query("histogram_quantile(0.99, sum by (le) (rate(countersign_http_request_seconds_bucket[30s])))"), seconds=20)
    expect("rules that were loaded", {group["name"] for group in there.ask("rules")["groups"]}, {"countersign"})
    expect("firing", there.firing() - {"CountersignCertificateEnds"}, set())


@scenario.check("each panel of the dashboard asks for what there is", seconds=120)
def dashboard(world):
    there, known = prometheus(world), metrics_of(watched(world).text())
    text = (FILES / "countersign.dashboard.json").read_text()
    expressions = [target["expr"] for panel in json.loads(text)["panels"] for target in panel.get("targets", [])]
    expect_true("panels", len(expressions) > 15, "more than 15", len(expressions))
    queries = [each["query"]["query"] for each in json.loads(text)["templating"]["list"] if isinstance(each["query"], dict)]
    for expression in expressions:
        there.query(re.sub(r"\$__\w+", "1m", expression.replace("$instance", ".*").replace("$pool", ".*")))
    alerts = (FILES / "countersign.rules.yml").read_text()
    asked = set(re.findall(r"countersign_\w+", " ".join([*expressions, *queries, alerts])))
    expect("asked for, and not there", sorted(asked - known), [])
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"countersign_\w+", " ".join(expressions))}
    expect("there, and shown nowhere", sorted({re.sub(r"_(bucket|sum|count)$", "", name) for name in known} - shown), [])


@scenario.check("a server that was stopped is an alert that fires", seconds=120)
def down(world):
    there = prometheus(world)
    watched(world).server.stop()
    wait_until("CountersignDown fires", lambda: "CountersignDown" in there.firing(), seconds=60)
    remedy = next(alert["annotations"]["remedy"] for alert in there.ask("alerts")["alerts"] if alert["labels"]["alertname"] == "CountersignDown")
    expect_true("with what to do", "systemctl status countersign" in remedy, "a command", remedy)
    watched(world).server.start()
    wait_until("it is over", lambda: "CountersignDown" not in there.firing(), seconds=60)
