"""What a person and an admin see of a sign-in that was refused."""

import json
import re
import urllib.parse

from .checks import expect, expect_true
from .processes import wait_until


def expect_refused(server, page, reason="", status=400):
    """A page with a reference for the person; lines under that reference for the admin, which say why. The one with the code."""
    expect(f"status ({page.words[:200]})", page.status, status)
    reference = page.reference
    expect_true("the page shows a reference", reference, "'reference' and a code", page.words[:400])
    lines = wait_until(f"the log has reference {reference}", lambda: lines_of(server, reference), seconds=3)
    expect_true("the log's line says why", re.search(reason, "\n".join(lines), re.IGNORECASE), f"/{reason}/", lines)
    found = [json.loads(line) for line in lines]
    return next((line for line in found if "code" in line), found[0])


def expect_told(server, page, app, error, reason=""):
    """From the moment its redirect URI is proven it is the app that is told (case 145). The log's line with the code."""
    expect_true(f"the way back to the app ({page.status}: {page.words[:200]})", (page.location or "").startswith(app.redirect_uri), app.redirect_uri, page.location)
    told = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.location).query))
    expect("error", told.get("error"), error)
    expect("iss", told.get("iss"), app.issuer)
    expect_true("state", told.get("state"), "as it was sent", told)
    found = re.search(r"reference:? ([0-9A-Za-z][0-9A-Za-z-]{4,})", told.get("error_description", ""), re.IGNORECASE)
    expect_true("error_description has a reference", found, "'reference' and a code", told)
    lines = wait_until(f"the log has reference {found[1]}", lambda: lines_of(server, found[1]), seconds=3)
    expect_true("the log's line says why", re.search(reason, "\n".join(lines), re.IGNORECASE), f"/{reason}/", lines)
    return next((line for line in map(json.loads, lines) if "code" in line), json.loads(lines[0]))


def lines_of(server, reference):
    return [line for line in server.log_text().splitlines() if reference in line]
