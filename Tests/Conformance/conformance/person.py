"""A person with a browser of her own, who goes where pages lead, signs in at the provider behind Countersign, and says what she saw."""

import urllib.parse

from kit.visitor import Forms, Visitor


class Outcome:
    """Where an authorization request ended: an answer at the app, or a page that leads nowhere."""

    def __init__(self, page, answer=None, mode=None):
        self.page, self.answer, self.mode = page, answer, mode

    @property
    def words(self):
        return f"{self.answer}" if self.answer is not None else f"{self.page.url.split('?')[0]} ({self.page.status}): {self.page.words[:300]}"


class Person(Visitor):
    def __init__(self, suite, name):
        super().__init__(suite.secrets)
        self.suite, self.name = suite, name
        self.consents = []  # the pages of ours on which she allowed an app what it asked
        self.asked = 0  # how often the provider's page asked who she is

    def ask(self, url, parameters, redirect_uri, method="GET", declines=False):
        """Opens the authorization endpoint with these parameters, and follows."""
        if method == "POST":
            return self.go(self.post(url, parameters), redirect_uri, declines)
        return self.go(self.get(url + ("&" if "?" in url else "?") + urllib.parse.urlencode(parameters)), redirect_uri, declines)

    def go(self, page, redirect_uri, declines=False):
        for _ in range(20):
            if page.location:
                if page.location.partition("?")[0].partition("#")[0] == redirect_uri.partition("?")[0]:
                    return self.arrived(page, redirect_uri)
                page = self.get(page.location)
                continue
            forms = Forms(page.text).forms
            to_app = next((form for form in forms if form["action"] == redirect_uri), None)
            if to_app:
                self.remember(to_app["fields"])
                return Outcome(page, to_app["fields"], "form_post")
            asked = next((form for form in forms if form["password"]), None)
            consent = next((form for form in forms if "consent" in form["fields"] or "decision" in form["fields"]), None)
            if asked:
                self.asked += 1
                page = self.submit(page, asked, username=self.name, password="any", **({"decline": "yes"} if declines else {}))
            elif consent:
                page = self.agree(page, consent)
            else:
                return Outcome(page)
        raise RuntimeError("twenty pages and no end: " + ", ".join(self.trail[-8:]))

    def agree(self, page, form):
        """She allows what is asked."""
        self.consents.append(page)
        return self.submit(page, form, decision="allow")

    def arrived(self, page, redirect_uri):
        split = urllib.parse.urlsplit(page.location)
        own = urllib.parse.parse_qsl(urllib.parse.urlsplit(redirect_uri).query)
        pairs = urllib.parse.parse_qsl(split.query, keep_blank_values=True)
        for pair in own:  # what stands in the registered URI comes back with it
            if pair in pairs:
                pairs.remove(pair)
        answer = dict(pairs)
        if len(answer) != len(pairs):
            raise RuntimeError(f"a parameter comes twice: {page.location}")
        self.remember(answer)
        return Outcome(page, answer, "query" if not split.fragment else "fragment")

    def remember(self, answer):
        self.secrets.remember("code", answer.get("code"))

    def submit_form(self, page, **values):
        """Presses the button of the page's own form."""
        form = Forms(page.text).forms[0]
        return self.submit(page, form, **values)
