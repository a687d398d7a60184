"""Tokens for tokens: a service calls the next for a person (RFC 8693), a job acts as a client by what its platform signs (RFC 7523), fifty polls at once."""

import concurrent.futures
import json
import time
import uuid

import requests
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from kit.checks import Scenario, expect, expect_true
from kit.tokens import discovery, verify
from kit.world import Site

scenario = Scenario("grants", needs=["pysaml2"])
URN = "urn:ietf:params:oauth:grant-type:"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
ORDERS, PAYMENTS = "https://orders.example.com", "https://payments.example.com"
PLATFORM, JOB = "https://ci.example.com", "repo:acme/shop:ref:refs/heads/main"


class Grants:
    def __init__(self, world):
        self.world, self.server = world, world.server
        self.site = Site(world, world.server, "grants")
        self.pool = self.site.pool["id"]
        for uri, scopes in ((ORDERS, ("orders.read", "pay")), (PAYMENTS, ("pay", "refund"))):
            self.server.command("pool", "add-resource", self.pool, uri, *(word for scope in scopes for word in ("--scope", scope)))
        self.server.command("client", "update", self.site.app.client_id, "--pool", self.pool, "--add-resource", ORDERS)
        options = ("--confidential", "--grant", "token-exchange", "--serves", ORDERS, "--resource", PAYMENTS)
        self.service = self.server.command("client", "create", "orders-api", "--pool", self.pool, *options)
        world.secrets.remember("client secret", self.service["client_secret"])
        self.job = self.server.command("client", "create", "job", "--pool", self.pool, "--grant", "jwt-bearer", "--scope", "deploy.run")["client_id"]
        self.key = ECKey.generate_key("P-256", {"kid": "ci-1", "use": "sig", "alg": "ES256"})
        file = self.server.folder / "ci.json"
        file.write_text(json.dumps(KeySet([self.key]).as_dict(private=False)))
        options = ("--issuer", PLATFORM, "--subject", JOB, "--client", self.job, "--jwks-file", str(file))
        self.server.command("workload", "create", "ci", "--pool", self.pool, *options)
        time.sleep(2)  # a running server sees a change within that
        self.metadata = discovery(self.site.pool["issuer"])

    def token(self, auth=None, **form):
        answer = requests.post(self.metadata["token_endpoint"], form, auth=auth, timeout=20)
        body = answer.json()
        self.world.secrets.remember("access token", body.get("access_token"))
        return answer.status_code, body

    def exchange(self, subject, **more):
        form = {"grant_type": URN + "token-exchange", "subject_token": subject, "subject_token_type": ACCESS, "resource": PAYMENTS, **more}
        return self.token(auth=(self.service["client_id"], self.service["client_secret"]), **form)

    def assertion(self, **changes):
        now = int(time.time())
        claims = {"iss": PLATFORM, "sub": JOB, "aud": self.site.pool["issuer"], "iat": now, "exp": now + 300, "jti": str(uuid.uuid4()), **changes}
        made = jwt.encode({"alg": "ES256", "kid": "ci-1", "typ": "JWT"}, claims, self.key)
        self.world.secrets.remember("assertion", made)
        return made

    def act(self, assertion):
        return self.token(grant_type=URN + "jwt-bearer", client_id=self.job, assertion=assertion)


def grants(world):
    return world.part("grants", lambda: Grants(world))


def called(world):
    """What `orders` was called with by ada's app."""
    visitor = world.visitor()
    sign_in, redirect = grants(world).site.to_provider(visitor, resource=ORDERS, scope="openid email orders.read pay")
    answer = grants(world).site.answer(redirect, "ada")
    page = visitor.follow(visitor.post(answer.url, answer.form), until=grants(world).site.app.redirect_uri)
    return sign_in.answer(page.location).redeem().tokens


@scenario.check("a service exchanges ada's token for one of the next service: for her, for no more than it had, and naming who acts")
def exchanged(world):
    tokens = called(world)
    status, body = grants(world).exchange(tokens["access_token"], scope="pay")
    expect(f"the answer ({body})", (status, body.get("issued_token_type"), body.get("scope")), (200, ACCESS, "pay"))
    expect("what is not beside it", [name for name in ("refresh_token", "id_token") if name in body], [])
    jwks = grants(world).metadata["jwks_uri"]
    claims, before = verify(body["access_token"], jwks)[1], verify(tokens["access_token"], jwks)[1]
    expect("for", (claims["sub"], claims["sid"], claims["aud"]), (before["sub"], before["sid"], PAYMENTS))
    expect("who acts", claims["act"], {"sub": grants(world).service["client_id"]})
    expect_true("its end", claims["exp"] <= before["exp"], before["exp"], claims["exp"])
    for more, error in (
        ({"scope": "refund"}, "invalid_scope"),
        ({"scope": "orders.read"}, "invalid_scope"),
        ({"resource": ORDERS}, "invalid_target"),
        ({"audience": "https://other.example"}, "invalid_target"),
        ({"subject_token": tokens["id_token"]}, "invalid_request"),
        ({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
    ):
        expect(f"with {more}", grants(world).exchange(**{"subject": more.pop("subject_token", tokens["access_token"]), **more})[1].get("error"), error)


@scenario.check("after ada signed out her token is exchanged no more")
def ended(world):
    tokens = called(world)
    expect("before", grants(world).exchange(tokens["access_token"])[0], 200)
    user = verify(tokens["access_token"], grants(world).metadata["jwks_uri"])[1]["sub"]
    grants(world).server.command("user", "sign-out", user, "--pool", grants(world).pool)
    expect("after", grants(world).exchange(tokens["access_token"])[1].get("error"), "invalid_request")


@scenario.check("a job acts as its client by what its platform signed, once; twenty at once: one; and nobody else does")
def job(world):
    status, body = grants(world).act(grants(world).assertion())
    expect(f"the answer ({body})", (status, body.get("scope")), (200, "deploy.run"))
    claims = verify(body["access_token"], grants(world).metadata["jwks_uri"])[1]
    expect("whose it is", (claims["sub"], claims["client_id"]), (grants(world).job, grants(world).job))
    assertion = grants(world).assertion()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        statuses = sorted(each[0] for each in pool.map(lambda _: grants(world).act(assertion), range(20)))
    expect("twenty at once", statuses, [200] + [400] * 19)
    now = int(time.time())
    for changes in (
        {"sub": JOB + "2"},
        {"sub": JOB.upper()},
        {"iss": PLATFORM + "/"},
        {"aud": "https://other.example"},
        {"exp": now - 120},
        {"exp": now + 8000},
        {"nbf": now + 600},
    ):
        expect(f"with {changes}", grants(world).act(grants(world).assertion(**changes))[1].get("error"), "invalid_grant")


@scenario.check("fifty polls at once for a device that was let in: one has tokens")
def polls(world):
    arguments = ("client", "create", "tv", "--pool", grants(world).pool, "--grant", "device_code", "--grant", "refresh_token")
    client = grants(world).server.command(*arguments)["client_id"]
    codes = requests.post(grants(world).metadata["device_authorization_endpoint"], {"client_id": client}, timeout=10).json()
    visitor = world.visitor()
    form = visitor.get(codes["verification_uri_complete"]).form("user_code")
    redirect = visitor.follow(visitor.post(form["action"], form["fields"]), until=grants(world).site.provider.base).location
    answer = grants(world).site.answer(redirect, "ada")
    page = visitor.follow(visitor.post(answer.url, answer.form))
    question = page.form("code")
    visitor.post(question["action"], {**question["fields"], "answer": "allow"})

    def poll(_):
        return grants(world).token(grant_type=URN + "device_code", client_id=client, device_code=codes["device_code"])[0]

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        expect("statuses", sorted(pool.map(poll, range(50))), [200] + [400] * 49)
