"""A document at an address, as an identity provider publishes its metadata: with an entity tag, and replaced when the provider says so."""

import hashlib
import http.server
import threading


class Published:
    def __init__(self, path):
        self.path = path
        self.answers = []
        published = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = published.path.read_bytes()
                tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
                status = 304 if self.headers.get("If-None-Match") == tag else 200
                published.answers.append(status)
                self.send_response(status)
                self.send_header("ETag", tag)
                self.send_header("Content-Length", str(len(body) if status == 200 else 0))
                self.end_headers()
                if status == 200:
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/metadata"

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
