"""A small app: authorization code with PKCE, a page to start at, a page to come back to."""

import base64
import hashlib
import html
import http.server
import threading
import urllib.parse
from secrets import token_urlsafe

import requests

from . import tokens
from .checks import expect, expect_true
from .processes import free_port


class SignIn:
    """One sign-in of one person at one app, from its authorization request to its tokens."""

    def __init__(self, app, **parameters):
        self.app = app
        self.state, self.nonce, self.verifier = (token_urlsafe(32) for _ in range(3))
        self.error = self.code = self.tokens = None
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "scope": app.scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **parameters,
        }
        self.url = app.discovery["authorization_endpoint"] + "?" + urllib.parse.urlencode(query)

    def answer(self, location):
        """Reads the redirect to the app: a code, or an error."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        expect("`state` comes back as it was sent", query.get("state"), self.state)
        expect("`iss` names who answers (RFC 9207)", query.get("iss"), self.app.issuer)
        self.error, self.code = query.get("error"), query.get("code")
        self.app.secrets.remember("code", self.code)
        expect_true("the answer has a code or an error", bool(self.code) != bool(self.error), "one of the two", location)
        return self

    def redeem(self):
        """Code for tokens; they must come."""
        answer = self.app.redeem(self.code, self.verifier)
        expect(f"status of /oauth2/token ({answer.text[:300]})", answer.status_code, 200)
        self.tokens = self.app.remember(answer.json())
        return self


class App:
    """A registered client of a pool: where its endpoints are, and who it is."""

    def __init__(self, issuer, client, secrets, redirect_uri, scope="openid email profile"):
        self.issuer, self.secrets, self.redirect_uri, self.scope = issuer, secrets, redirect_uri, scope
        self.client_id, self.client_secret = client["client_id"], client.get("client_secret")
        self.discovery = tokens.discovery(issuer)

    def begin(self, **parameters):
        return SignIn(self, **parameters)

    def remember(self, answer):
        for kind in ("access_token", "refresh_token", "id_token"):
            self.secrets.remember(kind.replace("_", " "), answer.get(kind))
        return answer

    def post(self, endpoint, form, **options):
        credentials = (self.client_id, self.client_secret) if self.client_secret else None
        return requests.post(self.discovery[endpoint], data={"client_id": self.client_id, **form} if not credentials else form, auth=credentials, timeout=20, **options)

    def redeem_form(self, code, verifier):
        return {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, "code_verifier": verifier}

    def redeem(self, code, verifier):
        return self.post("token_endpoint", self.redeem_form(code, verifier))

    def refresh(self, refresh_token):
        answer = self.post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": refresh_token})
        if answer.status_code == 200:
            self.remember(answer.json())
        return answer

    def user_info(self, access_token):
        return requests.get(self.discovery["userinfo_endpoint"], headers={"Authorization": f"Bearer {access_token}"}, timeout=20)


class AppWithPages(App):
    """The same app as a browser sees it, on a port of its own. `/sign-in?prompt=login` hands its query on to the authorization request."""

    def __init__(self, name, port=None):
        self.name, self.port = name, port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.redirect_uri = self.url + "/callback"
        self.sign_ins = {}
        self.last = None
        self.server = None

    def register(self, issuer, client, secrets):
        super().__init__(issuer, client, secrets, self.redirect_uri)
        app = self

        class Pages(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                app.serve(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Pages)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()

    def serve(self, request):
        path, _, query = request.path.partition("?")
        if path == "/sign-in":
            sign_in = self.begin(**dict(urllib.parse.parse_qsl(query)))
            self.sign_ins[sign_in.state] = sign_in
            request.send_response(302)
            request.send_header("Location", sign_in.url)
            request.end_headers()
        elif path == "/callback":
            self.show(request, self.come_back(request.path))
        elif path == "/":
            self.show(request, f"{self.name}: signed out")
        else:
            request.send_error(404)

    def come_back(self, location):
        """What the person reads after the redirect. Exceptions become text: the check that waits for the page shows it."""
        try:
            sign_in = self.sign_ins.pop(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query)).get("state"), None)
            if sign_in is None:
                return f"{self.name}: nobody asked for this"
            self.last = sign_in.answer(location)
            if sign_in.error:
                return f"{self.name}: error {sign_in.error}"
            sign_in.redeem()
            return f"{self.name}: signed in"
        except Exception as problem:
            return f"{self.name}: broken: {problem} {getattr(problem, 'seen', '')}"

    def show(self, request, text):
        page = f"<!doctype html><title>{self.name}</title><p id=state>{html.escape(text)}".encode()
        request.send_response(200)
        request.send_header("Content-Type", "text/html; charset=utf-8")
        request.send_header("Content-Length", str(len(page)))
        request.end_headers()
        request.wfile.write(page)
