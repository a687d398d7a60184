"""The package's hardened server with keys in SoftHSM2, by the commands of docs/guides/hsm.md."""

import contextlib
import json
import re
import shlex

from .installed import CONFIGURATION, UNIT, ask, command, page, show, wait_until_ready

PIN, TOKENS = "7391-5526", "/var/lib/softhsm/tokens"
DROPIN = f"/etc/systemd/system/{UNIT}.d"
AS_SERVER = ("runuser", "-u", "countersign", "--")


def initialize(here):
    """The page's block word for word, with the PINs where it would ask for them."""
    block = re.search(r"^```sh\n(apt-get install softhsm2\n.*?)^```", page("guides/hsm"), re.DOTALL | re.MULTILINE)[1]
    block = block.replace("--init-token", f"--init-token --so-pin 12345678 --pin {PIN}")
    here.run("bash", "-ec", "exec 3<&0\n" + block.replace("/dev/stdin /etc", "/dev/fd/3 /etc"), text=PIN + "\n")


def settings(here):
    words = shlex.split(re.search(r"^countersign serve (--pkcs11-module .*)$", page("guides/hsm"), re.MULTILINE)[1])
    named = {words[index][2:].replace("-", "_"): words[index + 1] for index in range(0, len(words), 2)}
    return json.dumps({**json.loads(here.run("cat", CONFIGURATION).stdout), **named})


@contextlib.contextmanager
def named(world):
    """Until the end of this the server has an HSM, and its unit the setting of the page."""
    here = world.throwaway
    here.run("cp", "-p", CONFIGURATION, "/root/before.json")
    here.run("tee", CONFIGURATION, text=settings(here))
    try:
        yield
    finally:
        here.run("bash", "-c", f"rm -rf {DROPIN}; cp -p /root/before.json {CONFIGURATION} && systemctl daemon-reload && systemctl restart {UNIT}")
        wait_until_ready(world)


def allow_tokens(here):
    here.run("mkdir", "-p", DROPIN)
    here.run("tee", f"{DROPIN}/override.conf", text=re.search(r"^```ini\n(.*?)^```", page("guides/hsm"), re.DOTALL | re.MULTILINE)[1])
    here.run("systemctl", "daemon-reload")


def may_write(world, folder):
    """Whether the server's user may, in the server's namespace of mounts."""
    process = show(world, "MainPID")["MainPID"]
    return world.throwaway.run("nsenter", f"--target={process}", "--mount", *AS_SERVER, "test", "-w", folder, check=False).returncode == 0


def by_server(world, *words):
    """What an admin types as the server's user."""
    return json.loads(world.throwaway.run(*AS_SERVER, "countersign", *words, "--config", CONFIGURATION, "--output", "json").stdout)


def objects(here):
    """How many; each token has one of its own besides."""
    return len(here.run("find", TOKENS, "-name", "*.object", "!", "-name", "token.object").stdout.split())


def token(world, pool):
    """Whether the server issues one."""
    client = command(world, "client", "create", "job", "--pool", pool, "--confidential", "--grant", "client_credentials")
    world.secrets.remember("client secret", client["client_secret"])
    form = f"grant_type=client_credentials&client_id={client['client_id']}&client_secret={client['client_secret']}"
    return ask(world, f"/{pool}/oauth2/token", form)
