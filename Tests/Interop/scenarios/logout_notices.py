"""Two servers of one PostgreSQL tell an app of sign-outs: each once, and what one was killed over the other one tells."""

import collections
import http.server
import json
import threading
import urllib.parse

from kit.checks import Scenario, expect, expect_true
from kit.pair import Pair
from kit.processes import wait_until
from kit.tokens import decode

scenario = Scenario("logout_notices", needs=["pysaml2", "postgresql", "nginx"])
SESSIONS = 12


def claims_of(token):
    return json.loads(decode(token.split(".")[1]))


class Listener:
    """The app's address: counts by `sid` what it got, and may keep whoever tells it waiting."""

    def __init__(self):
        listener = self
        self.told, self.answers, self.lock = collections.Counter(), threading.Event(), threading.Lock()
        self.answers.set()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                with listener.lock:
                    listener.told[claims_of(form["logout_token"])["sid"]] += 1
                listener.answers.wait(60)
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # whoever asked is gone

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/logout"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()


def sign_in(world, site):
    """A new browser of the same person; its `sid`."""
    visitor = world.visitor()
    begun, redirect = site.to_provider(visitor)
    answer = site.answer(redirect, "ada")
    page = visitor.post(answer.url, answer.form)
    return claims_of(begun.answer(page.location).redeem().tokens["id_token"])["sid"]


def sign_out(server, site):
    """By an admin; the logout's reference."""
    user = server.command("user", "list", "--pool", site.pool["id"])[0]
    return server.command("user", "sign-out", user["sub"], "--pool", site.pool["id"])["reference"]


def results(server, site, reference):
    shown = server.command("logout", "show", reference, "--pool", site.pool["id"])
    return collections.Counter(app["result"] for app in shown["apps"])


@scenario.check("each session's end is told once, by one of the two; and by the other where one is killed while it tells", seconds=120)
def told(world):
    pair = Pair(world, "notices", world.postgresql.new_database("notices"))
    (first, second), site, listener = pair.servers, pair.site, Listener()
    try:
        first.command("client", "update", site.app.client_id, "--pool", site.pool["id"], "--backchannel-logout-uri", listener.url)
        sids = {sign_in(world, site) for _ in range(SESSIONS)}
        reference = sign_out(first, site)
        wait_until("all are told", lambda: results(first, site, reference) == {"told": SESSIONS}, seconds=20)
        expect("how often each was told", dict(listener.told), dict.fromkeys(sids, 1))
        # One server alone, so that it is the one that tells; then it is killed before it has an answer.
        sid = sign_in(world, site)
        second.stop()
        listener.answers.clear()
        reference = sign_out(first, site)
        wait_until("the first server tells", lambda: listener.told[sid], seconds=10)
        first.kill()
        listener.answers.set()
        second.start()
        wait_until("the second server tells", lambda: results(second, site, reference) == {"told": 1}, seconds=60)
        expect("how often it was told, by both together", listener.told[sid], 2)
        first.start()
        metrics = json.dumps(results(first, site, reference))
        expect_true("and never again", listener.told[sid] == 2, 2, (listener.told[sid], metrics))
    finally:
        listener.stop()
