"""A device without a browser (RFC 8628) is let in by alice in Chromium, at the identity provider that she knows."""

import requests

from kit.checks import Scenario, expect, expect_in, expect_true
from kit.people import ALICE
from kit.tokens import discovery, verify

scenario = Scenario("device", needs=["simplesamlphp", "chromium"])
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Device:
    """A television of the people's pool."""

    def __init__(self, world):
        pool = world.people_pool
        self.world, self.metadata = world, discovery(pool["issuer"])
        arguments = ("client", "create", "Living room", "--pool", pool["id"], "--grant", "device_code", "--grant", "refresh_token")
        self.client = world.server.command(*arguments)["client_id"]

    def begin(self):
        answer = requests.post(self.metadata["device_authorization_endpoint"], {"client_id": self.client, "scope": "openid email"}, timeout=10)
        expect("the device's answer", answer.status_code, 200)
        codes = answer.json()
        self.world.secrets.remember("device code", codes["device_code"])
        return codes

    def ask(self, codes):
        form = {"grant_type": GRANT, "device_code": codes["device_code"], "client_id": self.client}
        return requests.post(self.metadata["token_endpoint"], form, timeout=10).json()


def device(world):
    return world.part("device", lambda: Device(world))


@scenario.check("alice types the code, signs in, allows it, and the device has her tokens; none of the pages runs a script")
def allowed(world):
    browser = world.browser
    codes = device(world).begin()
    expect("nobody answered", device(world).ask(codes)["error"], "authorization_pending")
    browser.forget_everything()
    browser.open(codes["verification_uri"])
    browser.type_into("#user-code", codes["user_code"].lower().replace("-", " ") + "\n")
    browser.fill_in(ALICE.user, ALICE.password)
    expect_in("the question", "Only continue if you began this on a device in front of you.", browser.wait_for_text("Let a device into"))
    for words in ("Living room", codes["user_code"], "127.0.0.1"):
        expect_in("the question", words, browser.text)
    expect("nobody answered yet", device(world).ask(codes)["error"] in ("authorization_pending", "slow_down"), True)
    browser.press_first("button[value=allow]")
    browser.wait_for_text("The device is connected")
    tokens = device(world).ask(codes)
    expect_true("tokens", "access_token" in tokens and "refresh_token" in tokens, "tokens", sorted(tokens))
    for kind in ("access_token", "refresh_token", "id_token"):
        world.secrets.remember(kind.replace("_", " "), tokens[kind])
    expect("the ID token is alice's", verify(tokens["id_token"], device(world).metadata["jwks_uri"])[1]["email"], ALICE.email)
    expect("a second time", device(world).ask(codes)["error"], "invalid_grant")


@scenario.check("with a session she is asked all the same, by the address with the code in it; she denies, and the device is told")
def denied(world):
    browser = world.browser
    codes = device(world).begin()
    browser.open(codes["verification_uri_complete"])
    expect("the box has the code", browser.find("#user-code").get_attribute("value"), codes["user_code"])
    browser.press_first("main form button")
    browser.wait_for_text("Let a device into")
    browser.press_first("button[value=deny]")
    browser.wait_for_text("The device was not let in")
    expect("the device", device(world).ask(codes)["error"], "access_denied")
