"""People who sign in and whose app refreshes their tokens, many at once, while servers come and go. What was answered is written down, and at the end
each of these answers is asked for again: what is gone was lost, what is there twice was doubled.

A request without an answer, or with that of a proxy that lost its server, may have been done or not. Its app asks again, as an app would."""

import collections
import concurrent.futures
import threading
import time

import requests

from .checks import expect, expect_true

GRACE = 10  # seconds in which a refresh token that was used gives its successor once more


class NoAnswer(Exception):
    pass


class Person:
    """One who signed in: a browser with its session, and the refresh token that the app was given last."""

    def __init__(self, name, visitor, refresh_token):
        self.name, self.visitor, self.refresh_token = name, visitor, refresh_token


class Crowd:
    def __init__(self, world, site, people_at_once=6, refreshes=3):
        self.world, self.site, self.at_once, self.refreshes = world, site, people_at_once, refreshes
        self.counts, self.lost, self.doubled, self.refused = collections.Counter(), [], [], []
        self.people, self.number = [], 0
        self.lock, self.stopped = threading.Lock(), threading.Event()

    # ---- while servers come and go ----

    def start(self):
        self.threads = [threading.Thread(target=self.live, daemon=True) for _ in range(self.at_once)]
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(60)
        return self

    def live(self):
        while not self.stopped.is_set():
            with self.lock:
                self.number += 1
                name = f"person{self.number}"
            try:
                self.visit(name, twice=self.number % 10 == 0)
            except Exception as problem:  # a refusal that no kill explains, or a mistake of ours: shown at the end
                self.refused.append(f"{name}: {type(problem).__name__}: {problem}")

    def visit(self, name, twice):
        visitor, end = self.world.visitor(), time.monotonic() + 60
        while time.monotonic() < end:
            try:
                sign_in = self.sign_in(visitor, name)
                tokens = self.redeem_twice(sign_in) if twice else self.redeem(sign_in)
            except (NoAnswer, requests.RequestException):
                # The person sees a page that did not load, and begins again at the app.
                self.counts["begun again"] += 1
                time.sleep(0.1)
                continue
            if tokens is None:
                return
            self.counts["signed in"] += 1
            person = Person(name, visitor, tokens["refresh_token"])
            self.people.append(person)
            for _ in range(self.refreshes):
                self.refresh(person)
            return
        raise TimeoutError("60 seconds, and not in")

    def sign_in(self, visitor, name):
        sign_in = self.site.app.begin()
        page = self.answered(visitor.follow(visitor.get(sign_in.url), until=(self.site.provider.base, self.site.app.redirect_uri)))
        if page.location.startswith(self.site.provider.base):  # otherwise the time before was in time, and only its answer was lost
            with self.lock:  # pysaml2 is not made for threads
                answer = self.site.answer(page.location, name)
            page = self.answered(visitor.follow(visitor.post(answer.url, answer.form), until=self.site.app.redirect_uri))
        sign_in.answer(page.location)
        if sign_in.error == "temporarily_unavailable":
            raise NoAnswer(sign_in.error)
        return sign_in

    def answered(self, page):
        if page.status in (502, 503, 504):
            raise NoAnswer(page.status)
        if not page.location:
            raise RuntimeError(f"{page.url.split('?')[0]}: {page.status} {page.words[:200]}")
        return page

    def redeem(self, sign_in):
        answer = self.site.app.redeem(sign_in.code, sign_in.verifier)
        if answer.status_code in (502, 503, 504):
            raise NoAnswer(answer.status_code)
        if answer.status_code != 200:
            self.lost.append(f"a code: {answer.status_code} {answer.text[:120]}")
            return None
        return answer.json()

    def redeem_twice(self, sign_in):
        """An app that sends its code twice at once gets tokens once, and none of them live: a code that is used twice may be a stolen one."""
        with concurrent.futures.ThreadPoolExecutor(2) as both:
            ways = [both.submit(self.site.app.redeem, sign_in.code, sign_in.verifier) for _ in range(2)]
        successes = sum(1 for way in ways if way.exception() is None and way.result().status_code == 200)
        self.counts["codes sent twice"] += 1
        if successes > 1:
            self.doubled.append(f"a code of {sign_in.code[:6]}… was redeemed twice")
        return None

    def refresh(self, person):
        first = time.monotonic()
        while True:
            sent = time.monotonic()
            try:
                answer = self.site.app.refresh(person.refresh_token)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code == 200:
                person.refresh_token = answer.json()["refresh_token"]
                self.counts["refreshed"] += 1
                return
            if answer is not None and answer.status_code not in (502, 503, 504):
                if sent - first < GRACE:
                    self.lost.append(f"{person.name}: a refresh after {sent - first:.1f} s: {answer.status_code} {answer.text[:120]}")
                else:
                    self.counts["too late to ask again"] += 1
                self.people.remove(person)
                return
            self.counts["refreshes sent again"] += 1
            time.sleep(0.1)

    # ---- when all is quiet ----

    def expect_whole(self):
        for kind in ("lost", "doubled", "refused"):
            expect(kind, getattr(self, kind), [])
        expect_true("people signed in meanwhile", len(self.people) >= 5, "5 at least", len(self.people))

    def account(self):
        """Asks for everything again that was answered, and returns the account in words."""
        seen = collections.Counter()
        for person in self.people:
            answer = self.site.app.refresh(person.refresh_token)
            if answer.status_code != 200:
                self.lost.append(f"{person.name}: refresh token: {answer.status_code} {answer.text[:120]}")
                continue
            seen[self.site.app.user_info(answer.json()["access_token"]).json().get("sub")] += 1
            page = person.visitor.get(self.site.app.begin().url)
            if not (page.location or "").startswith(self.site.app.redirect_uri + "?code="):
                self.lost.append(f"{person.name}: session: {page.status} {page.words[:120]}")
        self.doubled += [f"{number} people are {subject}" for subject, number in seen.items() if number > 1]
        counted = ", ".join(f"{name} {number}" for name, number in sorted(self.counts.items()))
        return f"{counted}; people {len(self.people)}, lost {len(self.lost)}, doubled {len(self.doubled)}, refused {len(self.refused)}"
