"""Fifty at once for one code and for one refresh token, over two replicas of one PostgreSQL, and a replica killed in the middle of a thousand of each (cases 104, 108).

Whoever gets no answer asks again, as an app does. Counted is what everybody was told: no code and no token ever has two winners, and no family is lost."""

import collections
import concurrent.futures
import os
import threading
import time

import requests

from kit.app import App
from kit.checks import Scenario, expect, expect_true
from kit.pair import Pair
from kit.processes import wait_until

scenario = Scenario("races", needs=["pysaml2", "postgresql", "nginx"])
CROWD, ROUNDS = 50, 10
THOUSAND = int(os.environ.get("COUNTERSIGN_INTEROP_RACES", "1000"))
CODES_OF_A_SESSION = 90


class Races(Pair):
    """With an app whose rotated refresh tokens are used up at once, beside the usual one."""

    def __init__(self, world, name, database):
        super().__init__(world, name, database)
        usual = self.site.app
        strict = self.site.server.create_client(self.site.pool, "strict", usual.redirect_uri, "--refresh-grace", "0")
        self.strict = App(usual.issuer, strict, world.secrets, usual.redirect_uri)
        self.families, self.people = [], 0

    def codes(self, app, number):
        """So many codes: people sign in once, and the app asks again and again."""
        made = []
        while len(made) < number:
            self.people += 1
            visitor = self.site.world.visitor()
            self.site.sign_in(visitor, f"racer{self.people}")
            for _ in range(min(CODES_OF_A_SESSION, number - len(made))):
                begun = app.begin()
                made.append(begun.answer(visitor.get(begun.url).location))
        return made

    def post(self, replica, app, form):
        """To one of the two, past nginx."""
        path = app.discovery["token_endpoint"].removeprefix(self.nginx.url)
        return requests.post(f"http://127.0.0.1:{self.servers[replica % 2].port}{path}", data={**form, "client_id": app.client_id}, timeout=20)

    def at_once(self, app, form):
        """The same request fifty times at one moment, to each replica in turn; statuses counted, and the successes."""
        barrier = threading.Barrier(CROWD)

        def one(number):
            barrier.wait(timeout=20)
            return self.post(number, app, form)

        with concurrent.futures.ThreadPoolExecutor(CROWD) as crowd:
            answers = list(crowd.map(one, range(CROWD)))
        counted = collections.Counter("success" if each.status_code == 200 else f"{each.status_code} {each.json().get('error')}" for each in answers)
        return counted, [app.remember(each.json()) for each in answers if each.status_code == 200]

    def redeem_form(self, begun):
        return begun.app.redeem_form(begun.code, begun.verifier)

    def kill_in_the_middle(self, jobs, ask):
        """Does every job, sixteen at a time; after a third of them one replica is killed, after two thirds the other. How often somebody had to ask again."""
        done, again, lock = [], collections.Counter(), threading.Lock()

        def one(numbered):
            number, job = numbered
            for attempt in range(60):
                try:
                    answer = ask(number + attempt, job)
                    if answer.status_code not in (502, 503, 504):
                        with lock:
                            done.append((job, answer, attempt))
                        return
                except requests.RequestException:
                    pass
                with lock:
                    again["asked again"] += 1
                time.sleep(0.2)
            raise RuntimeError("no answer after sixty attempts")

        with concurrent.futures.ThreadPoolExecutor(16) as crowd:
            ways = [crowd.submit(one, each) for each in enumerate(jobs)]
            for share, server in ((len(jobs) // 3, self.servers[0]), (2 * len(jobs) // 3, self.servers[1])):
                wait_until("the crowd is on its way", lambda: len(done) >= share, seconds=120, pause=0.005)
                server.kill()
                server.start()
            for way in ways:
                way.result(120)
        return done, again["asked again"]


def races(world):
    return world.part("races", lambda: Races(world, "races", world.postgresql.new_database("races")))


@scenario.check("fifty parallel redemptions of one code, over two replicas: one winner, whose tokens are over then", seconds=120)
def codes(world):
    here, total = races(world), collections.Counter()
    for begun in here.codes(here.site.app, ROUNDS):
        counted, won = here.at_once(here.site.app, here.redeem_form(begun))
        total += counted
        expect("what the crowd got", dict(counted), {"success": 1, "400 invalid_grant": CROWD - 1})
        # A code that came twice may be a stolen one: what it gave has ended.
        expect("a refresh with what the winner got", here.site.app.refresh(won[0]["refresh_token"]).status_code, 400)
    print(f"       {ROUNDS} codes, {CROWD} requests each: {dict(total)}")


@scenario.check("fifty parallel refreshes of one token, over two replicas: one successor and no other, and its family lives", seconds=120)
def refreshes(world):
    here, app = races(world), races(world).site.app
    for begun in here.codes(app, ROUNDS):
        first = begun.redeem().tokens["refresh_token"]
        counted, won = here.at_once(app, {"grant_type": "refresh_token", "refresh_token": first})
        expect("what the crowd got", dict(counted), {"success": CROWD})
        expect("successors", len({each["refresh_token"] for each in won}), 1)
        expect("a refresh with the successor", app.refresh(won[0]["refresh_token"]).status_code, 200)
    print(f"       {ROUNDS} tokens, {CROWD} requests each: one successor every time")


@scenario.check("with --refresh-grace 0 fifty parallel refreshes, over two replicas, have one winner, and end the family", seconds=120)
def strict_refreshes(world):
    here, app, total = races(world), races(world).strict, collections.Counter()
    for begun in here.codes(app, ROUNDS):
        first = begun.redeem().tokens["refresh_token"]
        counted, won = here.at_once(app, {"grant_type": "refresh_token", "refresh_token": first})
        total += counted
        expect("what the crowd got", dict(counted), {"success": 1, "400 invalid_grant": CROWD - 1})
        expect("a refresh with what the winner got", app.refresh(won[0]["refresh_token"]).status_code, 400)
    print(f"       {ROUNDS} tokens, {CROWD} requests each: {dict(total)}")


@scenario.check(f"both replicas are killed in the middle of {THOUSAND} redemptions: no code has two winners", seconds=300)
def killed_redemptions(world):
    here, app = races(world), races(world).site.app
    jobs = here.codes(app, THOUSAND)
    done, again = here.kill_in_the_middle(jobs, lambda replica, begun: here.post(replica, app, here.redeem_form(begun)))
    winners, refused = collections.Counter(), []
    for begun, answer, attempt in done:
        if answer.status_code == 200:
            winners[begun.code] += 1
            here.families.append(app.remember(answer.json())["refresh_token"])
        else:
            refused.append((answer.status_code, answer.json().get("error"), attempt))
    expect("answers", len(done), THOUSAND)
    # Refused is only who asked a second time: the first answer was lost with the server that gave it.
    expect("who was refused at the first attempt", [each for each in refused if each[2] == 0], [])
    expect("refusals", {each[:2] for each in refused} - {(400, "invalid_grant")}, set())
    # One code each once more: whatever was lost, no second one wins.
    second = [here.post(number, app, here.redeem_form(begun)) for number, (begun, answer, _) in enumerate(done) if answer.status_code != 200]
    expect("codes with two winners", sum(number > 1 for number in winners.values()) + sum(each.status_code == 200 for each in second), 0)
    print(f"       {THOUSAND} codes: {len(winners)} redeemed, {len(refused)} whose answer died with its server, {again} requests sent again, two winners 0")


@scenario.check(f"both replicas are killed in the middle of {THOUSAND} refreshes: no token has two successors, no family is lost", seconds=300)
def killed_refreshes(world):
    here, app = races(world), races(world).site.app
    expect_true("families to refresh", len(here.families) > THOUSAND * 0.9, f"most of {THOUSAND}", len(here.families))
    done, again = here.kill_in_the_middle(here.families, lambda replica, token: here.post(replica, app, {"grant_type": "refresh_token", "refresh_token": token}))
    lost = [(answer.status_code, answer.text[:120], attempt) for _, answer, attempt in done if answer.status_code != 200]
    expect("refreshes that were refused", lost, [])
    successors = {token: app.remember(answer.json())["refresh_token"] for token, answer, _ in done}
    expect("successors", len(set(successors.values())), len(here.families))
    # Whoever asks once more within the grace is given the same one, by whichever replica.
    sample = list(successors.items())[-20:]
    for number, (token, successor) in enumerate(sample):
        again_answer = here.post(number, app, {"grant_type": "refresh_token", "refresh_token": token})
        if again_answer.status_code == 200:
            expect("the successor of a token that is sent again", again_answer.json()["refresh_token"], successor)
    with concurrent.futures.ThreadPoolExecutor(16) as crowd:
        tokens = [successor for token, successor in successors.items() if token not in dict(sample)]
        last = list(crowd.map(lambda each: here.post(each[0], app, {"grant_type": "refresh_token", "refresh_token": each[1]}).status_code, enumerate(tokens)))
    expect("families that are alive at the end", last.count(200), len(tokens))
    print(f"       {len(here.families)} refreshes: {again} requests sent again, two successors 0, families lost {len(lost)}")
