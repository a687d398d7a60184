"""An app of the FAPI 2.0 Security Profile: it pushes its requests, proves itself by a key, uses PKCE, and binds what it gets to a key by DPoP (RFC 9449)."""

import hashlib
from secrets import token_urlsafe

import requests

from kit.checks import expect, expect_in, expect_true

from . import keys
from .app import TIMEOUT, App, SignedIn, check_claims

ALGORITHM = "ES256"


class Binding:
    """The key that an app binds its tokens to, and proofs by it; each proof can be made wrong."""

    def __init__(self, algorithm=ALGORITHM):
        self.key = keys.make_key(algorithm)

    @property
    def thumbprint(self):
        return self.key.thumbprint()

    def proof(self, method, url, access_token=None, nonce=None, header=None, claims=None, algorithm=None):
        full_header = {"typ": "dpop+jwt", "kid": None, "jwk": keys.public(self.key, "kid", "use", "alg"), **(header or {})}
        full = {"jti": token_urlsafe(16), "htm": method, "htu": url, "iat": keys.now(), "nonce": nonce}
        if access_token:
            full["ath"] = keys.encode(hashlib.sha256(access_token.encode()).digest())
        full.update(claims or {})
        return keys.sign(self.key, {name: value for name, value in full.items() if value is not None}, full_header, algorithm)


class FAPIApp(App):
    def __init__(self, *arguments, **how):
        super().__init__(*arguments, **how)
        self.binding = Binding()

    # ---- what it asks ----

    def request(self, **parameters):
        """With PKCE; the verifier is remembered beside the request."""
        verifier = token_urlsafe(48)
        challenge = {"code_challenge": keys.encode(hashlib.sha256(verifier.encode()).digest()), "code_challenge_method": "S256"}
        request = super().request(**{**challenge, **parameters})
        return Request(request, verifier)

    def push(self, request, headers=None, credentials=None):
        return self.post("pushed_authorization_request_endpoint", request, headers, credentials)

    def pushed(self, request, headers=None):
        """The name of a request that was taken (RFC 9126 §2.2)."""
        answer = self.push(request, headers)
        expect(f"status of the pushed request ({answer.text[:200]})", answer.status_code, 201)
        expect_in("Cache-Control", "no-store", answer.headers.get("Cache-Control", ""))
        named = answer.json()
        expect_true("request_uri", named["request_uri"].startswith("urn:ietf:params:oauth:request_uri:") and len(named["request_uri"]) > 55, "a name that nobody guesses", named)
        expect_true("expires_in", 5 <= named["expires_in"] < 600, "5 to 599", named["expires_in"])
        return named["request_uri"]

    def open(self, person, request_uri, outside=None, declines=False):
        parameters = {"client_id": self.client_id, "request_uri": request_uri, **(outside or {})}
        return person.ask(self.metadata["authorization_endpoint"], parameters, self.redirect_uri, declines=declines)

    def begin(self, person, method="GET", declines=False, outside=None, headers=None, **parameters):
        request = self.request(**parameters)
        return request, self.open(person, self.pushed(self.to_push(request), headers), outside, declines)

    def to_push(self, request):
        """What is pushed: the parameters, or with Message Signing one signed object that holds them."""
        return request

    def sign_in(self, person, method="GET", **how):
        request, outcome = self.begin(person, method, **how)
        return Bound(self, request, self.expect_code(request, outcome))

    # ---- the token endpoint ----

    def bound_post(self, endpoint, form, binding=None, credentials=None, **proof):
        """With a proof; once more with the nonce that the server asks for (RFC 9449 §8)."""
        nonce = None
        for _ in range(2):
            headers = {"DPoP": (binding or self.binding).proof("POST", self.metadata[endpoint], nonce=nonce, **proof)}
            answer = self.post(endpoint, form, headers, credentials() if credentials else None)
            if "use_dpop_nonce" not in answer.text:
                break
            nonce = answer.headers["DPoP-Nonce"]
        return answer

    def redeem(self, code, headers=None, credentials=None, binding=None, proof=None, **changes):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, **changes}
        return self.bound_post("token_endpoint", form, binding, credentials, **(proof or {}))

    def refresh(self, token, headers=None, binding=None, **changes):
        return self.bound_post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": token, **changes}, binding)

    # ---- a resource: userinfo ----

    def ask_resource(self, access_token, binding=None, scheme="DPoP", proof=None, method="GET", query="", change=lambda proof: proof, header_name="DPoP"):
        url, nonce = self.metadata["userinfo_endpoint"], None
        for _ in range(2):
            made = change((binding or self.binding).proof(method, url, access_token, nonce=nonce, **(proof or {})))
            answer = requests.request(method, url + query, headers={"Authorization": f"{scheme} {access_token}", header_name: made}, timeout=TIMEOUT)
            if answer.status_code != 401 or "use_dpop_nonce" not in answer.headers.get("WWW-Authenticate", ""):
                break
            nonce = answer.headers["DPoP-Nonce"]
        return answer

    def expect_resource(self, access_token, subject, **how):
        answer = self.ask_resource(access_token, **how)
        expect(f"status of userinfo ({answer.text[:200]} {answer.headers.get('WWW-Authenticate')})", answer.status_code, 200)
        expect("userinfo: sub", answer.json().get("sub"), subject)
        check_claims("userinfo", answer.json())
        return answer.json()


class SigningApp(FAPIApp):
    """The same with FAPI 2.0 Message Signing: requests are signed objects (RFC 9101), answers are signed (JARM)."""

    def request_object(self, request, key=None, header=None, algorithm=None, **claims):
        now = keys.now()
        full = {**request, "iss": self.client_id, "aud": self.issuer, "iat": now, "nbf": now, "exp": now + 60, "jti": token_urlsafe(16), **claims}
        full = {name: value for name, value in full.items() if value is not None}
        if algorithm == "none":
            return keys.unsigned(full, {"typ": "oauth-authz-req+jwt"})
        return keys.sign(key or self.key, full, {"typ": "oauth-authz-req+jwt", **(header or {})}, algorithm)

    def to_push(self, request):
        return {"request": self.request_object(request)}


class Request(dict):
    """An authorization request, and the verifier that belongs to its challenge."""

    def __init__(self, parameters, verifier):
        super().__init__(parameters)
        self.verifier = verifier


class Bound(SignedIn):
    def redeem(self, **how):
        how.setdefault("code_verifier", self.request.verifier)
        super().redeem(token_type="DPoP", **how)
        header, claims = keys.parts(self.tokens["access_token"])
        binding = how.get("binding") or self.app.binding
        expect("the access token is bound (cnf.jkt)", claims.get("cnf"), {"jkt": binding.thumbprint})
        return self

    def user_info(self, **how):
        return self.app.expect_resource(self.tokens["access_token"], self.claims["sub"], **how)
