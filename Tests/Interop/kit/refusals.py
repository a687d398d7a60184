"""What a person and an admin see of a sign-in that was refused."""

import json
import re

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


def lines_of(server, reference):
    return [line for line in server.log_text().splitlines() if reference in line]
