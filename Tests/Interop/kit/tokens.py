"""Tokens, verified by a library that is not ours (joserfc), and read against CONTRACT's list of claims."""

import base64
import hashlib
import json
import time

import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from .checks import expect, expect_in, expect_true

ALGORITHMS = ["RS256", "ES256", "EdDSA"]


def discovery(issuer):
    answer = requests.get(issuer + "/.well-known/openid-configuration", timeout=5)
    expect("status of the discovery document", answer.status_code, 200)
    return answer.json()


def verify(token, jwks_uri):
    """Header and claims of a token whose signature is good under the published keys."""
    keys = requests.get(jwks_uri, timeout=5).json()
    header = json.loads(decode(token.split(".")[0]))
    expect_in("the `kid` in the token's header is published", header.get("kid"), [key.get("kid") for key in keys["keys"]])
    verified = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    return verified.header, verified.claims


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_times(kind, claims, lifetime=3600):
    now = time.time()
    expect_true(f"{kind}: iat is now", abs(claims["iat"] - now) < 120, f"about {now:.0f}", claims["iat"])
    expect(f"{kind}: lifetime in seconds", claims["exp"] - claims["iat"], lifetime)
    expect_true(f"{kind}: auth_time is in the past", claims["auth_time"] <= now + 1, f"at most {now:.0f}", claims["auth_time"])


def check_id_token(sign_in):
    """The claims of the ID token, after every check a careful app makes (OpenID Connect Core §3.1.3.7)."""
    tokens = sign_in.tokens
    header, claims = verify(tokens["id_token"], sign_in.app.discovery["jwks_uri"])
    expect("ID token: iss", claims["iss"], sign_in.app.issuer)
    expect("ID token: aud", claims["aud"] if isinstance(claims["aud"], str) else claims["aud"][0], sign_in.app.client_id)
    expect("ID token: token_use", claims.get("token_use"), "id")
    expect("ID token: nonce", claims.get("nonce"), sign_in.nonce)
    check_times("ID token", claims)
    for name in ("sub", "sid", "jti"):
        expect_true(f"ID token: {name}", isinstance(claims.get(name), str) and claims[name], "a text", claims.get(name))
    digest = {"RS256": hashlib.sha256, "ES256": hashlib.sha256, "EdDSA": hashlib.sha512}[header["alg"]](tokens["access_token"].encode()).digest()
    expected = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    expect("ID token: at_hash is that of the access token", claims.get("at_hash"), expected)
    return claims


def check_access_token(sign_in, audience=None):
    header, claims = verify(sign_in.tokens["access_token"], sign_in.app.discovery["jwks_uri"])
    expect("access token: typ (RFC 9068)", header.get("typ"), "at+jwt")
    expect("access token: iss", claims["iss"], sign_in.app.issuer)
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    expect("access token: aud", audiences, [audience or sign_in.app.issuer])
    expect("access token: client_id", claims.get("client_id"), sign_in.app.client_id)
    expect("access token: token_use", claims.get("token_use"), "access")
    expect_in("access token: scope", "openid", claims.get("scope", "").split())
    check_times("access token", claims)
    for name in ("sub", "sid", "jti", "username"):
        expect_true(f"access token: {name}", isinstance(claims.get(name), str) and claims[name], "a text", claims.get(name))
    return claims


def check_both(sign_in):
    """ID and access token of one sign-in, and that they speak of the same person."""
    identity, access = check_id_token(sign_in), check_access_token(sign_in)
    expect("both tokens name the same user", access["sub"], identity["sub"])
    expect("both tokens name the same session", access["sid"], identity["sid"])
    expect("both tokens name the same groups", sorted(access.get("groups", [])), sorted(identity.get("groups", [])))
    return identity, access
