"""Apps that live in the browser alone, each on an origin of its own: a plain page, and Swagger UI as others ship it."""

import http.server
import json
import pathlib
import threading

from .processes import free_port

PAGES = pathlib.Path(__file__).with_name("pages")


def swagger_files():
    """Swagger UI's own files, which swagger-ui-bundle carries."""
    import swagger_ui_bundle

    return pathlib.Path(swagger_ui_bundle.swagger_ui_path)


class BrowserApp:
    """Serves files and says who registered it. It has no secret and no server side: whatever it knows of people, the browser fetched."""

    def __init__(self, name):
        self.name, self.port = name, free_port()
        self.origin = f"http://localhost:{self.port}"
        self.files, self.server = {}, None
        self.client = None

    def start(self):
        app = self

        class Files(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, content = app.files.get(self.path.partition("?")[0], (None, b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Files)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()

    def serve(self, path, kind, content):
        self.files[path] = (kind, content.encode() if isinstance(content, str) else content)


class PlainPage(BrowserApp):
    """Code flow with PKCE in forty lines of script."""

    def install(self, issuer, client):
        self.client = client
        settings = {"issuer": issuer, "clientID": client["client_id"], "redirectURI": self.origin + "/"}
        self.serve("/", "text/html; charset=utf-8", (PAGES / "plain.html").read_text())
        self.serve("/settings.json", "application/json", json.dumps(settings))
        return self


class SwaggerUI(BrowserApp):
    """The pages with which thousands of services let people try their API."""

    def install(self, discovery, client):
        self.client = client
        for file in ("swagger-ui-bundle.js", "swagger-ui.css", "oauth2-redirect.html"):
            kind = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}[pathlib.Path(file).suffix]
            self.serve("/" + file, kind + "; charset=utf-8", (swagger_files() / file).read_bytes())
        flow = {"authorizationUrl": discovery["authorization_endpoint"], "tokenUrl": discovery["token_endpoint"], "scopes": {"openid": "", "email": ""}}
        document = {
            "openapi": "3.0.0",
            "info": {"title": "Userinfo", "version": "1"},
            "servers": [{"url": discovery["issuer"]}],
            "components": {"securitySchemes": {"countersign": {"type": "oauth2", "flows": {"authorizationCode": flow}}}},
            "security": [{"countersign": []}],
            "paths": {"/oauth2/userInfo": {"get": {"operationId": "userinfo", "responses": {"200": {"description": "claims"}}}}},
        }
        settings = {"clientId": client["client_id"], "usePkceWithAuthorizationCodeGrant": True, "scopes": "openid email"}
        page = (PAGES / "swagger.html").read_text().replace("SETTINGS", json.dumps(settings))
        self.serve("/", "text/html; charset=utf-8", page)
        self.serve("/openapi.json", "application/json", json.dumps(document))
        return self
