"""Countersign behind nginx, Caddy and HAProxy, which do TLS, each configured by the text of docs/operations/proxies.md."""

import concurrent.futures
import os
import socket
import ssl
import time
import urllib.parse

import certifi
import requests
from requests.adapters import HTTPAdapter

from kit.certificates import Certificate
from kit.checks import Scenario, expect, expect_in, expect_true
from kit.processes import wait_until
from kit.proxies import Caddy, HAProxy, Nginx
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("proxies", needs=["pysaml2", "proxies"])
HERE = "127.0.0.2"  # another address of this machine than the proxies'
FORGED = {
    "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "80", "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=http;host=evil.example", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Uri": "/evil", "X-Original-URI": "/evil",
}


class From(HTTPAdapter):
    """Connects from HERE."""

    def init_poolmanager(self, *arguments, **how):
        super().init_poolmanager(*arguments, source_address=(HERE, 0), **how)


class Stage:
    def __init__(self, world):
        self.world = world
        authority = Certificate(world.folder / "proxies", "proxies root", is_authority=True)
        # Beside the authorities that this process had before.
        bundle = world.folder / "proxies" / "bundle.pem"
        bundle.write_text(open(os.environ.get("REQUESTS_CA_BUNDLE") or certifi.where()).read() + authority.pem)
        os.environ["REQUESTS_CA_BUNDLE"] = self.bundle = str(bundle)
        self.authority, self.fronts = authority, []
        for kind in (Nginx, Caddy, HAProxy):
            front = kind(world, authority)
            world.servers.append(front.server)
            world.started_part(front)
            front.site = Site(world, front.server, front.name)
            self.fronts.append(front)

    def visitor(self):
        visitor = self.world.visitor()
        visitor.session.mount("https://", From())
        return visitor


def stage(world):
    return world.part("proxies", lambda: Stage(world))


@scenario.check("a whole sign-in over TLS, and the log has the address of who came and not the proxy's")
def sign_in(world):
    for front in stage(world).fronts:
        done = front.site.sign_in(stage(world).visitor(), "ada").redeem()
        check_both(done)
        lines = wait_until("the line of the sign-in", lambda: [line for line in front.lines if line["message"] == "signed in"])
        expect(f"{front.name}: address", [line.get("address") for line in lines], [HERE])
        expect_true(f"{front.name}: every cookie is for https", all(cookie.secure for cookie in sent_cookies(world, front)), "Secure", "not")


def sent_cookies(world, front):
    visitor = stage(world).visitor()
    front.site.to_provider(visitor)
    return list(visitor.session.cookies)


@scenario.check("what a client forges of X-Forwarded-… and Forwarded changes no address, no cookie, and nothing in the log")
def forged(world):
    for front in stage(world).fronts:
        visitor, before = stage(world).visitor(), len(front.lines)
        honest = stage(world).visitor().get(front.site.app.issuer + "/.well-known/openid-configuration")
        page = visitor.get(front.site.app.issuer + "/.well-known/openid-configuration", headers=FORGED)
        expect(f"{front.name}: discovery", (page.status, page.text), (200, honest.text))
        visitor.session.headers.update(FORGED)
        front.site.sign_in(visitor, "bob").redeem()
        expect_true(f"{front.name}: every cookie is for https", all(cookie.secure for cookie in visitor.session.cookies), "Secure", list(visitor.session.cookies))
        # The app itself comes from the proxies' own machine.
        addresses = {line["address"] for line in front.lines[before:] if "address" in line}
        expect(f"{front.name}: addresses in the log", addresses - {"127.0.0.1"}, {HERE})


@scenario.check("nobody reaches forward authentication through it, whatever host is named")
def forward(world):
    for front in stage(world).fronts:
        client = front.server.command("client", "create", "wiki", "--pool", front.site.pool["id"], "--grant", "authorization_code", "--forward-host", "wiki.example.com")
        address = f"{front.site.app.issuer}/forward-auth/{client['client_id']}/verify"
        for headers in ({}, {"X-Forwarded-Host": "wiki.example.com"}, {"X-Forwarded-Host": "wiki.example.com", "X-Forwarded-Uri": "/", "X-Forwarded-Method": "GET"}):
            page = stage(world).visitor().get(address, headers=headers)
            expect(f"{front.name}: status with {headers}", page.status, 403)
        codes = {line.get("code") for line in front.lines if "forward" in line.get("code", "")}
        expect(f"{front.name}: codes", codes, {"forward_auth.host"})


@scenario.check("the server for certificates of apps.md passes on the certificate that was shown, and nothing that a client wrote")
def certificates(world):
    front, pool = stage(world).fronts[0], stage(world).fronts[0].site.pool["id"]
    job = Certificate(world.folder / "proxies", "job", issuer=stage(world).authority, dns="job.example.com")
    created = front.server.command("client", "create", "job", "--pool", pool, "--confidential", "--grant", "client_credentials", "--tls-san-dns", "job.example.com")
    address, before = f"https://localhost:{front.certificates_port}/{pool}", len(front.lines)
    form = {"grant_type": "client_credentials", "client_id": created["client_id"]}
    written = {**FORGED, "Client-Cert": urllib.parse.quote(job.pem)}
    for shown, status in ((job.files, 200), (None, 401)):
        answer = stage(world).visitor().session.post(address + "/oauth2/token", form, headers=written, cert=shown, timeout=20)
        world.secrets.remember("access token", answer.json().get("access_token"))
        expect(f"status with {'a certificate' if shown else 'a header alone'}", answer.status_code, status)
    wiki = front.server.command("client", "create", "wiki", "--pool", pool, "--grant", "authorization_code", "--forward-host", "wiki.example.com")
    headers = {"Host": f"localhost:{front.port}", "X-Forwarded-Host": "wiki.example.com", "X-Forwarded-Uri": "/", "X-Forwarded-Method": "GET"}
    page = stage(world).visitor().get(f"{address}/forward-auth/{wiki['client_id']}/verify", headers=headers)
    expect("forward authentication", page.status, 403)
    expect("addresses in the log", {line["address"] for line in front.lines[before:] if "address" in line}, {HERE})


def raw_status(front, request):
    """Of a request in bytes, which libraries would not send; None where the connection was closed without an answer."""
    context = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
    with socket.create_connection(("127.0.0.1", front.port), timeout=10) as plain, context.wrap_socket(plain, server_hostname="localhost") as connection:
        try:
            connection.sendall(request)
        except OSError:
            pass  # refused before all was sent
        answer = b""
        try:
            while b"\r\n" not in answer and (more := connection.recv(4096)):
                answer += more
        except OSError:
            pass
    return int(answer.split(b" ", 2)[1]) if answer else None


HEAD = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"


@scenario.check("heads, bodies and fields beyond the limits have the documented answers, and what is just below them is taken")
def limits(world):
    for front, head, fields in zip(stage(world).fronts, (400, 431, 400), (400, 400, 400)):
        name, issuer = front.name, front.site.app.issuer
        expect(f"{name}: a head of 30 KiB", raw_status(front, f"{HEAD}X-A: {'a' * (30 << 10)}\r\n\r\n".encode()), 200)
        expect(f"{name}: a head of 40 KiB", raw_status(front, f"{HEAD}X-A: {'a' * (40 << 10)}\r\n\r\n".encode()), head)
        some, many = ("".join(f"X-{number}: a\r\n" for number in range(count)) for count in (80, 110))
        expect(f"{name}: 80 fields more", raw_status(front, f"{HEAD}{some}\r\n".encode()), 200)
        expect(f"{name}: 110 fields more", raw_status(front, f"{HEAD}{many}\r\n".encode()), fields)
        path = f"/{front.site.pool['id']}/saml2/idpresponse"
        post = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {(1 << 20) + 1}\r\n\r\n".encode()
        if name == "caddy":  # passes it on until we have read too much
            expect_in(f"{name}: a body of more than 1 MiB", raw_status(front, post + b"a" * ((1 << 20) + 1)), (413, None))
        else:
            expect(f"{name}: a body of more than 1 MiB", raw_status(front, post), 413)
        page = stage(world).visitor().post(issuer + "/saml2/idpresponse", {"SAMLResponse": "a" * (900 << 10)})
        expect(f"{name}: a body of 900 KiB comes to us", (page.status, page.reference is not None), (400, True))
        answer = requests.post(issuer + "/oauth2/token", {"grant_type": "a" * (70 << 10)}, timeout=10)
        expect(f"{name}: our own answer", (answer.status_code, answer.json()["error"]), (413, "invalid_request"))


@scenario.check("an answer with a long head arrives: the request of the app in the redirect to the provider")
def long_answer(world):
    for front in stage(world).fronts:
        visitor = stage(world).visitor()
        page = visitor.get(front.site.app.begin(state="s" * 1_900, login_hint="l" * 1_900, nonce="n" * 500).url)
        expect_true(f"{front.name}: status", page.status in (302, 303), "a redirect", page.status)


@scenario.check("http is sent to https, and the answers say that it stays so")
def plain(world):
    for front in stage(world).fronts:
        if front.name != "caddy":  # redirects from http_port to its https_port, which is not the one of this run
            answer = requests.get(f"http://localhost:{front.plain_port}/x?a=1", allow_redirects=False, timeout=10)
            expect(f"{front.name}: status", answer.status_code, 308)
            expect_in(f"{front.name}: Location", "https://localhost", answer.headers["Location"])
        page = stage(world).visitor().get(front.url + "/readyz")
        expect(f"{front.name}: Strict-Transport-Security", page.headers.get("Strict-Transport-Security"), "max-age=31536000")


@scenario.check("the server is started again under load, its socket held: no request fails", seconds=120)
def restart(world):
    for front in stage(world).fronts:
        issuer, until, answers = front.site.app.issuer, [False], []

        def ask(number):
            session, seen = requests.Session(), []
            while not until[0]:
                form = {"grant_type": "authorization_code", "code": "none", "client_id": front.site.app.client_id}
                try:
                    answer = session.post(issuer + "/oauth2/token", form, timeout=20) if number % 2 else session.get(issuer + "/.well-known/jwks.json", timeout=20)
                    seen.append(answer.status_code)
                except requests.RequestException as problem:
                    seen.append(type(problem).__name__)
            return seen

        with concurrent.futures.ThreadPoolExecutor(8) as crowd:
            asked = [crowd.submit(ask, number) for number in range(8)]
            for _ in range(3):
                time.sleep(0.7)
                expect(f"{front.name}: exit status", front.server.stop(), 0)
                front.server.start("--config", front.server.folder / "countersign.json", "--log-level", "debug")
            time.sleep(0.7)
            until[0] = True
            for each in asked:
                answers += each.result(30)
        counts = {each: answers.count(each) for each in set(answers)}
        print(f"       {front.name}: {counts}")
        expect(f"{front.name}: kinds of answers", set(answers), {200, 400})


@scenario.check("the server is away: what the proxy answers")
def away(world):
    for front, status in zip(stage(world).fronts, (502, 502, 503)):
        front.server.stop()
        front.server.listener.close()
        began = time.monotonic()
        page = stage(world).visitor().get(front.url + "/readyz")
        expect(f"{front.name}: status", page.status, status)
        print(f"       {front.name}: after {time.monotonic() - began:.1f} s")
