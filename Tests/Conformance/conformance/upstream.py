"""A small OpenID provider behind Countersign: it signs people in on a page, and lies where a module wants a lie.

Each `Tenant` is an issuer of its own under one listener, with keys, a client (Countersign) and habits. What it was asked is kept for the modules to read."""

import base64
import collections
import hashlib
import html
import http.server
import json
import threading
import time
import urllib.parse
from secrets import token_urlsafe

from . import keys

PERSON = {
    "given_name": "Ada",
    "family_name": "Søndergård",
    "name": "Ada Søndergård",
    "middle_name": "Mary",
    "nickname": "adi",
    "preferred_username": "ada",
    "profile": "https://people.example/ada",
    "picture": "https://people.example/ada.png",
    "website": "https://ada.example/",
    "gender": "female",
    "birthdate": "1990-12-10",
    "zoneinfo": "Europe/Copenhagen",
    "locale": "da-DK",
    "updated_at": 1700000000,
    "phone_number": "+4511223344",
    "phone_number_verified": True,
    "address": {"street_address": "Nyhavn 1", "locality": "København", "postal_code": "1051", "country": "DK", "formatted": "Nyhavn 1\n1051 København\nDK"},
    "groups": ["staff"],
}


def claims_of(user):
    return {**PERSON, "sub": f"upstream-{user}", "email": f"{user}@people.example", "email_verified": True}


class Tenant:
    """One issuer. `lies` maps a name of what it can do wrong to how; empty for an honest one."""

    def __init__(self, provider, name, algorithm="RS256", **lies):
        self.name, self.issuer = name, f"{provider.base}/{name}"
        self.algorithm, self.lies = algorithm, lies
        self.client_id, self.client_secret = f"countersign-{name}", token_urlsafe(24)
        self.redirect_uri = None
        self.keys = [keys.make_key(algorithm)]
        self.published = None  # other than its keys
        self.codes, self.tokens, self.sessions = {}, {}, {}
        self.seen = collections.defaultdict(list)
        self.lock = threading.Lock()

    @property
    def key(self):
        return self.keys[0]

    def rotate(self):
        """Another key signs from now on; the old one is published no more."""
        self.keys = [keys.make_key(self.algorithm)]

    # ---- documents ----

    def discovery(self):
        return {
            "issuer": self.lies.get("issuer_in_discovery", self.issuer),
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + "/token",
            "userinfo_endpoint": self.issuer + "/userinfo",
            "jwks_uri": self.issuer + "/jwks",
            "end_session_endpoint": self.issuer + "/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }

    def key_set(self):
        self.seen["jwks"].append(time.time())
        without = ("kid",) if self.lies.get("no_kid") else ()
        return {"keys": self.published if self.published is not None else [keys.public(key, *without) for key in self.keys]}

    # ---- the browser comes, and goes back with a code ----

    def code_for(self, query, user, auth_time, sid):
        code = token_urlsafe(24)
        with self.lock:
            self.codes[code] = (query, user, auth_time, sid)
        answer = {"code": code, "state": query["state"]}
        return query["redirect_uri"] + "?" + urllib.parse.urlencode(answer)

    # ---- the token endpoint ----

    def redeem(self, form, authorization):
        self.seen["token"].append({"form": form, "authorization": authorization})
        expected = "Basic " + base64.b64encode(f"{urllib.parse.quote_plus(self.client_id)}:{urllib.parse.quote_plus(self.client_secret)}".encode()).decode()
        if authorization != expected:
            return 401, {"error": "invalid_client"}
        with self.lock:
            found = self.codes.pop(form.get("code"), None)
        if found is None:
            return 400, {"error": "invalid_grant"}
        query, user, auth_time, sid = found
        challenge = keys.encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if query.get("redirect_uri") != form.get("redirect_uri") or query.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        if self.lies.get("rotates_before_signing"):
            self.rotate()
        access_token = token_urlsafe(24)
        self.tokens[access_token] = user
        return 200, {"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "scope": query["scope"], "id_token": self.id_token(query, user, auth_time, sid)}

    def id_token(self, query, user, auth_time, sid):
        claims = {"iss": self.issuer, "sub": claims_of(user)["sub"], "aud": self.client_id, "iat": keys.now(), "exp": keys.now() + 300, "auth_time": auth_time, "sid": sid}
        if "nonce" in query:
            claims["nonce"] = query["nonce"]
        claims = self.lies.get("claims", lambda claims: claims)(claims)
        self.seen["sid"].append(sid)
        header = {"kid": None} if self.lies.get("no_kid") else {}
        return self.lies.get("token", lambda token, claims: token)(keys.sign(self.key, claims, header), claims)

    def user_info(self, authorization):
        user = self.tokens.get((authorization or "").removeprefix("Bearer "))
        self.seen["userinfo"].append(user)
        if user is None:
            return 401, "application/json", b"{}"
        claims = self.lies.get("userinfo", lambda claims: claims)(claims_of(user))
        if self.lies.get("signed_userinfo"):
            signed = keys.sign(self.lies.get("userinfo_key", self.key), {**claims, "iss": self.issuer, "aud": self.client_id})
            return 200, "application/jwt", signed.encode()
        return 200, "application/json", json.dumps(claims).encode()


class Upstream:
    """The listener of all tenants."""

    def __init__(self):
        upstream = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                upstream.handle(self, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                upstream.handle(self, dict(urllib.parse.parse_qsl(body)))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        self.tenants = {}

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def tenant(self, name, **how):
        self.tenants[name] = Tenant(self, name, **how)
        return self.tenants[name]

    def handle(self, request, form):
        path, _, query = request.path.partition("?")
        name, _, rest = path.strip("/").partition("/")
        query = dict(urllib.parse.parse_qsl(query))
        tenant = self.tenants.get(name)
        if tenant is None:
            return answer(request, 404, "text/plain", b"no such issuer")
        if rest == ".well-known/openid-configuration":
            return answer_json(request, 200, tenant.discovery())
        if rest == "jwks":
            return answer_json(request, 200, tenant.key_set())
        if rest == "token":
            return answer_json(request, *tenant.redeem(form, request.headers.get("Authorization")))
        if rest == "userinfo":
            return answer(request, *tenant.user_info(request.headers.get("Authorization")))
        if rest == "logout":
            return self.log_out(request, tenant, query or form)
        if rest in ("authorize", "sign-in"):
            return self.sign_in(request, tenant, query or form, form)
        return answer(request, 404, "text/plain", b"no such page")

    def sign_in(self, request, tenant, query, form):
        """The page where a person says who they are, unless a session of hers will do."""
        if "username" not in form:
            tenant.seen["authorize"].append(query)
        if "decline" in form:
            query = dict(urllib.parse.parse_qsl(form["request"]))
            location = query["redirect_uri"] + "?" + urllib.parse.urlencode({"error": "access_denied", "state": query["state"]})
            return redirect(request, location)
        if "username" in form:
            query = dict(urllib.parse.parse_qsl(form["request"]))
            session, user, now = token_urlsafe(16), form["username"], int(time.time())
            tenant.sessions[session] = (user, now, "sid-" + session)
            return redirect(request, tenant.code_for(query, user, now, "sid-" + session), f"{tenant.name}={session}; Path=/{tenant.name}; HttpOnly")
        cookies = dict(pair.strip().split("=", 1) for pair in (request.headers.get("Cookie") or "").split(";") if "=" in pair)
        session = tenant.sessions.get(cookies.get(tenant.name))
        prompts = query.get("prompt", "").split()
        fresh = session and ("max_age" not in query or time.time() - session[1] <= int(query["max_age"]))
        if session and fresh and "login" not in prompts:
            return redirect(request, tenant.code_for(query, *session))
        if "none" in prompts:
            return redirect(request, query["redirect_uri"] + "?" + urllib.parse.urlencode({"error": "login_required", "state": query["state"]}))
        fields = html.escape(urllib.parse.urlencode(query))
        page = f"""<!doctype html><title>Sign in at {tenant.name}</title><form method="post" action="/{tenant.name}/sign-in"><input type="hidden" name="request" value="{fields}">
<input name="username"><input type="password" name="password"><button name="go">Sign in</button></form>"""
        return answer(request, 200, "text/html; charset=utf-8", page.encode())

    def log_out(self, request, tenant, query):
        tenant.seen["logout"].append(query)
        target = query.get("post_logout_redirect_uri")
        if not target:
            return answer(request, 200, "text/html", b"signed out upstream")
        state = tenant.lies.get("logout_state", lambda state: state)(query.get("state"))
        parameters = {"state": state} if state is not None else {}
        return redirect(request, target + ("?" + urllib.parse.urlencode(parameters) if parameters else ""))


def answer(request, status, kind, body, headers=()):
    request.send_response(status)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(len(body)))
    for name, value in headers:
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def answer_json(request, status, document):
    answer(request, status, "application/json", json.dumps(document).encode())


def redirect(request, location, cookie=None):
    answer(request, 302, "text/plain", b"", [("Location", location), *([("Set-Cookie", cookie)] if cookie else [])])
