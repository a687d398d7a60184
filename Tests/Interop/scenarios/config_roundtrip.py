"""Configuration as a file: whatever commands make is exported as what plans nothing, on both databases. One of each kind, with every option."""

import base64
import json
import pathlib
import re
import subprocess

from kit.checks import Scenario, expect, expect_true
from kit.countersign import BINARY

scenario = Scenario("config_roundtrip", needs=["postgresql"])

METADATA = """<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://{name}.example/metadata">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://{name}.example/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60"><rect width="300" height="60"/></svg>'
ORDERS = "https://orders.example.com"

# What every command has, and what of one has no value that a file could have.
COMMON = {"public-url", "development", "database", "master-key-file", "config", "output", "version", "help", "pool"}
ELSEWHERE = {
    "pool update": {"signing-algorithm"},  # a rotation of two steps with time between
    # What is fetched, or signed by somebody: ConfigRoundTripTests, ConfigFederationTests.
    "idp create saml": {"metadata-url", "metadata-signer", "no-metadata-signer", "follow-metadata", "no-allow-clock-skew"},
    "idp create oidc": {"follow-discovery", "shared-redirect-uri"},
    "federation create": {"metadata-url", "metadata-file", "domain", "on-group-overage", "no-allow-clock-skew"},
    "client create": {"sector-identifier-uri"},
}


class Everything:
    def __init__(self, server):
        self.server, self.used = server, {}
        self.folder = server.folder / "given"
        self.folder.mkdir()
        (self.folder / "logo.svg").write_text(SVG)
        (self.folder / "dark.svg").write_text(SVG.replace("<rect", '<rect fill="white"'))
        (self.folder / "secret").write_text("s3cret")
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.folder / "key.pem")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=idp", "-keyout", self.folder / "idp.key", "-out", self.folder / "idp.pem")
        lines = (self.folder / "idp.pem").read_text().splitlines()
        self.certificate = "".join(lines[1:-1])
        for name in ("one", "two", "three"):
            (self.folder / f"{name}.xml").write_text(METADATA.format(name=name, certificate=self.certificate))
        point = self.openssl("pkey", "-in", self.folder / "key.pem", "-pubout", "-outform", "DER")[-64:]
        halves = {name: base64.urlsafe_b64encode(half).rstrip(b"=").decode() for name, half in (("x", point[:32]), ("y", point[32:]))}
        (self.folder / "jwks.json").write_text(json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256", **halves}]}))

    @staticmethod
    def openssl(*words):
        return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout

    def file(self, name):
        return str(self.folder / name)

    def make(self, command, *words):
        """A command in two or three words, and what it is given; options are noted."""
        noted = self.used.setdefault(command, set())
        noted |= {word[2:].split("=")[0] for word in words if word.startswith("--")}
        return self.server.command(*command.split(), *words)

    def make_all(self):
        pool = self.make("pool create", "everything", "--domain", "id.roundtrip.example", "--signing-algorithm", "ES256", "--region", "eu-1", "--no-deletion-protection", "--public-url", "https://id.example")["id"]
        within = ("--pool", pool)
        self.make("pool add-attribute", pool, "team")
        self.make("pool add-attribute", pool, "badges", "--type", "number", "--multivalued")
        self.make("pool add-resource", pool, ORDERS, "--scope", "orders.read", "--scope", "orders.write")
        self.make("pool add-resource", pool, "urn:plain")
        self.make("pool add-algorithm", pool, "EdDSA")
        self.make_providers(within)
        self.make_clients(within)
        pages = ["--display-name", "Acme", "--logo", self.file("logo.svg"), "--dark-logo", self.file("dark.svg"), "--show-name", "--accent", "#0b57d0", "--dark-accent", "#a8c7fa"]
        pages += ["--privacy-url", "https://example.com/p", "--terms-url", "https://example.com/t", "--support-url", "mailto:help@example.com", "--provider-order", "one"]
        limits = ["--limit-per-address", "600", "--limit-per-client", "60", "--limit-per-user", "30", "--keep-accepted-signins", "30", "--rotate-keys-every", "90", "--rotate-saml-keys-every", "365"]
        registration = ["--registration", "token", "--registration-maximum", "10", "--registration-unused-days", "5", "--registration-resource", ORDERS]
        documents = ["--client-id-metadata-documents", "on", "--client-id-metadata-host", "apps.example"]
        names = ["--name", "everything else", "--domain", "id2.roundtrip.example", "--deletion-protection", "--no-saml-encryption"]
        self.make("pool update", pool, *names, *pages, *limits, *registration, *documents)
        return pool

    def make_providers(self, within):
        shown = ["--map-acr", "mfa=X509", "--display-name", "Corp", "--logo", self.file("logo.svg"), "--require", "email", "--disable", "--no-single-logout"]
        exceptions = [word for name in ("sha1", "missing-authn-statement", "any-signature-order", "clock-skew", "cbc", "latin1", "inclusive-c14n") for word in (f"--allow-{name}-until", "2099-01-31")]
        requests = ["--sign-requests", "always", "--request-binding", "redirect", "--response-binding", "post", "--name-id-format", "persistent", "--force-authn", "--authn-context", "X509"]
        requests += ["--authn-context-comparison", "minimum", "--provider-name", "Acme", "--send-subject", "--ask-passively", "--proxy-count", "2", "--scope-to-idp", "https://idp.example.com"]
        self.make(
            "idp create saml", "one", *within, "--preset", "adfs", "--metadata-file", self.file("one.xml"), "--entity-id", "https://one.example/metadata", "--subject", "pairwise-id", "--map", "email=mail",
            "--domain", "one.example", "--on-group-overage", "ignore", "--because", "until the move", *exceptions, *requests, *shown)  # fmt: skip
        self.make("idp create saml", "two", *within, "--metadata-file", self.file("two.xml"), "--allow-missing-authn-statement", "--allow-any-signature-order", "--no-follow-metadata", "--enable")
        addresses = [word for name in ("authorization", "token", "userinfo", "keys", "end-session") for word in (f"--{name}-url", f"https://id.corp.example/{name}")]
        self.make(
            "idp create oidc", "corp", *within, "--issuer", "https://id.corp.example", "--client-id", "gate", "--client-key-file", self.file("key.pem"), "--key-id", "k1", "--client-authentication", "private_key_jwt",
            "--assertion-audience", "token_endpoint", "--scope", "openid", "--scope", "email", "--prompt", "login", "--acr-values", "urn:a urn:b", "--parameter", "hd=corp.example", "--algorithm", "ES256",
            "--map", "email=email", "--map", "groups=groups", "--map", "custom:team=dept", "--domain", "corp.example", "--refresh-upstream", *addresses, *shown)  # fmt: skip
        self.make("idp create oidc", "apple", *within, "--preset", "apple", "--client-id", "com.example.gate", "--client-key-file", self.file("key.pem"), "--key-id", "F6G7H8J9K0", "--team-id", "A1B2C3D4E5", "--enable", *[word for name in ("authorization", "token", "keys") for word in (f"--{name}-url", f"https://appleid.apple.com/{name}")])
        self.make("idp create oidc", "entra", *within, "--preset", "microsoft", "--tenant", "organizations", "--allowed-tenant", "72f988bf-86f1-41af-91ab-2d7cd011db47", "--client-id", "gate", "--client-secret-file", self.file("secret"), "--on-group-overage", "fetch")
        self.make("idp create oidc", "github", *within, "--preset", "github", "--client-id", "gate", "--client-secret-file", self.file("secret"))
        addresses = [word for name in ("authorization", "token", "userinfo") for word in (f"--{name}-url", f"https://plain.example/{name}")]
        self.make("idp create oidc", "plain", *within, "--preset", "oauth2", "--issuer", "https://plain.example", "--client-id", "gate", "--client-secret-file", self.file("secret"), "--subject-claim", "id", "--map", "email=email", *addresses)
        filters = ["--registration-authority", "https://registrar.example", "--entity-category", "https://refeds.org/category/research-and-scholarship", "--entity-attribute", "urn:a=https://one.example", "--include", "https://a.example/idp", "--exclude", "https://b.example/idp"]
        self.make(
            "federation create", "edu", *within, "--mdq-url", "https://mdq.example/service", "--metadata-signer", self.file("idp.pem"), "--subject", "pairwise-id", "--map", "email=friendly:mail", "--because", "old members",
            *exceptions, *filters, *requests, *shown)  # fmt: skip
        self.make("federation create", "other", *within, "--mdq-url", "https://mdq.example/other", "--metadata-signer", self.file("idp.pem"), "--allow-missing-authn-statement", "--allow-any-signature-order", "--enable")

    def make_clients(self, within):
        code = ("--redirect-uri", "https://a.example/cb")
        lifetimes = ["--access-token-lifetime", "600", "--id-token-lifetime", "700", "--refresh-token-lifetime", "80000", "--refresh-grace", "0", "--code-lifetime", "60", "--refresh-token-idle", "5000", "--max-age-of-attributes", "4000"]
        signed = [word for name in ("id-token", "userinfo", "introspection", "authorization") for word in (f"--{name}-signed-response-alg", "EdDSA")]
        addresses = ["--logout-uri", "https://a.example/bye", "--initiate-login-uri", "https://a.example/login", "--policy-uri", "https://a.example/p", "--tos-uri", "https://a.example/t", "--web-origin", "https://a.example"]
        ends = ["--backchannel-logout-uri", "https://a.example/out", "--backchannel-logout-session-required", "--frontchannel-logout-uri", "https://a.example/front", "--frontchannel-logout-session-required"]
        grants = [word for grant in ("authorization_code", "refresh_token", "client_credentials", "device_code", "token-exchange", "jwt-bearer") for word in ("--grant", grant)]
        shop = self.make(
            "client create", "shop", *within, *code, "--confidential", "--third-party", "--subject-type", "pairwise", "--logo", self.file("logo.svg"), "--idp", "one", "--scope", "openid", "--resource", ORDERS,
            "--resource-scope", f"{ORDERS} orders.read", "--serves", ORDERS, "--require-group", "staff", "--auth-method", "client_secret_post", "--require-par", "--pkce", "optional", "--access-token-format", "opaque",
            "--impersonation", "--enable", *lifetimes, *signed, *addresses, *ends, *grants)["client_id"]  # fmt: skip
        self.make("client create", "keys", *within, *code, "--confidential", "--jwks-file", self.file("jwks.json"), "--require-signed-request-object", "--request-object-signing-alg", "ES256", "--require-dpop", "--disable")
        self.make("client create", "address", *within, *code, "--confidential", "--jwks-url", "https://a.example/jwks.json")
        self.make("client create", "own", *within, *code, "--confidential", "--tls-certificate-file", self.file("idp.pem"), "--certificate-bound-tokens")
        names = {"subject-dn": "CN=job", "san-dns": "job.example.com", "san-uri": "https://job.example.com", "san-ip": "192.0.2.7", "san-email": "job@example.com"}
        for name, value in names.items():
            self.make("client create", name, *within, *code, "--confidential", f"--tls-{name}", value)
        self.make("client create", "proxy", *within, *code, "--forward-host", "wiki.example.com", "--forward-host", "grafana.example.com=ops")
        self.make("client create", "job", *within, "--confidential", "--grant", "client_credentials")
        self.make("client create", "phone", *within, "--redirect-uri", "com.example.phone:/cb")
        self.make("client create", "phone", *within, "--redirect-uri", "com.example.phone:/cb")
        self.server.command("idp", "update", "two", *within, "--allow-idp-initiated", "--idp-initiated-client", shop)
        self.make("idp create saml", "three", *within, "--metadata-file", self.file("three.xml"), "--allow-idp-initiated", "--idp-initiated-client", shop)
        self.make("workload create", "ci", *within, "--issuer", "https://ci.example", "--subject", "repo:acme/*", "--client", shop, "--allow-repeat")
        self.make("workload create", "k8s", *within, "--issuer", "https://k.example", "--subject", "system:a", "--client", shop, "--jwks-file", self.file("jwks.json"))
        self.make("workload create", "other", *within, "--issuer", "https://o.example", "--subject", "system:b", "--client", shop, "--jwks-url", "https://o.example/k")

    def unused(self):
        """Options that no command above was given."""
        found = subprocess.run([BINARY, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout

        def options(command, words):
            inner = {each["commandName"]: each for each in command.get("subcommands", [])}
            return options(inner[words[0]], words[1:]) if words else command["arguments"]

        left = []
        for name, used in self.used.items():
            for option in options(json.loads(found)["command"], name.split()):
                names = {each["name"] for each in option.get("names", []) if len(each["name"]) > 1}
                # Either side of a flag is one of its two values.
                kept = {each for word in names for each in (word, f"no-{word}", word.removeprefix("no-"))}
                if names and not kept & (used | COMMON | ELSEWHERE.get(name, set())):
                    left.append(f"{name} --{min(names)}")
        return left


def elsewhere(server, made, words, exported):
    """In an empty installation it makes what exports as the same."""
    secrets = re.sub(r"env:\w+_CLIENT_(KEY|SECRET)", lambda found: "file:" + {"KEY": "key.pem", "SECRET": "secret"}[found[1]], exported)
    copy, database = pathlib.Path(made.file("copy.yaml")), made.folder / f"elsewhere{''.join(words)}" / "countersign.db"
    copy.write_text(secrets)
    database.parent.mkdir()
    place = ["--database", f"sqlite:{database}"]
    status, _, error = server.run("config", "apply", str(copy), *place)
    expect(f"status of the apply of the export {words} elsewhere ({error.strip()})", status, 0)
    status, planned, error = server.run("config", "plan", str(copy), "--prune", *place)
    expect(f"the plan of the export {words} elsewhere ({error.strip()})", (status, planned), (0, "nothing to do\n"))
    expect_true(f"the export {words} elsewhere is the same", server.run("config", "export", *words, *place)[1] == exported, "the same bytes", "others")


def check(world, kind, database=None):
    server = world.new_server(f"roundtrip_{kind}", database=database)
    made = Everything(server)
    pool = made.make_all()
    expect("options that nothing here was given", made.unused(), [])
    exports = {}
    for words in ((), ("--all",), ("--ids",), ("--format", "json"), ("--all", "--format", "json")):
        status, exported, error = server.run("config", "export", "--pool", pool, *words, *server.place)
        expect(f"status of the export {words} ({error.strip()})", status, 0)
        file = pathlib.Path(made.file("countersign." + ("json" if "json" in words else "yaml")))
        file.write_text(exported)
        exports[words] = exported
        status, planned, error = server.run("config", "plan", str(file), "--prune", "--without-secrets", *server.place)
        expect(f"the plan of the export {words} ({error.strip()})", (status, planned), (0, "nothing to do\n"))
        if "json" not in words:
            elsewhere(server, made, words, exported)
    expect_true("the whole export says more", len(exports[("--all",)]) > len(exports[()]), "longer", "not")


@scenario.check("SQLite: one of each kind, made by commands with every option, is exported as what plans nothing")
def sqlite(world):
    check(world, "sqlite")


@scenario.check("PostgreSQL: the same")
def postgresql(world):
    check(world, "postgresql", world.postgresql.new_database("roundtrip"))
