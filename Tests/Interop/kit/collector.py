"""A collector of OTLP over HTTP that takes nothing on trust: what is not as the specification has it is a complaint."""

import http.server
import json
import re
import threading

KINDS = {1: "internal", 2: "server", 3: "client"}


class Collector:
    def __init__(self):
        self.spans, self.complaints, self.bodies, self.headers = [], [], [], []
        self.resource = {}
        self.is_away = False
        self.lock = threading.Lock()
        self.server = None

    def start(self):
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                # A connection that is kept would outlive the listener.
                if collector.is_away:
                    self.close_connection = True
                    return
                with collector.lock:
                    collector.receive(self.path, dict(self.headers), body)
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.is_away = True
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    # ---- what came ----

    def complain(self, what, seen):
        self.complaints.append(f"{what}: {seen!r}")

    def require(self, condition, what, seen):
        if not condition:
            self.complain(what, seen)

    def receive(self, path, headers, body):
        self.bodies.append(body)
        self.headers.append({name.lower(): value for name, value in headers.items()})
        self.require(path == "/v1/traces", "the path", path)
        self.require(self.headers[-1].get("content-type") == "application/json", "the type", headers)
        for group in json.loads(body)["resourceSpans"]:
            self.resource = attributes(group["resource"]["attributes"])
            for scope in group["scopeSpans"]:
                self.require(scope["scope"]["name"] == "countersign", "the scope", scope["scope"])
                for span in scope["spans"]:
                    self.check(span)
                    self.spans.append({**span, "attributes": attributes(span["attributes"])})

    def check(self, span):
        allowed = {"traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "status"}
        self.require(set(span) <= allowed, "members", sorted(span))
        self.require(re.fullmatch("[0-9a-f]{32}", span["traceId"]) and set(span["traceId"]) != {"0"}, "traceId", span["traceId"])
        for name in ("spanId", "parentSpanId"):
            if name in span or name == "spanId":
                self.require(re.fullmatch("[0-9a-f]{16}", span[name]) and set(span[name]) != {"0"}, name, span[name])
        self.require(span["kind"] in KINDS, "kind", span["kind"])
        for name in ("startTimeUnixNano", "endTimeUnixNano"):
            self.require(isinstance(span[name], str) and re.fullmatch(r"\d{19}", span[name]), name, span[name])
        self.require(int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]), "times", span)
        self.require(span["status"].get("code", 0) in (0, 1, 2), "status", span["status"])
        for each in span["attributes"]:
            kind, value = next(iter(each["value"].items()))
            self.require(len(each["value"]) == 1 and kind in ("stringValue", "intValue", "boolValue"), "value", each)
            self.require(isinstance(value, bool if kind == "boolValue" else str), "value", each)

    def traces(self):
        """Each request of a server with the spans below it; what does not hang together is a complaint. Requests that a proxy joined share an id."""
        with self.lock:
            found, by_id = {}, {span["spanId"]: span for span in self.spans}
            self.require(len(by_id) == len(self.spans), "ids of spans", "one came twice")
            for span in self.spans:
                root = span
                while root["kind"] != 2 and root.get("parentSpanId") in by_id:
                    root = by_id[root["parentSpanId"]]
                self.require(root["kind"] == 2 and root["traceId"] == span["traceId"], "a root, a server's, of the same trace", span)
                found.setdefault(root["spanId"], []).append(span)
            return [Trace(self, by_id[root], spans) for root, spans in found.items()]

    def trace_of(self, **wanted):
        """The one whose root has these attributes; a dot in a name is written as two underscores."""
        wanted = {name.replace("__", "."): value for name, value in wanted.items()}
        return next((trace for trace in self.traces() if all(trace.root["attributes"].get(name) == value for name, value in wanted.items())), None)


class Trace:
    def __init__(self, collector, root, spans):
        self.root, self.below = root, [span for span in spans if span is not root]
        by_id = {span["spanId"]: span for span in spans}
        for span in self.below:
            above = by_id[span["parentSpanId"]]
            inside = int(above["startTimeUnixNano"]) <= int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]) <= int(above["endTimeUnixNano"])
            collector.require(inside, "a span within the one above", (above["name"], span["name"]))
        self.names = sorted({span["name"] for span in self.below})


def attributes(listed):
    def value(each):
        kind, value = next(iter(each["value"].items()))
        return int(value) if kind == "intValue" else value

    return {each["key"]: value(each) for each in listed}
