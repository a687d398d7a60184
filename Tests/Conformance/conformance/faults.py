"""Whether the modules can fail at all: each fault changes one thing between the server and the suite, or makes the provider honest where a module counts on a lie.

`Tests/Conformance/run --self-test` plays them one after another, and every one must turn its module red."""

import contextlib
import json
import urllib.parse

import requests

from . import keys, modules, plans


class Fault:
    """`request` may change the URL or the form before it is sent, `answer` the answer before anybody reads it."""

    def __init__(self, plan, name, what, request=None, answer=None, honest=None):
        self.plan = next(plan_ for plan_ in plans.PLANS if plan_.short == plan)
        self.name, self.what, self.request, self.answer, self.honest = name, what, request, answer, honest

    @contextlib.contextmanager
    def played(self, suite):
        send = requests.Session.send

        def faulty(session, request, **how):
            if self.request:
                self.request(request)
            answer = send(session, request, **how)
            if self.answer:
                self.answer(answer)
            return answer

        tenant = suite.upstream.tenants.get(self.honest)
        lies = tenant.lies if tenant else None
        try:
            requests.Session.send = faulty
            if tenant:
                tenant.lies = {}
            yield
        finally:
            requests.Session.send = send
            if tenant:
                tenant.lies = lies


def query_of(url, change):
    split = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(split._replace(query=urllib.parse.urlencode(change(dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))))))


def without(name):
    """A request that loses a parameter on its way."""

    def change(request):
        if "/oauth2/authorize" in request.url:
            request.url = query_of(request.url, lambda query: {key: value for key, value in query.items() if key != name})

    return change


def in_redirect(**changes):
    """An answer to the app in which these parameters are others; None takes one out."""

    def change(answer):
        location = answer.headers.get("Location", "")
        if "code=" in location and "/idpresponse" not in location:
            answer.headers["Location"] = query_of(location, lambda query: {key: value for key, value in {**query, **changes}.items() if value is not None})

    return change


def in_json(path, edit, status=(200,)):
    """An answer of that endpoint whose document is edited."""

    def change(answer):
        if path in answer.url and answer.status_code in status:
            document = answer.json()
            answer._content = json.dumps(edit(document) or document).encode()

    return change


def always(path, status, document):
    """That endpoint accepts what it should refuse."""

    def change(answer):
        if path in answer.url and answer.status_code >= 400:
            answer.status_code, answer._content = status, json.dumps(document).encode()

    return change


def to_app(answer):
    """A page that should be shown becomes a redirect."""
    if answer.status_code == 400 and "/oauth2/authorize" in answer.url:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.url).query))
        answer.status_code = 302
        answer.headers["Location"] = query["redirect_uri"] + "?error=invalid_request"


def to_wherever(answer):
    """Whoever signed out is sent to the address that was asked for."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.url).query))
    if "/logout" in answer.url and "post_logout_redirect_uri" in query:
        answer.status_code = 302
        answer.headers["Location"] = query["post_logout_redirect_uri"]


def any_state(answer):
    """Whoever comes back from a provider's sign-out is taken for the one who left."""
    if "/logout/callback" in answer.url and answer.status_code == 400:
        answer.status_code = 200


def good_proofs(answer):
    """A resource that takes any proof."""
    if "/oauth2/userInfo" in answer.url and answer.status_code == 401:
        answer.status_code = 200


TOKENS = {"access_token": "x" * 43, "token_type": "Bearer", "expires_in": 3600}
FAULTS = [
    Fault("basic", "oidcc-server", "another state comes back", answer=in_redirect(state="another")),
    Fault("basic", "oidcc-server", "iss is missing", answer=in_redirect(iss=None)),
    Fault("basic", "oidcc-server", "the ID token is for another nonce", request=without("nonce")),
    Fault("basic", "oidcc-idtoken-signature", "a broken signature", answer=in_json("/oauth2/token", lambda found: {**found, "id_token": keys.with_broken_signature(found["id_token"])} if "id_token" in found else found)),
    Fault("basic", "oidcc-userinfo-get", "userinfo is somebody else's", answer=in_json("/oauth2/userInfo", lambda found: {**found, "sub": "another"})),
    Fault("basic", "oidcc-scope-email", "email_verified is a text", answer=in_json("/oauth2/userInfo", lambda found: {**found, "email_verified": "true"})),
    Fault("basic", "oidcc-scope-profile", "a claim of another scope comes along", answer=in_json("/oauth2/userInfo", lambda found: {**found, "email": "a@b.example"})),
    Fault("basic", "oidcc-prompt-login", "prompt=login is not heeded", request=without("prompt")),
    Fault("basic", "oidcc-max-age-1", "max_age is not heeded", request=without("max_age")),
    Fault("basic", "oidcc-prompt-none-not-logged-in", "prompt=none shows a page", request=without("prompt")),
    Fault("basic", "oidcc-codereuse", "a code is good twice", answer=always("/oauth2/token", 200, TOKENS)),
    Fault("basic", "oidcc-refresh-token", "another client's refresh token is taken", answer=always("/oauth2/token", 200, TOKENS)),
    Fault("basic", "oidcc-ensure-registered-redirect-uri", "whoever asks is redirected", answer=to_app),
    Fault("form", "oidcc-userinfo-get", "the answer comes in the query", request=without("response_mode")),
    Fault("config", "oidcc-discovery-endpoint-verification", "an endpoint is http", answer=in_json("openid-configuration", lambda found: {**found, "token_endpoint": found["token_endpoint"].replace("https:", "http:")})),
    Fault("config", "oidcc-discovery-endpoint-verification", "a private key is published", answer=in_json("jwks.json", lambda found: {"keys": [{**key, "d": "AQAB"} for key in found["keys"]]})),
    Fault("out", "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri", "any address will do", answer=to_wherever),
    Fault("out", "oidcc-rp-initiated-logout-no-id-token-hint", "nobody is asked", answer=to_wherever),
    Fault("rp-out", "oidcc-client-test-rp-init-logout-other-state", "any state will do", answer=any_state),
    Fault("rp-out", "oidcc-client-test-rp-init-logout-no-state", "none will do", answer=any_state),
    Fault("fapi", "fapi2-security-profile-final-dpop-negative-tests", "any proof will do", answer=good_proofs),
    Fault("fapi", "fapi2-security-profile-final-ensure-holder-of-key-required", "tokens come without a proof", answer=always("/oauth2/token", 200, TOKENS)),
    Fault("fapi", "fapi2-security-profile-final-ensure-invalid-client-assertions-fail", "any assertion will do", answer=always("/oauth2/par", 201, {"request_uri": "x"})),
    *(
        Fault("rp", f"oidcc-client-test-{name}", "the provider does not lie, and is believed", honest=tenant)
        for name, tenant in {
            "invalid-iss": "invalid-iss",
            "missing-sub": "missing-sub",
            "invalid-aud": "invalid-aud",
            "missing-iat": "missing-iat",
            "idtoken-sig-none": "sig-none",
            "invalid-sig-rs256": "invalid-sig",
            "userinfo-invalid-sub": "userinfo-sub",
            "nonce-invalid": "nonce-invalid",
            "userinfo-signed": "userinfo-forged",
        }.items()
    ),
]


def play(suite):
    """Every fault; those that nobody saw."""
    unseen = []
    for fault in FAULTS:
        with fault.played(suite):
            result = modules.run(suite, fault.plan, fault.name)
        seen = result.outcome == modules.FAILED
        print(f"{'seen  ' if seen else 'UNSEEN'} {fault.name}: {fault.what}" + (f" ({result.why.splitlines()[0][:150]})" if seen else f" ({result.outcome} {result.why})"))
        if not seen:
            unseen.append(fault)
    print(f"conformance: {len(FAULTS) - len(unseen)} of {len(FAULTS)} faults were seen")
    return unseen
