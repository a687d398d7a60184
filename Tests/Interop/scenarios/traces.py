"""Traces at a collector: a SAML sign-in, an OpenID Connect sign-in, a refused one, and what must never be in them (docs/operations/monitoring.md)."""

import time

import requests

from kit.app import App
from kit.checks import Scenario, expect, expect_true
from kit.collector import Collector
from kit.processes import free_port, wait_until
from kit.refusals import expect_refused
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("traces", needs=["pysaml2"])
HEADER = "a-secret-of-the-collector-alone"


class Traced:
    """Two servers with traces: a pool with pysaml2, and one whose provider is that pool."""

    def __init__(self, world):
        self.world = world
        self.collector = world.started_part(Collector())
        self.metrics = f"127.0.0.1:{free_port()}"
        world.secrets.remember("header of the collector", HEADER)
        headers = world.folder / "otlp-headers"
        headers.touch(mode=0o600)
        headers.write_text(f"# of the collector\nX-Tenant: {HEADER}\n")
        options = ["--otlp-endpoint", self.collector.url, "--otlp-headers-file", str(headers)]
        self.server = world.new_server("traced", options=[*options, "--metrics-listen", self.metrics, "--trusted-proxy", "127.0.0.2"])
        self.site = Site(world, self.server, "traced")
        self.lower = world.new_server("traced-lower", options=[*options, "--trusted-proxy", "127.0.0.1", "--trace-from-proxy", "--trace-sample", "0"])
        self.pool = self.lower.create_pool("lower")
        back = self.pool["issuer"] + "/oauth2/idpresponse/upper"
        client = self.server.create_client(self.site.pool, "lower", back, "--confidential")
        mapping = {name: name for name in ("email", "name")}
        scopes = [word for scope in ("openid", "profile", "email") for word in ("--scope", scope)]
        self.lower.create_oidc_provider(self.pool, "upper", self.site.pool["issuer"], client, mapping, *scopes)
        redirect_uri = f"http://localhost:{free_port()}/callback"
        self.app = App(self.pool["issuer"], self.lower.create_client(self.pool, "app", redirect_uri), world.secrets, redirect_uri)

    def wait_for(self, what, **wanted):
        return wait_until(what, lambda: self.collector.trace_of(**wanted), seconds=10)


def traced(world):
    return world.part("traced", lambda: Traced(world))


@scenario.check("a SAML sign-in: one trace a request, named by its route, with what took time below it")
def saml(world):
    there = traced(world)
    check_both(there.site.sign_in(world.visitor(), "ada").redeem())
    trace = there.wait_for("the answer's trace", http__route="/{pool}/saml2/idpresponse", http__response__status_code=303)
    expect("name", trace.root["name"], "POST /{pool}/saml2/idpresponse")
    for name, value in {"http.request.method": "POST", "countersign.pool": there.site.pool["id"], "countersign.provider": "pysaml2"}.items():
        expect(name, trace.root["attributes"].get(name), value)
    expect("status", trace.root["status"].get("code", 0), 0)
    for name in ("verify SAML message", "map identity", "write database"):
        expect_true(f"a span '{name}'", name in trace.names, name, trace.names)
    token = there.wait_for("the token's trace", http__route="/{pool}/oauth2/token")
    expect_true("signing", "sign token" in token.names, "sign token", token.names)
    expect("the service", {name: there.collector.resource.get(name) for name in ("service.name",)}, {"service.name": "countersign"})
    expect("the header of the file", {headers.get("x-tenant") for headers in there.collector.headers}, {HEADER})


@scenario.check("an OpenID Connect sign-in: the request to the provider is a span, with its host alone, and the provider gets no header of ours")
def openid(world):
    there = traced(world)
    visitor, begun = world.visitor(), there.app.begin()
    # The proxy in front of the lower server records this trace, so that all of it is kept, and under the proxy's id.
    trace, above = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    visitor.session.headers["traceparent"] = f"00-{trace}-{above}-01"
    page = visitor.follow(visitor.get(begun.url), until=there.site.provider.base)
    answer = there.site.answer(page.location, "grace")
    page = visitor.follow(visitor.post(answer.url, answer.form), until=there.app.redirect_uri)
    check_both(begun.answer(page.location).redeem())

    def found():
        with there.collector.lock:
            return [span for span in there.collector.spans if span["traceId"] == trace and span["attributes"].get("server.address") == "localhost"]

    outgoing = wait_until("the request to the provider", found, seconds=10)
    expect("names", {span["name"] for span in outgoing} <= {"GET", "POST"}, True)
    expect("kind", {span["kind"] for span in outgoing}, {3})
    with there.collector.lock:
        roots = [span for span in there.collector.spans if span["traceId"] == trace and span["kind"] == 2]
    expect("the proxy's span is above", {span["parentSpanId"] for span in roots}, {above})
    # The upper server saw the same header, from an address that is nobody's proxy; and none of the lower server's.
    expect("pools of that trace", {span["attributes"].get("countersign.pool") for span in roots}, {there.pool["id"]})


@scenario.check("a refused sign-in: the reference of the page finds its trace, whatever part of them is kept")
def refused(world):
    there = traced(world)
    page = world.visitor().get(f"{there.pool['issuer']}/oauth2/idpresponse/upper?state=nothing&code=a-code-of-nobody")
    line = expect_refused(there.lower, page, "state")
    trace = there.wait_for("its trace", countersign__reference=line["reference"])
    expect("code", trace.root["attributes"].get("error.type"), line["code"])
    expect("status", trace.root["status"], {"code": 2})
    expect("pool", trace.root["attributes"].get("countersign.pool"), there.pool["id"])
    expect_true("on the page", line["reference"] in page.text, line["reference"], page.words[:300])


@scenario.check("nothing that came was against OTLP, and nobody's name, code, token, state or secret is in it")
def nothing_secret(world):
    there = traced(world)
    time.sleep(1)
    there.collector.traces()
    expect("complaints", there.collector.complaints, [])
    text = b"\n".join(there.collector.bodies).decode()
    expect_true("much came", len(there.collector.spans) > 30, "more than 30", len(there.collector.spans))
    expect("secrets in it", world.secrets.found_in(text), {})
    for words in ("a-code-of-nobody", "SELECT", "INSERT", "?state", "code=", "@"):
        expect_true(f"no {words}", words not in text, "nothing", text[max(text.find(words) - 200, 0) :][:400])


@scenario.check("a collector that is away is dropped, counted and told once, and holds up nobody; nor does it hold up a stop")
def away(world):
    there = traced(world)
    there.collector.stop()
    before = time.monotonic()
    for _ in range(30):
        requests.get(f"http://127.0.0.1:{there.server.port}/{there.site.pool['id']}/.well-known/openid-configuration", timeout=5)
    expect_true("thirty requests", time.monotonic() - before < 5, "5 s", time.monotonic() - before)

    def dropped():
        text = requests.get(f"http://{there.metrics}/metrics", timeout=5).text
        return [line for line in text.splitlines() if line.startswith('countersign_trace_spans_total{result="dropped"}') and not line.endswith(" 0")]

    wait_until("it is counted", dropped, seconds=15)
    lines = [line for line in there.server.log_text().splitlines() if "traces_dropped" in line]
    expect("lines of the log", len(lines), 1)
    for _ in range(5):
        requests.get(f"http://127.0.0.1:{there.server.port}/healthz", timeout=5)
    before = time.monotonic()
    expect("exit status", there.server.stop(), 0)
    expect_true("it ended at once", time.monotonic() - before < 4, "4 s", time.monotonic() - before)
