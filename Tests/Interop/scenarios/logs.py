"""What the servers wrote during all the other scenarios (THREATS §5 case 123)."""

import json
import re

from kit.checks import Scenario, expect, expect_true
from kit.refusals import expect_told

scenario = Scenario("logs", needs=["pysaml2"])


@scenario.check("there is something to look for: a whole sign-in, and one refused")
def something(world):
    site, visitor = world.site, world.visitor()
    done = site.sign_in(world.visitor(), "ada").redeem()
    site.app.refresh(done.tokens["refresh_token"])
    site.server.create_client(site.pool, "logged", site.app.redirect_uri, "--confidential")
    _, redirect = site.to_provider(visitor)
    answer = site.answer(redirect, "ada", sign=[])
    expect_told(site.server, visitor.post(answer.url, answer.form), site.app, "server_error", "unsigned")
    for kind in ("access token", "ID token", "refresh token", "code", "client secret", "SAMLResponse", "NameID", "e-mail"):
        count = world.secrets.count(kind if kind != "ID token" else "id token")
        expect_true(f"how many of kind {kind} were seen", count > 0, "at least one", count)


@scenario.check("no token, code, secret, assertion, NameID or e-mail stands in a log (case 123)")
def logs(world):
    for server in world.servers:
        expect(f"found in {server.log.name} of {server.name}", world.secrets.found_in(server.log_text()), {})
        xml = re.search(r"</?\w*:?(Assertion|NameID|SignatureValue|AttributeValue)\b[^\n]{0,40}", server.log_text())
        expect(f"pieces of an assertion in the log of {server.name}", xml and xml[0], None)


@scenario.check("nor on an error page (case 123)")
def error_pages(world):
    for page in world.secrets.error_pages:
        expect(f"found on the page of {page.url.split('?')[0]} ({page.status})", world.secrets.found_in(page.text), {})


@scenario.check("with --log-format json every line is a JSON object")
def json_lines(world):
    for server in world.servers:
        for line in server.log_text().splitlines():
            try:
                good = isinstance(json.loads(line), dict)
            except ValueError:
                good = False
            expect_true(f"a line of the log of {server.name}", good, "a JSON object", line)


@scenario.check("no server crashed")
def crashes(world):
    for server in world.servers:
        crash = re.search(r"[^\n]*(Fatal error|Crash:|Thread \d+ crashed|Precondition failed)[^\n]*", server.log_text())
        expect(f"a crash in the log of {server.name}", crash and crash[0], None)
