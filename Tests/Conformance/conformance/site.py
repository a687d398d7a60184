"""The suite's own addresses: where apps get their answers, keys are published and logout tokens come in. Once by https, for browsers, and once by http, for the server."""

import collections
import http.server
import json
import ssl
import threading
import urllib.parse

Visit = collections.namedtuple("Visit", "method path query form headers")


class Site:
    def __init__(self, certificate, key):
        site = self
        self.visits, self.documents, self.lock = collections.defaultdict(list), {}, threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.handle(self, b"")

            def do_POST(self):
                site.handle(self, self.rfile.read(int(self.headers.get("Content-Length") or 0)))

            def log_message(self, *_):
                pass

        def listen():
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = True
            return server

        self.secure, self.plain = listen(), listen()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.secure.socket = context.wrap_socket(self.secure.socket, server_side=True, do_handshake_on_connect=False)
        self.base = f"https://localhost:{self.secure.server_port}"
        self.for_server = f"http://localhost:{self.plain.server_port}"

    def start(self):
        for server in (self.secure, self.plain):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        for server in (self.secure, self.plain):
            server.shutdown()
            server.server_close()

    def publish(self, path, document, kind="application/json"):
        """Serves a document at a path, by https and http; its address for the server."""
        self.documents[path] = (kind, document if isinstance(document, bytes) else (document if isinstance(document, str) else json.dumps(document)).encode())
        return self.for_server + path

    def handle(self, request, body):
        path, _, query = request.path.partition("?")
        text = body.decode(errors="replace")
        visit = Visit(request.command, path, dict(urllib.parse.parse_qsl(query, keep_blank_values=True)), dict(urllib.parse.parse_qsl(text)), {name.title(): value for name, value in request.headers.items()})
        with self.lock:
            self.visits[path].append(visit)
        kind, content = self.documents.get(path, ("text/html; charset=utf-8", b"<!doctype html><title>suite</title><p>arrived"))
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(content)

    def at(self, path):
        with self.lock:
            return list(self.visits[path])
