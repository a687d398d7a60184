"""Keys and JWTs as the suite makes them: good ones, and each with one thing wrong. Signed with joserfc, which is not ours."""

import base64
import json
import time
from secrets import token_urlsafe

from joserfc import jwt
from joserfc.jws import JWSRegistry
from joserfc.jwk import ECKey, OKPKey, RSAKey

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
REGISTRY = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)  # what nobody knows may stand in a header, too


def make_key(algorithm, kid=None, use="sig"):
    parameters = {"alg": algorithm, "use": use, "kid": kid or token_urlsafe(8)}
    if algorithm in ("RS256", "PS256"):
        return RSAKey.generate_key(2048, parameters=parameters)
    return OKPKey.generate_key("Ed25519", parameters=parameters) if algorithm == "EdDSA" else ECKey.generate_key("P-256", parameters=parameters)


def public(key, *without):
    return {name: value for name, value in key.as_dict(private=False).items() if name not in without}


def sign(key, claims, header=None, algorithm=None):
    """A compact JWS. Members of the header that are None are left out."""
    full = {"alg": algorithm or key.as_dict()["alg"], "kid": key.kid, "typ": "JWT", **(header or {})}
    return jwt.encode({name: value for name, value in full.items() if value is not None}, claims, key, registry=REGISTRY)


def encode(text):
    return base64.urlsafe_b64encode(text if isinstance(text, bytes) else text.encode()).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unsigned(claims, header=None):
    """`alg` none: two parts and an empty signature (RFC 7519 §6)."""
    return ".".join((encode(json.dumps({"alg": "none", **(header or {})})), encode(json.dumps(claims)), ""))


def parts(token):
    """Header and claims, believed by nobody."""
    header, claims, _ = token.split(".")
    return json.loads(decode(header)), json.loads(decode(claims))


def with_broken_signature(token):
    head, claims, signature = token.split(".")
    raw = bytearray(decode(signature))
    raw[len(raw) // 2] ^= 0xFF
    return ".".join((head, claims, encode(bytes(raw))))


def without(claims, *names):
    return {name: value for name, value in claims.items() if name not in names}


def now():
    return int(time.time())


def as_algorithm(key, algorithm):
    """The same RSA key, said to be for another algorithm."""
    return RSAKey.import_key({**key.as_dict(private=True), "alg": algorithm})
