"""Two servers behind nginx on one PostgreSQL: nobody notices which one answers, that one is gone, or that the database was."""

import concurrent.futures
import os
import pathlib
import threading
import time

import requests

from kit.certificates import Certificate
from kit.checks import Scenario, expect, expect_true
from kit.pair import Pair
from kit.pgbouncer import PgBouncer
from kit.postgresql import PostgreSQL
from kit.processes import wait_until
from kit.tokens import check_both

scenario = Scenario("replicas", needs=["pysaml2", "postgresql", "nginx", "pgbouncer"])
SIGN_INS, AT_ONCE = int(os.environ.get("COUNTERSIGN_INTEROP_SIGN_INS", "120")), 6


def replicas(world):
    return world.part("replicas", lambda: Pair(world, "replicas", world.postgresql.new_database("replicas")))


def direct(server, issuer, path):
    """The answer of one of the servers, past nginx."""
    return requests.get(f"http://127.0.0.1:{server.port}/{issuer.rsplit('/', 1)[1]}{path}", timeout=20)


@scenario.check("a sign-in that one replica began is finished by the other, and redeemed by whichever comes next")
def shared(world):
    here, visitor = replicas(world), world.visitor()
    sign_in, redirect = here.site.to_provider(visitor)
    began = visitor.trail_of_replicas[-1]
    answer = here.site.answer(redirect, "ada")
    page = visitor.post(answer.url, answer.form)
    if visitor.trail_of_replicas[-1] == began:  # nginx's turn, not ours: let the other one have it
        sign_in, redirect = here.site.to_provider(visitor)
        began = visitor.trail_of_replicas[-1]
        visitor.get(here.site.app.issuer + "/.well-known/jwks.json")
        answer = here.site.answer(redirect, "ada")
        page = visitor.post(answer.url, answer.form)
    expect_true("the answer is taken by the other one", visitor.trail_of_replicas[-1] != began, "two servers", visitor.trail_of_replicas)
    check_both(sign_in.answer(page.location).redeem())


@scenario.check("both publish the same keys, metadata and discovery")
def same(world):
    here = replicas(world)
    for path in ("/.well-known/jwks.json", "/.well-known/openid-configuration", "/saml2/metadata"):
        one, two = (direct(server, here.site.app.issuer, path) for server in here.servers)
        expect(f"{path}: status", (one.status_code, two.status_code), (200, 200))
        expect(path, two.text, one.text)


def seconds_until_seen(here, origin):
    """How long after a command has registered an origin of the app the slower of the servers, which are asked all the time, knows it."""

    def look(server):
        address = f"http://127.0.0.1:{server.port}/{here.site.pool['id']}/oauth2/token"
        question = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        while requests.options(address, headers=question, timeout=20).headers.get("Access-Control-Allow-Origin") != origin:
            time.sleep(0.02)
        return time.monotonic()

    with concurrent.futures.ThreadPoolExecutor(2) as eyes:
        looks = [eyes.submit(look, server) for server in here.servers]
        time.sleep(0.1)
        here.servers[0].command("client", "update", here.site.app.client_id, "--pool", here.site.pool["id"], "--add-web-origin", origin)
        done = time.monotonic()
        return max(look.result(10) for look in looks) - done


@scenario.check("a change is told to both: they know it at once, where what they keep for a second would be old")
def change(world):
    took = [seconds_until_seen(replicas(world), f"https://page{number}.example") for number in range(4)]
    print(f"       seen after {max(took) * 1000:.0f} ms at the most")
    expect_true("the slowest", max(took) < 0.4, "0.4 s", took)


@scenario.check("one is killed in the middle of sign-ins: the browsers go on, nothing is lost, nothing is doubled", seconds=60 + SIGN_INS)
def killed(world):
    here, lock, done, again = replicas(world), threading.Lock(), [], []

    def one(number):
        # Whoever was at the server that died begins again at the app; what the app was given stays true.
        for attempt in range(3):
            try:
                visitor, user = world.visitor(), f"person{number}"
                sign_in, redirect = here.site.to_provider(visitor)
                with lock:  # pysaml2 is not made for threads
                    answer = here.site.answer(redirect, user)
                page = visitor.follow(visitor.post(answer.url, answer.form), until=here.site.app.redirect_uri)
                if not page.location:
                    raise RuntimeError(f"{page.status} {page.words[:200]}")
                done.append((user, sign_in.answer(page.location)))
                return
            except (RuntimeError, requests.RequestException) as problem:
                again.append(f"{user}: {problem}")
        raise RuntimeError(f"{user} never came in: {again[-3:]}")

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as crowd:
        ways = [crowd.submit(one, number) for number in range(SIGN_INS)]
        wait_until("a third has signed in", lambda: len(done) > SIGN_INS // 3, seconds=SIGN_INS)
        here.servers[1].kill()
        for way in ways:
            way.result(SIGN_INS)
    here.servers[1].start()
    expect("sign-ins", len(done), SIGN_INS)
    expect_true("who began again was at the server that died", len(again) <= AT_ONCE * 2, f"{AT_ONCE * 2} at most", again)
    subjects = set()
    for user, sign_in in done:
        claims = check_both(sign_in.redeem())[0]
        subjects.add(claims["sub"])
        expect(f"a second use of the code of {user}", here.site.app.redeem(sign_in.code, sign_in.verifier).status_code, 400)
    expect("people", len(subjects), SIGN_INS)
    users = world.postgresql.ask("replicas", "SELECT count(*) FROM users WHERE username LIKE '%person%'")
    expect("users in the database", int(users), SIGN_INS)


@scenario.check("the database is killed: 503 with Retry-After in 100 ms, keys from memory; back within two seconds, and nobody restarted anything (cases 109, 125)")
def outage(world):
    here = replicas(world)
    issuer = here.site.app.issuer
    tokens = here.site.sign_in(world.visitor(), "grace").redeem().tokens
    for server in here.servers:
        direct(server, issuer, "/.well-known/jwks.json")
    world.postgresql.kill()
    for server in here.servers:
        wait_until("/readyz says so", lambda: not server.is_ready(), seconds=3)
    slowest = 0
    for _ in range(20):
        for server in here.servers:
            began = time.monotonic()
            answer = requests.post(
                f"http://127.0.0.1:{server.port}/{here.site.pool['id']}/oauth2/token",
                data={"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": here.site.app.client_id},
                timeout=20,
            )
            slowest = max(slowest, time.monotonic() - began)
            expect("status", answer.status_code, 503)
            expect_true("Retry-After", answer.headers.get("Retry-After", "").isdigit(), "a number of seconds", answer.headers)
            keys = direct(server, issuer, "/.well-known/jwks.json")
            expect("status of the keys", keys.status_code, 200)
        time.sleep(0.1)
    expect_true("the slowest refusal", slowest < 0.1, "100 ms", slowest)
    world.postgresql.start()
    began = time.monotonic()
    for server in here.servers:
        wait_until("/readyz is well again", server.is_ready, seconds=4)
    expect_true("recovery", time.monotonic() - began < 2.5, "two seconds, and the memory of /readyz", time.monotonic() - began)
    expect("status of a refresh with a token from before", here.site.app.refresh(tokens["refresh_token"]).status_code, 200)


@scenario.check("through pgbouncer in transaction mode all of it works", seconds=90)
def pooled(world):
    bouncer = world.started_part(PgBouncer(world.folder, world.postgresql))
    world.postgresql.new_database("pooled")
    here = Pair(world, "pooled", bouncer.url("pooled"))
    for number in range(10):
        done = here.site.sign_in(world.visitor(), f"person{number}").redeem()
        check_both(done)
        expect("status of a refresh", here.site.app.refresh(done.tokens["refresh_token"]).status_code, 200)
    took = seconds_until_seen(here, "https://pooled.example")
    expect_true("a change, of which nobody is told, is seen", took < 2, "within 2 s", took)
    at_once = concurrent.futures.ThreadPoolExecutor(20)
    used = here.site.sign_in(world.visitor(), "ada")
    answers = list(at_once.map(lambda _: here.site.app.redeem(used.code, used.verifier).status_code, range(20)))
    expect("of twenty that redeem one code", sorted(set(answers), key=answers.count), [200, 400])
    expect("successes", answers.count(200), 1)


@scenario.check("a server that is asked to stop while it still connects to its database over TLS ends with 0, thirty times", seconds=120)
def stopped_early(world):
    folder = world.folder / "stopped-early"
    authority = Certificate(folder, "authority", is_authority=True)
    database = world.started_part(PostgreSQL(folder, "postgresql-tls"))
    database.use_tls(Certificate(folder, "database", authority, dns="localhost"))
    database.new_database("early")
    trusted = folder / "trusted.pem"  # as long as a machine's own: it is read for each connection
    trusted.write_text(pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_text() + authority.pem)
    url = f"postgresql://countersign@localhost/early?hostaddr=127.0.0.1&port={database.port}&sslmode=verify-full&sslrootcert={trusted}"
    server = world.server_to_be("early", database=url)
    statuses = []
    for turn in range(30):
        server.is_ready = lambda: wait_until("it is ready", lambda: server.log.read_text().count("countersign is ready") > turn, pause=0.001)
        server.start()
        statuses.append(server.stop())
    expect("exit statuses", statuses, [0] * 30)
