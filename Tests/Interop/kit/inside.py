"""Runs on the system that is thrown away: a person signs in to the server that was installed there, and later her app refreshes.

usage: python -m kit.inside FOLDER sign-in|refresh"""

import json
import pathlib
import sys
import types

import requests

from .app import App
from .confidential import Confidential
from .countersign import Countersign
from .visitor import Visitor
from .world import Site


class Installed(Countersign):
    """What root types there: which database is meant, the package says."""

    def __init__(self, folder, secrets):
        super().__init__("installed", folder, secrets, url="http://localhost:8080", binary="/usr/bin/countersign")

    @property
    def place(self):
        return []


def fetch(url):
    answer = requests.get(url, timeout=20)
    answer.raise_for_status()
    return answer.text


def sign_in(folder, secrets):
    world = types.SimpleNamespace(secrets=secrets, fetch=fetch)
    site = Site(world, Installed(folder, secrets), "people")
    tokens = site.sign_in(Visitor(secrets), "ada").redeem().tokens
    return {"issuer": site.pool["issuer"], "client_id": site.app.client_id, "redirect_uri": site.app.redirect_uri, "refresh_token": tokens["refresh_token"]}


def refresh(state, secrets):
    app = App(state["issuer"], state, secrets, state["redirect_uri"])
    answer = app.refresh(state["refresh_token"])
    if answer.status_code != 200:
        raise SystemExit(f"refused: {answer.status_code} {answer.text}")
    return {**state, "refresh_token": answer.json()["refresh_token"]}


def main():
    folder, secrets = pathlib.Path(sys.argv[1]), Confidential()
    kept = folder / "signed-in.json"
    state = sign_in(folder, secrets) if sys.argv[2] == "sign-in" else refresh(json.loads(kept.read_text()), secrets)
    kept.write_text(json.dumps(state))


if __name__ == "__main__":
    main()
