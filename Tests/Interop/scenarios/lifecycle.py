"""A server that is asked to stop, one that is killed, and the commands that judge a token and a captured response."""

import json
import socket
import time
import urllib.parse

from kit.checks import Scenario, expect, expect_true
from kit.tokens import check_both
from kit.world import Site

scenario = Scenario("lifecycle", needs=["pysaml2"])


def site(world):
    """A server of its own: this one is stopped and killed."""
    return world.part("mortal site", lambda: Site(world, world.new_server("mortal"), "mortal"))


@scenario.check("`token verify` accepts an access token, and refuses a changed one")
def token_verify(world):
    server, app = site(world).server, site(world).app
    token = site(world).sign_in(world.visitor(), "ada").redeem().tokens["access_token"]
    command = ("token", "verify", "--issuer", app.issuer, "--audience", app.issuer, "--development", "--output", "json", "-")
    status, output, error = server.run(*command, text=token + "\n")
    expect(f"status ({error.strip()})", status, 0)
    expect_true("the claims are printed", app.client_id in output and json.loads(output), f"a JSON document with {app.client_id}", output)
    head, body, signature = token.split(".")
    changed = ".".join((head, body, ("B" if signature[0] == "A" else "A") + signature[1:]))
    status, output, error = server.run(*command, text=changed)
    expect(f"status for a changed signature ({output.strip()} {error.strip()})", status, 1)
    status, output, error = server.run(*command[:5], "https://other.example", *command[6:], text=token)
    expect(f"status for another audience ({output.strip()} {error.strip()})", status, 1)


@scenario.check("`saml validate` accepts a captured response at its time, and says which check fails")
def saml_validate(world):
    here = site(world)
    _, redirect = here.to_provider(world.visitor())
    answer = here.answer(redirect, "ada")
    captured = here.server.folder / "captured.xml"
    captured.write_text(answer.xml)
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def validate(at=moment, **changes):
        options = {"metadata": str(here.provider.metadata), "sp-entity-id": here.registered["sp_entity_id"], "acs-url": here.registered["acs_url"]}
        options.update({"in-response-to": answer.request_id, "at": at}, **changes)
        return here.server.run("saml", "validate", str(captured), *(word for name, value in options.items() for word in (f"--{name}", value)))

    status, output, error = validate()
    expect(f"status ({output.strip()} {error.strip()})", status, 0)
    for wanted in (here.provider.name_id("ada"), here.provider.email("ada"), "engineering"):
        expect_true("the subject and the attributes are printed", wanted in output, wanted, output)
    for what, word, changes in (
        ("another audience", "audience", {"sp-entity-id": "https://other.example/metadata"}),
        ("another consumer service", "acs|destination|recipient", {"acs-url": "https://other.example/acs"}),
        ("another request", "response", {"in-response-to": "_another"}),
        ("a year later", "expired|time|valid", {"at": "2099-01-01T00:00:00Z"}),
    ):
        status, output, error = validate(**changes)
        expect(f"status for {what}", status, 1)
        expect_true(f"the verdict for {what}", any(each in (output + error).lower() for each in word.split("|")), word, output + error)


@scenario.check("SIGTERM finishes the request in flight and exits 0")
def stop(world):
    here = site(world)
    begun = here.sign_in(world.visitor(), "grace")
    form = urllib.parse.urlencode({"client_id": here.app.client_id, **here.app.redeem_form(begun.code, begun.verifier)}).encode()
    path = urllib.parse.urlsplit(here.app.discovery["token_endpoint"]).path
    head = f"POST {path} HTTP/1.1\r\nHost: localhost:{here.server.port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", here.server.port), timeout=15) as connection:
        connection.sendall(head.encode() + form[:20])
        time.sleep(0.3)  # the server has begun to read it
        here.server.ask_to_stop()
        time.sleep(0.5)
        connection.sendall(form[20:])
        answer = b""
        while part := connection.recv(65536):
            answer += part
            if b"refresh_token" in answer:
                break
    expect("the answer's first line", answer.split(b"\r\n")[0], b"HTTP/1.1 200 OK")
    expect("exit status", here.server.process.handle.wait(15), 0)
    here.app.remember(json.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1]))


@scenario.check("a new start finds everything as it was")
def start_again(world):
    here = site(world)
    here.server.start()
    check_both(here.sign_in(world.visitor(), "grace").redeem())


@scenario.check("after kill -9, what was answered is still true (case 109)")
def kill(world):
    here, visitor = site(world), world.visitor()
    refreshed = here.sign_in(world.visitor(), "ada").redeem()
    answered = here.sign_in(visitor, "newcomer")  # its code is with the app, and not yet redeemed
    here.server.kill()
    here.server.start()
    identity = check_both(answered.redeem())[0]
    user = here.server.command("user", "show", identity["sub"], "--pool", here.pool["id"])
    expect("the user made by that sign-in", user["username"], f"pysaml2_{here.provider.name_id('newcomer')}")
    answer = here.app.refresh(refreshed.tokens["refresh_token"])
    expect(f"status of a refresh with a token from before ({answer.text[:200]})", answer.status_code, 200)
    silent = visitor.sign_in(here.app.begin(prompt="none"))
    expect("the browser's session: error", silent.error, None)
    expect("the browser's session: sub", check_both(silent.redeem())[0]["sub"], identity["sub"])
    # A kill between commit and answer signs nobody out (case 141): the same token gives the same successor, until that was used.
    again = here.app.refresh(refreshed.tokens["refresh_token"])
    expect("the same refresh token again gives", again.json().get("refresh_token"), answer.json()["refresh_token"])
    expect("status of its successor", here.app.refresh(answer.json()["refresh_token"]).status_code, 200)
    expect("status of the first one after that", here.app.refresh(refreshed.tokens["refresh_token"]).status_code, 400)
