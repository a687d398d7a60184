"""A person with a cookie jar and no JavaScript: follows redirects, fills in a form, presses its button."""

import html.parser
import re
import urllib.parse

import requests


class Forms(html.parser.HTMLParser):
    """The forms of a page: action, method, fields, and the name of the password field if there is one."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.open = [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append({"action": attributes.get("action") or "", "method": (attributes.get("method") or "get").lower(), "fields": {}, "password": None})
            self.open = True
        elif self.open and tag in ("input", "button") and attributes.get("name"):
            kind = attributes.get("type", "text" if tag == "input" else "submit").lower()
            if kind in ("checkbox", "radio") and "checked" not in attributes:
                return
            self.forms[-1]["fields"][attributes["name"]] = attributes.get("value") or ""
            if kind == "password":
                self.forms[-1]["password"] = attributes["name"]

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = False


class Page:
    def __init__(self, answer):
        self.status, self.url, self.text, self.headers = answer.status_code, answer.url, answer.text, answer.headers
        location = answer.headers.get("Location")
        self.location = urllib.parse.urljoin(answer.url, location) if location else None

    @property
    def words(self):
        """The page as it is read, without tags."""
        without = re.sub(r"<(script|style)\b.*?</\1>", " ", self.text, flags=re.DOTALL | re.IGNORECASE)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without)).split())

    @property
    def reference(self):
        """The reference that an error page shows, for the admin to find in the log."""
        found = re.search(r"reference\W{0,5}\s*([0-9A-Za-z][0-9A-Za-z-]{4,})", self.words, re.IGNORECASE)
        return found[1] if found else None

    def form(self, field):
        return next((form for form in Forms(self.text).forms if field in form["fields"] or form["password"] == field), None)


class Visitor:
    def __init__(self, secrets):
        self.session, self.secrets, self.trail, self.trail_of_replicas = requests.Session(), secrets, [], []

    def get(self, url, **options):
        return self.note("GET", self.session.get(url, allow_redirects=False, timeout=20, **options))

    def post(self, url, form, **options):
        self.secrets.remember("SAMLResponse", form.get("SAMLResponse"))
        return self.note("POST", self.session.post(url, data=form, allow_redirects=False, timeout=20, **options))

    def note(self, method, answer):
        page = Page(answer)
        if page.status >= 400:
            self.secrets.error_pages.append(page)
        self.trail_of_replicas.append(answer.headers.get("X-Replica"))  # what nginx adds, where it stands before several
        self.trail.append(f"{method} {answer.url.split('?')[0]} {page.status}")
        return page

    def submit(self, page, form, **values):
        url = urllib.parse.urljoin(page.url, form["action"]) if form["action"] else page.url
        fields = {**form["fields"], **values}
        return self.post(url, fields) if form["method"] == "post" else self.get(url, params=fields)

    def follow(self, page, until=None, person=None):
        """Goes where the pages lead: to a redirect that starts with `until` (not fetched), or to a page that leads nowhere."""
        for _ in range(20):
            if page.location:
                if until and page.location.startswith(until):
                    return page
                page = self.get(page.location)
                continue
            passed_on = page.form("SAMLResponse") or page.form("SAMLRequest")
            asked = next((form for form in Forms(page.text).forms if form["password"]), None)
            if passed_on:
                page = self.submit(page, passed_on)
            elif asked and person:
                page, person = self.submit(page, asked, username=person.user, **{asked["password"]: person.password}), None
            else:
                return page
        raise RuntimeError("twenty pages and no end: " + ", ".join(self.trail[-8:]))

    def sign_in(self, sign_in, person=None):
        """The whole way from the app's authorization request back to the app."""
        page = self.follow(self.get(sign_in.url), until=sign_in.app.redirect_uri, person=person)
        if not page.location:
            raise RuntimeError(f"the sign-in ended at {page.url} ({page.status}): {page.words[:300]}; way: {', '.join(self.trail[-8:])}")
        return sign_in.answer(page.location)
