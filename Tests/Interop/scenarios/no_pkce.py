"""pyoidc, which Flask-pyoidc and SATOSA are made of, is the app: confidential, and of a time before PKCE (RFC 9700 §2.1.1)."""

import urllib.parse

from kit.checks import Scenario, expect, expect_true
from kit.processes import free_port

scenario = Scenario("no_pkce", needs=["pysaml2"])


class Pyoidc:
    def __init__(self, world, *options):
        from oic.oic import Client
        from oic.oic.message import RegistrationResponse
        from oic.utils.authn.client import CLIENT_AUTHN_METHOD

        self.world, self.site = world, world.site
        self.redirect_uri = f"http://localhost:{free_port()}/callback"
        registered = self.site.server.create_client(self.site.pool, "pyoidc", self.redirect_uri, "--confidential", *options)
        self.client = Client(client_authn_method=CLIENT_AUTHN_METHOD)
        self.client.provider_config(self.site.pool["issuer"])
        self.client.store_registration_info(RegistrationResponse(client_id=registered["client_id"], client_secret=registered["client_secret"]))
        self.client.redirect_uris = [self.redirect_uri]
        self.registered = registered

    def answer(self, visitor, user):
        """Where the browser comes back to, with a code or an error."""
        words = {"response_type": "code", "scope": ["openid", "email"], "state": "state-of-pyoidc", "nonce": "nonce-of-pyoidc", "redirect_uri": self.redirect_uri}
        url = self.client.construct_AuthorizationRequest(request_args=words).request(self.client.authorization_endpoint)
        page = visitor.follow(visitor.get(url), until=(self.site.provider.base, self.redirect_uri))
        if page.location.startswith(self.site.provider.base):
            answer = self.site.answer(page.location, user)
            page = visitor.follow(visitor.post(answer.url, answer.form), until=self.redirect_uri)
        expect_true("the way back to the app", page.location, self.redirect_uri, f"{page.url} ({page.status}): {page.words[:300]}")
        return urllib.parse.urlsplit(page.location).query


@scenario.check("a confidential app that knows no PKCE signs somebody in, by the default of its registration")
def sign_in(world):
    from oic.oic.message import AuthorizationResponse

    app = Pyoidc(world)
    answer = app.client.parse_response(AuthorizationResponse, info=app.answer(world.visitor(), "ada"), sformat="urlencoded")
    world.secrets.remember("code", answer["code"])
    form = {"code": answer["code"], "redirect_uri": app.redirect_uri}
    tokens = app.client.do_access_token_request(state=answer["state"], request_args=form, authn_method="client_secret_basic")
    for kind in ("access_token", "refresh_token"):
        world.secrets.remember(kind.replace("_", " "), tokens.get(kind))
    expect("the ID token's nonce, verified by pyoidc", tokens["id_token"]["nonce"], "nonce-of-pyoidc")
    expect("e-mail by userinfo", app.client.do_user_info_request(method="GET", state=answer["state"])["email"], app.site.provider.email("ada"))


@scenario.check("the same app registered with --pkce required is told at its redirect URI that the challenge is missing")
def required(world):
    app = Pyoidc(world, "--pkce", "required")
    answer = dict(urllib.parse.parse_qsl(app.answer(world.visitor(), "ada")))
    expect("error", answer.get("error"), "invalid_request")
    expect("state", answer.get("state"), "state-of-pyoidc")
