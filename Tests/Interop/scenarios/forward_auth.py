"""An app that knows no OpenID Connect, behind nginx and behind Caddy, both configured by the guide's own text (THREATS §5 cases 194, 195, 196, 197)."""

import time

import requests

from kit.checks import Scenario, expect, expect_true
from kit.forward import Caddy, Echo, Nginx
from kit.tokens import verify
from kit.world import Site

scenario = Scenario("forward_auth", needs=["pysaml2", "forward"])
OURS = ["Remote-User", "Remote-Sub", "Remote-Email", "Remote-Email-Verified", "Remote-Name", "Remote-Groups", "Remote-Token"]
PAGE = {"Accept": "text/html"}


class Behind:
    def __init__(self, world):
        self.world = world
        self.server = world.new_server("forward", options=["--trusted-proxy", "127.0.0.1"])
        self.site = Site(world, self.server, "forward")
        self.app = world.started_part(Echo())
        nginx, caddy = Nginx(self.server.folder / "nginx"), Caddy(self.server.folder / "caddy")
        hosts = ["--forward-host", nginx.host, "--forward-host", caddy.host, "--grant", "authorization_code"]
        self.client = self.server.command("client", "create", "wiki", "--pool", self.site.pool["id"], *hosts)
        self.proxies = [world.started_part(each, self.server, self.site.pool, self.client, self.app) for each in (nginx, caddy)]

    def sign_in(self, visitor, proxy, path="/", user="ada"):
        """Through the proxy to the provider and back; the page where it ends."""
        visitor.session.headers.update(PAGE)  # a browser's: others are told 401
        page = visitor.follow(visitor.get(proxy.url + path), until=self.site.provider.base)
        answer = self.site.answer(page.location, user)
        page = visitor.post(answer.url, answer.form)
        while page.location:
            page = visitor.get(page.location)
        return page


def behind(world):
    return world.part("forward", lambda: Behind(world))


def reached(page):
    """What the app saw: names in lower case, each as often as it came."""
    import json

    expect("status", page.status, 200)
    document = json.loads(page.text)
    return document["path"], [(name.lower(), value) for name, value in document["headers"]]


def values(headers, name):
    return [value for each, value in headers if each.replace("_", "-") == name.lower()]


@scenario.check("a browser that opens the app signs in, comes back to where it was going, and the app is told who it is")
def whole_way(world):
    place = behind(world)
    for proxy in place.proxies:
        path, headers = reached(place.sign_in(world.visitor(), proxy, "/page?a=1&b=%2F"))
        expect("path", path, "/page?a=1&b=%2F")
        for name in OURS:
            expect_true(f"{name}, once", len(values(headers, name)) <= 1, "once", values(headers, name))
        expect("e-mail", values(headers, "Remote-Email"), [place.site.provider.email("ada")])
        token = values(headers, "Remote-Token")[0]
        world.secrets.remember("access token", token)
        keys = place.site.app.discovery["jwks_uri"]
        header, claims = verify(token, keys)
        expect("typ", header["typ"], "at+jwt")
        expect("aud", claims["aud"], f"forward-auth:{proxy.host}")
        expect("sub", [claims["sub"]], values(headers, "Remote-Sub"))
        expect("username", [claims["username"]], values(headers, "Remote-User"))


@scenario.check("case 196: what a client sends under the names of these headers never reaches the app, in whatever spelling")
def own_headers(world):
    place = behind(world)
    for proxy in place.proxies:
        visitor = world.visitor()
        place.sign_in(visitor, proxy)
        forged = {name: "forged" for name in OURS} | {name.replace("-", "_"): "forged" for name in OURS} | {"REMOTE-USER": "forged", "X-Forwarded-Host": "evil.example"}
        _, headers = reached(visitor.get(proxy.url + "/", headers={**PAGE, **forged}))
        for name in OURS:
            expect_true(f"{name} is ours", "forged" not in values(headers, name), "nothing forged", values(headers, name))
        expect_true("Remote-User is there", values(headers, "Remote-User") != [], "a name", values(headers, "Remote-User"))


@scenario.check("case 194: without a session nothing reaches the app, whatever headers are sent, and scripts are told 401")
def without(world):
    place = behind(world)
    for proxy in place.proxies:
        forged = {name: "forged" for name in OURS}
        for more in ({}, {"X-Forwarded-Host": "evil.example"}, {"Cookie": "countersign-forward=x"}):
            answer = requests.get(proxy.url + "/", headers={**forged, **more, "Accept": "application/json"}, allow_redirects=False, timeout=10)
            expect(f"status with {more}", answer.status_code, 401)
        answer = requests.post(proxy.url + "/", data="a=1", allow_redirects=False, timeout=10)
        expect("status of a POST", answer.status_code, 401)
    direct = requests.get(f"{place.server.url}/{place.site.pool['id']}/forward-auth/{place.client['client_id']}", timeout=10)
    expect("status without a host", direct.status_code, 403)


@scenario.check("case 195: no address makes the browser end elsewhere")
def elsewhere(world):
    place = behind(world)
    for proxy in place.proxies:
        for path in ("//evil.example/", "/_countersign/start?return=https://evil.example/", "/_countersign/start?return=//evil.example/"):
            visitor = world.visitor()
            page = place.sign_in(visitor, proxy, path)
            expect_true(f"{path} ends at the host", page.url.startswith(proxy.url + "/"), proxy.url, page.url)


@scenario.check("case 197: after 'user sign-out' the app is not reached any more, within five seconds; signing out at the host ends it at once")
def signed_out(world):
    place = behind(world)
    for proxy in place.proxies:
        visitor = world.visitor()
        _, headers = reached(place.sign_in(visitor, proxy, user="ada"))
        place.server.command("user", "sign-out", values(headers, "Remote-Sub")[0], "--pool", place.site.pool["id"])
        time.sleep(5.1)
        expect("status", visitor.get(proxy.url + "/", headers={"Accept": "application/json"}).status, 401)
        place.sign_in(visitor, proxy)
        expect("signed out: status", visitor.get(proxy.url + "/_countersign/sign-out", headers=PAGE).status, 303)
        expect("afterwards", visitor.get(proxy.url + "/", headers={"Accept": "application/json"}).status, 401)
