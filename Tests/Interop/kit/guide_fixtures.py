"""What a page takes for granted: files, providers, people; and the few commands that no sandbox can run, each with its reason."""

import json
import shutil

from .countersign import ROOT

# What commands print that later ones are given.
LEARNED = {
    "POOL": r"^ *(?:id|pool id) +([a-z]+_[A-Za-z0-9]{9})\b", "CLIENT_ID": r"^ *client_?\s?id +(\S+)", "SECRET": r"^ *client_?\s?secret +(\S+)",
    "TOKEN": r'^ *(?:initial_access_token +|\{"access_token": ?")([^"\s]+)', "SP_ENTITY_ID": r"^ *sp_entity_id +(\S+)", "ACS_URL": r"^ *acs_url +(\S+)", "DEVICE_CODE": r'"device_code": ?"([^"]+)"',
}
# Pages that name their database themselves.
DATABASE = {f"docs/{name}.md": "/var/lib/countersign/countersign.db" for name in ("operations/backup", "operations/doctor", "operations/postgresql", "operations/upgrade", "guides/hsm")}
# As the package leaves them: its configuration, and data of the server's user.
INSTALLED = [f"cp {ROOT}/packaging/countersign.json /etc/countersign/", "chown -R countersign: /var/lib/countersign"]

# The packaged configuration names another public URL than the sandbox's server has.
SERVED = "COUNTERSIGN_PUBLIC_URL=https://id.example.com"

CORP = "countersign idp create saml corp --pool $POOL --metadata-url https://idp.example.com/metadata --map email=mail"
SAML = "countersign idp create saml {0} --pool $POOL --metadata-url https://{0}.example.com/metadata"
OIDC = "countersign idp create oidc {0} --pool $POOL --issuer https://{0}.example --client-id ID --client-secret-file secret.txt"
GITHUB = "countersign idp create oidc github --pool $POOL --preset github --client-id ID --client-secret-file secret.txt"
AGAIN = "countersign idp delete corp --pool $POOL --yes"

# Pages with a person in them: providers are pysaml2 there.
PEOPLE = {"README.md", *(f"docs/guides/{name}.md" for name in ("linking-users", "logout", "microsoft-entra-id", "simplesamlphp", "single-logout", "why-a-sign-in-failed"))}


def person(act):
    """ada signs in, is refused, signs out, or her response is captured (guide_people.py)."""
    return lambda sandbox: getattr(sandbox.people, act)()


def program(act, *arguments):
    return lambda sandbox: getattr(sandbox, act)(*arguments)


# What has to be there before the first command of a page.
SETUP = {
    "docs/guides/fresh-metadata.md": [SAML.format("old-one") + " --no-follow-metadata"],
    "docs/guides/hsm.md": INSTALLED,
    "docs/guides/linking-users.md": [CORP, GITHUB, person("signed_in")],
    "docs/guides/logout.md": [CORP],
    "docs/guides/sign-in-page.md": [CORP, OIDC.format("google")],
    "docs/guides/single-logout.md": [CORP],
    "docs/guides/step-up.md": [SAML.format("entra"), CORP, OIDC.format("keycloak")],
    "docs/guides/why-a-sign-in-failed.md": [CORP, person("signed_in"), person("refused")],
    "docs/operations/backup.md": INSTALLED,
    "docs/operations/disaster-recovery.md": [
        program("start_postgresql", "db2.example.com"),
        "countersign pool create staff --database postgresql://countersign@db2.example.com/countersign --master-key-file master-key > made",
    ],
    "docs/operations/doctor.md": [*INSTALLED, program("start_server"), SERVED],
    "docs/operations/tls.md": ["RENEWED_LINEAGE=."],
    "docs/operations/upgrade.md": [
        *INSTALLED, "countersign backup --make-key /etc/countersign/backup-key && chown countersign: /etc/countersign/backup-key",
        "install -d -o countersign -g countersign -m 700 /var/backups/countersign",
    ],
    "docs/operations/postgresql.md": [program("start_postgresql")],
}

# What happens in between, on the page's word or because it shows two ways to do one thing.
BEFORE = {
    ("README.md", "countersign user link"): [GITHUB, person("signed_in")],
    ("README.md", "countersign saml validate"): [person("capture")],
    ("docs/guides/apps.md", "countersign client update CLIENT_ID --pool $POOL --require-par"): ["countersign client create par --pool $POOL --confidential --redirect-uri https://app.example.com/callback"],
    ("docs/guides/apps.md", "curl --cert"): [program("start_mutual_tls")],
    ("docs/guides/apps.md", "countersign client update CLIENT_ID --pool $POOL --require-signed-request-object"): ["countersign client update CLIENT_ID --pool $POOL --jwks-file jwks.json"],
    ("docs/guides/hsm.md", "runuser -u countersign -- countersign key rotate --pool POOL --keep-in hsm"): [
        "COUNTERSIGN_PKCS11_MODULE=/usr/lib/softhsm/libsofthsm2.so", "COUNTERSIGN_PKCS11_TOKEN=countersign", "COUNTERSIGN_PKCS11_PIN_FILE=/etc/countersign/hsm-pin",
    ],
    ("docs/guides/logout.md", "countersign logout show"): [person("signed_out")],
    ("docs/guides/microsoft-entra-id.md", "countersign saml inspect"): [person("capture")],
    ("docs/guides/openid-connect.md", "countersign idp create oidc corp --pool $POOL --issuer https://id.corp.example \\\n    --authorization-url"): [AGAIN],
    ("docs/guides/openid-connect.md", "countersign idp create oidc corp --pool $POOL --issuer https://id.corp.example \\\n    --client-id 0oa1b2c3d4 --client-key-file"): [AGAIN],
    ("docs/guides/openid-connect.md", "countersign idp secret set"): [AGAIN, OIDC.format("corp")],
    ("docs/guides/simplesamlphp.md", "countersign saml inspect"): [person("capture")],
    ("docs/guides/single-logout.md", "countersign logout show"): [person("signed_out")],
    ("docs/guides/why-a-sign-in-failed.md", "countersign signin show 7KQ2M4XW9ABC --pool $POOL --message"): [person("refused")],
    ("docs/operations/backup.md", "countersign restore today.csb --key-file backup-key --check"): ["cp /var/backups/countersign/today.csb . && cp /etc/countersign/backup-key backup-key"],
    ("docs/operations/backup.md", "runuser -u countersign -- countersign restore /var/backups/countersign/today.csb --key-file /etc/countersign/backup-key \\\n    --database postgresql"): [program("start_postgresql"), "TMPDIR=/var/backups/countersign"],
    ("docs/operations/upgrade.md", "countersign health"): [program("start_server"), SERVED],
    ("docs/operations/upgrade.md", "mv /var/lib/countersign"): [program("stop_server")],
    ("docs/operations/postgresql.md", "countersign database copy --from sqlite"): [program("empty_postgresql")],
}

PACKAGE = "the scenario `package` does it, on a system that is thrown away"
SYSTEMD = "needs a running systemd: the scenario `package` has one"
PODMAN = "no container engine is asked for by scripts/bootstrap; the page says how far it was tried"
# Not run, with the reason. A key is a page and how the command begins.
EXCLUDED = {
    ("README.md", "apt install"): PACKAGE,
    ("README.md", "countersign demo  "): "it runs until Ctrl-C; with --once it is run",
    ("docs/guides/hsm.md", "apt-get install"): "scripts/bootstrap installs it",
    ("docs/guides/quick-starts.md", "oauth2-proxy"): "Debian has no oauth2-proxy",
    ("docs/operations/containers.md", "podman"): PODMAN,
    ("docs/operations/backup.md", "systemctl"): SYSTEMD,
    ("docs/operations/disaster-recovery.md", "pg_basebackup"): "the scenario `disaster` does it, with a folder of its own",
    ("docs/operations/disaster-recovery.md", "ALTER SYSTEM"): "there is no second region to wait for: the scenario `disaster` does it",
    ("docs/operations/postgresql.md", "CREATE ROLE countersign LOGIN"): "the kit makes this role and this database with its server",
    ("docs/operations/install.md", "apt "): PACKAGE,
    ("docs/operations/install.md", "systemctl"): SYSTEMD,
    ("docs/operations/install.md", "tar"): "scripts/package makes it, from a release that takes ten minutes to build",
    ("docs/operations/install.md", "cd countersign"): "the folder of that tar file",
    ("docs/operations/install.md", "install -m 755 usr"): "a file of that folder",
    ("docs/operations/install.md", "install -m 644"): "a file of that folder",
    ("docs/operations/upgrade.md", "apt "): PACKAGE,
    ("docs/operations/upgrade.md", "systemctl"): SYSTEMD,
    ("docs/operations/monitoring.md", "curl"): "the scenario `monitoring` asks its server where that listens",
}

# Exit statuses other than 0 that are what the page tells of; 22 is curl's for an answer of 400 and more.
EXPECTED = {
    ("docs/guides/apps.md", "curl https://id.example.com/$POOL/oauth2/token -d client_id=CLIENT_ID -d device_code"): 22,  # nobody has let the device in yet
    ("docs/guides/apps.md", "curl https://id.example.com/$POOL/oauth2/token -d client_id=CLIENT_ID -d assertion"): 22,  # TOKEN is none of a build job
    ("docs/guides/apps.md", "curl -u CLIENT_ID:SECRET https://id.example.com/$POOL/oauth2/token \\\n    -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange"): 22,  # TOKEN is no person's; the scenario `grants` has one
    ("docs/operations/proxies.md", "curl -s -o /dev/null"): 22,  # 403, as it says
}


def excluded(step):
    return next((reason for (page, begin), reason in EXCLUDED.items() if step.page == page and step.text.startswith(begin)), None)


def expected(step):
    """The exit status that the page tells of; else 0."""
    return next((status for (page, begin), status in EXPECTED.items() if step.page == page and step.text.startswith(begin)), 0)


def before(step):
    return next((commands for (page, begin), commands in BEFORE.items() if step.page == page and step.text.startswith(begin)), ())


def write_files(desk, authority, signer, stand_in):
    """In the folder where the commands are typed: what the pages name, without a word on how it came there."""
    (desk / "metadata").mkdir()
    for source in (ROOT / "metadata").glob("*.xml"):
        shutil.copy(source, desk / "metadata")
    shutil.copy(desk / "metadata" / "google.xml", desk / "GoogleIDPMetadata.xml")
    for name in ("secret.txt", "new.txt"):
        (desk / name).write_text(f"what {name} has in it\n")
        (desk / name).chmod(0o600)
    for name in ("partner.svg", "acme.svg", "acme-dark.svg"):
        (desk / name).write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#0b57d0"/></svg>')
    shutil.copy(ROOT / "Tests" / "Interop" / "fixtures" / "keycloak-realm.json", desk / "realm.json")
    (desk / "jwks.json").write_text(json.dumps({"keys": [stand_in.public_key()]}))
    host = stand_in.certificate("id.example.com")
    shutil.copy(host.file, desk / "fullchain.pem")
    shutil.copy(host.key_file, desk / "privkey.pem")
    shutil.copy(host.key_file, desk / "AuthKey_F6G7H8J9K0.p8")
    (desk / "client-authorities.pem").write_text(authority.pem)
    job = stand_in.certificate("job.example.com")
    shutil.copy(job.file, desk / "job.pem")
    shutil.copy(job.key_file, desk / "job.key")
    for name in ("edugain.pem", "federation.pem"):
        shutil.copy(signer.file, desk / name)
    (desk.parent / ".curlrc").write_text("fail-with-body\n")  # an answer of 400 and more is exit status 22
    for file in desk.glob("*.p*"):
        file.chmod(0o600)
