"""An app as the suite plays it: what it asks, how it proves itself, and every check that it makes of the answers (OpenID Connect Core §3.1.2.7, §3.1.3.5, §3.1.3.7)."""

import base64
import copy
import hashlib
import re
import time
import urllib.parse
from secrets import token_urlsafe

import requests

from kit.checks import expect, expect_in, expect_true
from kit.tokens import verify

from . import keys

TIMEOUT = 20


class App:
    def __init__(self, suite, registered, redirect_uri, method="client_secret_basic", scope="openid", key=None, **defaults):
        self.suite, self.registered, self.redirect_uri, self.method, self.scope, self.key = suite, registered, redirect_uri, method, scope, key
        self.client_id, self.secret = registered["client_id"], registered.get("client_secret")
        suite.secrets.remember("client secret", self.secret)
        self.defaults = defaults
        self.issuer, self.metadata = suite.issuer, suite.metadata

    def asking(self, **defaults):
        """The same app, whose requests all have these parameters."""
        app = copy.copy(self)
        app.defaults = {**self.defaults, **defaults}
        return app

    # ---- what it asks ----

    def request(self, **parameters):
        """An authorization request; None leaves a parameter out."""
        full = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": token_urlsafe(16),
            "nonce": token_urlsafe(16),
            **self.defaults,
            **parameters,
        }
        return {name: value for name, value in full.items() if value is not None}

    def begin(self, person, method="GET", declines=False, **parameters):
        """Asks, and returns the request and where it ended."""
        request = self.request(**parameters)
        return request, person.ask(self.metadata["authorization_endpoint"], request, self.redirect_uri, method, declines)

    def sign_in(self, person, method="GET", **parameters):
        """Asks, and expects a code in the mode that was asked for."""
        request, outcome = self.begin(person, method, **parameters)
        return SignedIn(self, request, self.expect_code(request, outcome))

    def expect_answer(self, request, outcome):
        expect_true("the authorization request ends at the app", outcome.answer is not None, self.redirect_uri, outcome.words)
        mode = request.get("response_mode", "query")
        expect("the answer's mode", outcome.mode, {"jwt": "query", "query.jwt": "query", "form_post.jwt": "form_post"}.get(mode, mode))
        if mode.endswith("jwt"):
            outcome.answer = self.signed_answer(outcome.answer)
        expect("state", outcome.answer.get("state"), request.get("state"))
        expect("iss (RFC 9207)", outcome.answer.get("iss"), self.issuer)
        return outcome.answer

    def signed_answer(self, answer):
        """What a signed answer says (JARM §2.1, §2.4), once its signature, issuer, audience and time are right."""
        expect("parameters of the answer", sorted(answer), ["response"])
        header, claims = verify(answer["response"], self.metadata["jwks_uri"])
        expect_in("the answer's algorithm", header["alg"], self.metadata["authorization_signing_alg_values_supported"])
        expect("the answer's iss", claims.get("iss"), self.issuer)
        expect("the answer's aud", claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]], [self.client_id])
        expect_true("the answer's exp", time.time() < claims["exp"] < time.time() + 660, "within ten minutes", claims["exp"])
        return {name: value for name, value in claims.items() if name not in ("aud", "exp", "iat", "jti", "nbf")}

    def expect_code(self, request, outcome):
        answer = self.expect_answer(request, outcome)
        expect("error", (answer.get("error"), answer.get("error_description")), (None, None))
        code = answer.get("code", "")
        expect_true("the code is long enough to be guessed by nobody", len(code) >= 22, "128 bits", code)
        return code

    def expect_error(self, request, outcome, *errors):
        """The app is told, with one of these errors and no code."""
        answer = self.expect_answer(request, outcome)
        expect_in("error", answer.get("error"), errors)
        expect("code", answer.get("code"), None)
        return answer

    # ---- the token endpoint ----

    def assertion(self, key=None, header=None, algorithm=None, **claims):
        full = {"iss": self.client_id, "sub": self.client_id, "aud": self.issuer, "jti": token_urlsafe(16), "iat": keys.now(), "exp": keys.now() + 60, **claims}
        return keys.sign(key or self.key, {name: value for name, value in full.items() if value is not None}, header, algorithm)

    def credentials(self):
        """Form members and header by which the app proves itself."""
        if self.method == "client_secret_basic":
            pair = f"{urllib.parse.quote_plus(self.client_id)}:{urllib.parse.quote_plus(self.secret)}"
            return {}, {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        if self.method == "client_secret_post":
            return {"client_id": self.client_id, "client_secret": self.secret}, {}
        if self.method == "private_key_jwt":
            return {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion": self.assertion()}, {}
        return {"client_id": self.client_id}, {}

    def post(self, endpoint, form, headers=None, credentials=None):
        members, header = self.credentials() if credentials is None else credentials
        full = {name: value for name, value in {**form, **members}.items() if value is not None}
        return requests.post(self.metadata[endpoint], data=full, headers={**header, **(headers or {})}, timeout=TIMEOUT, allow_redirects=False)

    def redeem(self, code, headers=None, credentials=None, **changes):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, **changes}
        return self.post("token_endpoint", form, headers, credentials)

    def refresh(self, token, headers=None, **changes):
        return self.post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": token, **changes}, headers)

    def expect_tokens(self, answer, token_type="Bearer", **known):
        """A good answer of the token endpoint (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3)."""
        expect(f"status of the token endpoint ({answer.text[:200]})", answer.status_code, 200)
        expect_true("Content-Type", answer.headers["Content-Type"].startswith("application/json"), "application/json", answer.headers["Content-Type"])
        expect_in("Cache-Control", "no-store", answer.headers.get("Cache-Control", ""))
        tokens = answer.json()
        for kind in ("access_token", "refresh_token", "id_token"):
            self.suite.secrets.remember(kind.replace("_", " "), tokens.get(kind))
        expect("token_type", tokens.get("token_type", "").lower(), token_type.lower())
        expect_true("the access token is long enough", len(tokens.get("access_token", "")) >= 22, "128 bits", tokens.get("access_token"))
        expect_true("expires_in", isinstance(tokens.get("expires_in"), int) and tokens["expires_in"] > 0, "a positive number", tokens.get("expires_in"))
        for name in ("refresh_token", "access_token"):
            if name in tokens:
                expect_true(f"{name} has printable ASCII only", re.fullmatch(r"[\x20-\x7e]+", tokens[name]), "VSCHAR", tokens[name])
        return tokens

    def expect_refused(self, answer, *errors, status=(400,)):
        """An error of the token endpoint as RFC 6749 §5.2 has it."""
        expect_in(f"status ({answer.text[:200]})", answer.status_code, status)
        expect_true("Content-Type", answer.headers["Content-Type"].startswith("application/json"), "application/json", answer.headers["Content-Type"])
        told = answer.json()
        expect_in("error", told.get("error"), errors)
        description = told.get("error_description", "x")
        expect_true("error_description has the characters of RFC 6749 §5.2", re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]+", description), "%x20-21 / %x23-5B / %x5D-7E", description)
        expect("tokens", [name for name in ("access_token", "id_token", "refresh_token") if name in told], [])
        return told

    # ---- userinfo ----

    def user_info(self, access_token, how="GET"):
        url, header = self.metadata["userinfo_endpoint"], {"Authorization": f"Bearer {access_token}"}
        if how == "GET":
            return requests.get(url, headers=header, timeout=TIMEOUT)
        if how == "POST header":
            return requests.post(url, headers=header, timeout=TIMEOUT)
        return requests.post(url, data={"access_token": access_token}, timeout=TIMEOUT)

    def expect_user_info(self, access_token, subject, how="GET"):
        answer = self.user_info(access_token, how)
        expect(f"status of userinfo ({answer.text[:200]})", answer.status_code, 200)
        expect_true("Content-Type", answer.headers["Content-Type"].startswith("application/json"), "application/json", answer.headers["Content-Type"])
        claims = answer.json()
        expect("userinfo: sub", claims.get("sub"), subject)
        check_claims("userinfo", claims)
        return claims


class SignedIn:
    """One authorization: its request, its code, and what it is redeemed for."""

    def __init__(self, app, request, code):
        self.app, self.request, self.code, self.tokens, self.claims = app, request, code, None, None

    def redeem(self, headers=None, token_type="Bearer", **changes):
        self.tokens = self.app.expect_tokens(self.app.redeem(self.code, headers, **changes), token_type)
        self.claims = check_id_token(self.app, self.tokens, self.request.get("nonce"))
        return self

    def user_info(self, how="GET"):
        return self.app.expect_user_info(self.tokens["access_token"], self.claims["sub"], how)


def check_id_token(app, tokens, nonce, refreshed=False):
    """Every check of OpenID Connect Core §3.1.3.7, with a library that is not ours."""
    token = tokens.get("id_token")
    expect_true("there is an ID token", token, "id_token", sorted(tokens))
    published = requests.get(app.metadata["jwks_uri"], timeout=TIMEOUT).json()["keys"]
    header, claims = keys.parts(token)
    expect_true("the signature is one", header.get("alg") not in (None, "none"), "an algorithm", header)
    expect_in("its algorithm is one that discovery lists", header["alg"], app.metadata["id_token_signing_alg_values_supported"])
    if len(published) > 1:
        expect_true("kid, where there are several keys", "kid" in header, "kid", header)
    verify(token, app.metadata["jwks_uri"])
    expect("ID token: iss", claims.get("iss"), app.issuer)
    audiences = claims.get("aud") if isinstance(claims.get("aud"), list) else [claims.get("aud")]
    expect("ID token: aud", audiences, [app.client_id])
    expect_in("ID token: azp", claims.get("azp", app.client_id), [app.client_id])
    expect_true("ID token: sub", isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255 and claims["sub"].isascii(), "at most 255 characters of ASCII", claims.get("sub"))
    now = time.time()
    expect_true("ID token: exp", isinstance(claims.get("exp"), int) and claims["exp"] > now, "in the future", claims.get("exp"))
    expect_true("ID token: iat", isinstance(claims.get("iat"), int) and abs(claims["iat"] - now) < 60, "now", claims.get("iat"))
    if not refreshed:
        expect("ID token: nonce", claims.get("nonce"), nonce)
    if "at_hash" in claims:
        algorithm = hashlib.sha512 if header["alg"] == "EdDSA" else hashlib.sha256
        digest = algorithm(tokens["access_token"].encode()).digest()
        expect("ID token: at_hash", claims["at_hash"], keys.encode(digest[: len(digest) // 2]))
    check_claims("ID token", claims)
    return claims


TEXTS = ("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "acr", "nonce", "sid")
SCOPES = {
    "profile": ("name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}


def check_claims(where, claims):
    """Types as OpenID Connect Core §5.1 has them; no claim is empty or null."""
    for name in TEXTS:
        if name in claims:
            expect_true(f"{where}: {name}", isinstance(claims[name], str) and claims[name], "a text", claims[name])
    for name in ("email_verified", "phone_number_verified"):
        if name in claims:
            expect_true(f"{where}: {name}", isinstance(claims[name], bool), "true or false", claims[name])
    for name in ("updated_at", "auth_time"):
        if name in claims:
            expect_true(f"{where}: {name}", isinstance(claims[name], (int, float)) and not isinstance(claims[name], bool), "a number", claims[name])
    if "address" in claims:
        address = claims["address"]
        members = ("formatted", "street_address", "locality", "region", "postal_code", "country")
        expect_true(f"{where}: address", isinstance(address, dict) and address, "an object (§5.1.1)", address)
        expect_true(f"{where}: address", all(isinstance(address[name], str) for name in members if name in address), "texts", address)
    if "amr" in claims:
        expect_true(f"{where}: amr", isinstance(claims["amr"], list) and all(isinstance(each, str) for each in claims["amr"]), "an array of texts", claims["amr"])
    if "birthdate" in claims:
        expect_true(f"{where}: birthdate", re.fullmatch(r"\d{4}(-\d\d-\d\d)?", claims["birthdate"]), "YYYY or YYYY-MM-DD", claims["birthdate"])
