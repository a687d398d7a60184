"""The Foundation's plans, each with its modules by their published names, in its order."""

import functools
from dataclasses import dataclass, field

from kit.checks import expect_true

BASIC = """
oidcc-server oidcc-response-type-missing oidcc-idtoken-signature oidcc-idtoken-unsigned oidcc-userinfo-get oidcc-userinfo-post-header oidcc-userinfo-post-body
oidcc-ensure-request-without-nonce-succeeds-for-code-flow oidcc-scope-profile oidcc-scope-email oidcc-scope-address oidcc-scope-phone oidcc-scope-all
oidcc-alternate-happy-flow oidcc-display-page oidcc-display-popup oidcc-prompt-login oidcc-prompt-none-not-logged-in oidcc-prompt-none-logged-in oidcc-max-age-1
oidcc-max-age-10000 oidcc-ensure-request-with-unknown-parameter-succeeds oidcc-id-token-hint oidcc-login-hint oidcc-ui-locales oidcc-claims-locales
oidcc-ensure-request-with-acr-values-succeeds oidcc-codereuse oidcc-codereuse-30seconds oidcc-ensure-registered-redirect-uri oidcc-ensure-post-request-succeeds
oidcc-server-client-secret-post oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported oidcc-claims-essential oidcc-ensure-request-object-with-redirect-uri oidcc-refresh-token
oidcc-ensure-request-with-valid-pkce-succeeds
""".split()

DYNAMIC = """
oidcc-discovery-endpoint-verification oidcc-server oidcc-ensure-client-assertion-with-iss-aud-succeeds oidcc-ensure-redirect-uri-in-authorization-request
oidcc-ensure-request-object-with-redirect-uri oidcc-idtoken-rs256 oidcc-idtoken-unsigned oidcc-redirect-uri-query-OK oidcc-redirect-uri-query-added
oidcc-redirect-uri-query-mismatch oidcc-redirect-uri-regfrag oidcc-refresh-token oidcc-refresh-token-rp-key-rotation oidcc-registration-jwks-uri
oidcc-registration-logo-uri oidcc-registration-policy-uri oidcc-registration-sector-bad oidcc-registration-sector-uri oidcc-registration-tos-uri
oidcc-request-uri-signed-rs256 oidcc-request-uri-unsigned oidcc-server-rotate-keys oidcc-userinfo-rs256
""".split()

RP_INITIATED = """
oidcc-rp-initiated-logout-discovery-endpoint-verification oidcc-rp-initiated-logout oidcc-rp-initiated-logout-bad-post-logout-redirect-uri
oidcc-rp-initiated-logout-modified-id-token-hint oidcc-rp-initiated-logout-no-id-token-hint oidcc-rp-initiated-logout-no-params
oidcc-rp-initiated-logout-no-post-logout-redirect-uri oidcc-rp-initiated-logout-no-state oidcc-rp-initiated-logout-only-state
oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri oidcc-rp-initiated-logout-bad-id-token-hint
""".split()

FAPI2 = [
    "fapi2-security-profile-final-" + name
    for name in """
discovery-end-point-verification happy-flow user-rejects-authentication ensure-authorization-request-without-state-success
ensure-authorization-request-without-nonce-success ensure-authorization-request-with-64-char-nonce-success ensure-authorization-request-with-long-nonce
ensure-authorization-request-with-long-state ensure-other-scope-order-succeeds test-claims-parameter-identity-claims access-token-type-header-case-sensitivity
check-dpop-proof-nbf-exp ensure-dpopproof-with-iat-10seconds-before-succeeds ensure-dpopproof-with-iat-10seconds-after-succeeds ensure-mismatched-dpop-jkt-fails
ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt ensure-token-endpoint-fails-with-mismatched-dpop-jkt ensure-dpopproof-at-par-endpoint-binding-success
ensure-dpop-auth-code-binding-success dpop-negative-tests ensure-registered-redirect-uri plain-fapi-tolerate-unregistered-redirect-uri
ensure-unsigned-authorization-request-without-using-par-fails ensure-redirect-uri-in-authorization-request ensure-response-type-code-idtoken-fails
ensure-response-type-token-fails ensure-client-id-in-token-endpoint ensure-holder-of-key-required ensure-authorization-code-is-bound-to-client
attempt-reuse-authorization-code-after-one-second ensure-token-endpoint-fails-with-expired-auth-code ensure-signed-client-assertion-with-RS256-fails
ensure-client-assertion-in-token-endpoint ensure-client-assertion-with-exp-is-5-minutes-in-past-fails ensure-client-assertion-with-wrong-aud-fails
ensure-client-assertion-with-no-sub-fails ensure-invalid-client-assertions-fail refresh-token par-ensure-reused-request-uri-prior-to-auth-completion-succeeds
par-attempt-reuse-request_uri par-attempt-to-use-expired-request_uri par-attempt-to-use-request_uri-for-different-client
par-authorization-request-containing-request_uri-form-param par-attempt-invalid-http-method par-ensure-pkce-required ensure-pkce-code-verifier-required
incorrect-pkce-code-verifier-rejected par-plain-pkce-rejected par-without-duplicate-parameters ensure-different-nonce-inside-and-outside-request-object
ensure-different-state-inside-and-outside-request-object state-only-outside-request-object-not-used ensure-request-object-without-redirect-uri-fails
""".split()
]

SIGNING = [
    "fapi2-security-profile-final-" + name
    for name in """
ensure-request-object-with-multiple-aud-succeeds ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted ensure-request-object-without-exp-fails
ensure-request-object-without-nbf-fails ensure-expired-request-object-fails ensure-request-object-with-bad-aud-fails
ensure-request-object-with-exp-over-60-fails ensure-request-object-with-nbf-over-60-fails ensure-signed-request-object-with-RS256-fails
ensure-request-object-signature-algorithm-is-not-none ensure-request-object-with-invalid-signature-fails ensure-matching-key-in-authorization-request
ensure-unsigned-request-at-par-endpoint-fails par-authorization-request-containing-request_uri
""".split()
]


def prefixed(prefix, names):
    return [prefix + name for name in names.split()]


CLIENT_BASIC = ["oidcc-client-test"] + prefixed(
    "oidcc-client-test-",
    "invalid-iss missing-sub invalid-aud missing-iat kid-absent-single-jwks kid-absent-multiple-jwks idtoken-sig-rs256 idtoken-sig-none invalid-sig-rs256 userinfo-invalid-sub nonce-invalid scope-userinfo-claims client-secret-basic",
)
CLIENT_DYNAMIC = prefixed(
    "oidcc-client-test-",
    "discovery-openid-config discovery-jwks-uri-keys discovery-issuer-mismatch signing-key-rotation-just-before-signing signing-key-rotation userinfo-signed",
)
CLIENT_BACK_CHANNEL = prefixed(
    "oidcc-client-test-rp-backchannel-", "rpinitlogout rpinitlogout-alg-none rpinitlogout-no-event rpinitlogout-with-nonce rpinitlogout-wrong-alg rpinitlogout-wrong-aud rpinitlogout-wrong-event rpinitlogout-wrong-iss"
)
CLIENT_RP_INITIATED = prefixed("oidcc-client-test-", "rp-init-logout rp-init-logout-other-state rp-init-logout-no-state")


class Test:
    """One run of one module: who takes part, and what is worth a note."""

    def __init__(self, suite, plan, name):
        self.suite, self.plan, self.name, self.notes = suite, plan, name, []
        self.people = 0

    def app(self, registered):
        """A registered app, as this plan has it ask."""
        return registered.asking(**self.plan.defaults)

    @functools.cached_property
    def client(self):
        return self.app(self.suite.basic) if self.plan.short != "dynamic" else self.registered("basic")

    @functools.cached_property
    def client2(self):
        return self.app(self.suite.second) if self.plan.short != "dynamic" else self.registered("second")


    @functools.cached_property
    def fapi(self):
        return self.app(self.suite.signing if self.plan.short == "signing" else self.suite.fapi)

    @functools.cached_property
    def fapi_other(self):
        return self.app(self.suite.signing_other if self.plan.short == "signing" else self.suite.fapi_other)

    def registered(self, path, **metadata):
        """An app that registered itself (RFC 7591)."""
        return self.suite.register(path, **metadata)

    def person(self):
        """A new person with a new browser."""
        self.people += 1
        short = self.name.replace("oidcc-", "").replace("fapi2-security-profile-final-", "fapi-")
        return self.suite.person(f"{short}-{self.plan.short}-{self.people}")

    def note(self, text):
        self.notes.append(text)

    def metadata(self, member):
        return self.suite.metadata.get(member)

    def wish(self, what, condition, seen):
        """What the Foundation's module warns of, and does not fail for."""
        if not condition:
            self.note(f"warning: {what} ({seen})")

    def expect_page(self, outcome, *statuses):
        """It ends at a page of ours, which a person can read, and nobody was redirected."""
        expect_true("it ends at a page, not at the app", outcome.answer is None, "a page", outcome.words)
        expect_true("the page's status", outcome.page.status in (statuses or (400,)), statuses or (400,), outcome.words)
        expect_true("the page has words and a reference", len(outcome.page.words) > 20 and outcome.page.reference, "a sentence and a reference", outcome.page.words[:300])


@dataclass(eq=False)
class Plan:
    name: str
    title: str
    short: str
    modules: list
    defaults: dict = field(default_factory=dict)

    def test(self, suite, name):
        return Test(suite, self, name)


PLANS = [
    Plan("oidcc-basic-certification-test-plan", "Basic OP", "basic", BASIC),
    Plan("oidcc-formpost-basic-certification-test-plan", "Form Post OP", "form", BASIC, {"response_mode": "form_post"}),
    Plan("oidcc-config-certification-test-plan", "Config OP", "config", ["oidcc-discovery-endpoint-verification"]),
    Plan("oidcc-dynamic-certification-test-plan", "Dynamic OP", "dynamic", DYNAMIC),
    Plan("oidcc-rp-initiated-logout-certification-test-plan", "RP-Initiated OP", "out", RP_INITIATED),
    Plan("oidcc-backchannel-rp-initiated-logout-certification-test-plan", "Back-Channel OP", "back", ["oidcc-backchannel-logout-discovery-endpoint-verification", "oidcc-backchannel-rp-initiated-logout"]),
    Plan("oidcc-frontchannel-rp-initiated-logout-certification-test-plan", "Front-Channel OP", "front", ["oidcc-frontchannel-logout-discovery-endpoint-verification", "oidcc-frontchannel-rp-initiated-logout"]),
    Plan("oidcc-3rdparty-init-login-certification-test-plan", "3rd Party-Init OP", "third", ["oidcc-3rd_party-init-login", "oidcc-3rd_party-init-login-nohttps"]),
    Plan("fapi2-security-profile-final-test-plan", "FAPI 2.0 Security Profile", "fapi", FAPI2),
    Plan("fapi2-message-signing-final-test-plan", "FAPI 2.0 Message Signing", "signing", FAPI2 + SIGNING),
    Plan("oidcc-client-basic-certification-test-plan", "Basic RP", "rp", CLIENT_BASIC),
    Plan("oidcc-client-dynamic-certification-test-plan", "Dynamic RP (of it)", "rp-dynamic", CLIENT_DYNAMIC),
    Plan("oidcc-client-back-channel-logout-rp-basic", "Back-Channel RP", "rp-back", CLIENT_BACK_CHANNEL),
    Plan("oidcc-client-rp-initiated-logout-rp-basic", "RP-Initiated RP", "rp-out", CLIENT_RP_INITIATED),
]
