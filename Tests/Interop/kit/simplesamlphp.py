"""SimpleSAMLphp from Debian, as a SAML identity provider with a static list of people."""

import os
import pathlib
import subprocess

import requests

from .people import PEOPLE
from .processes import Process, free_port

PROGRAM = pathlib.Path("/usr/share/simplesamlphp")
PACKAGES = {"simplesamlphp": PROGRAM / "www", "php-cli": "/usr/bin/php"}

# Debian's own configuration is left alone: SIMPLESAMLPHP_CONFIG_DIR names this one.
CONFIG = """<?php
$config = [
    'baseurlpath' => '%(url)s/',
    'certdir' => '%(folder)s/cert/', 'datadir' => '%(folder)s/data/', 'tempdir' => '%(folder)s/tmp', 'loggingdir' => '%(folder)s/log/',
    'metadatadir' => '%(folder)s/config/metadata/',
    'attributenamemapdir' => '/etc/simplesamlphp/attributemap/',
    'secretsalt' => 'interop', 'auth.adminpassword' => 'interop', 'timezone' => 'UTC', 'language.default' => 'en', 'admin.checkforupdates' => false,
    'logging.level' => SimpleSAML\\Logger::INFO, 'logging.handler' => 'file', 'logging.logfile' => 'simplesamlphp.log',
    'showerrors' => true, 'errorreporting' => true,
    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],
    // Sessions of PHP hold no artifacts.
    'store.type' => 'sql', 'store.sql.dsn' => 'sqlite:%(folder)s/data/store.sqlite', 'session.phpsession.savepath' => '%(folder)s/tmp', 'session.phpsession.cookiename' => 'IdpSession',
    'session.cookie.secure' => false, 'session.cookie.samesite' => null,
    // The service provider's metadata is read by SimpleSAMLphp's own parser, once it is there.
    'metadata.sources' => array_merge([['type' => 'flatfile']], is_file('%(service_provider)s') ? [['type' => 'xml', 'file' => '%(service_provider)s']] : []),
];
"""
HOSTED = """<?php
$persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
$metadata['%(url)s/idp'] = [
    'host' => '__DEFAULT__', 'privatekey' => 'idp.key', 'certificate' => 'idp.crt', 'auth' => 'people',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'saml20.sign.assertion' => true, 'saml20.sign.response' => true, 'sign.logout' => true, 'validate.logout' => true, 'saml20.sendartifact' => true,
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
    'NameIDFormat' => [$persistent],
    'authproc' => [
        10 => ['class' => 'saml:AttributeNameID', 'attribute' => 'uid', 'Format' => $persistent],
        11 => ['class' => 'saml:AttributeNameID', 'attribute' => 'mail', 'Format' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
        12 => ['class' => 'saml:AttributeNameID', 'attribute' => 'uid', 'Format' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
    ],
] + %(more)s;
"""
# As a provider that is careful: it answers signed requests alone, and encrypts.
STRICT = {"validate.authnrequest": True, "assertion.encryption": True}
# For a certificate it knows AES-128-CBC alone, as a constant in its source; the cipher that the folder names stands in its place.
CIPHER = """<?php
require '%(program)s/vendor/autoload.php';
$source = file_get_contents('%(program)s/vendor/simplesamlphp/saml2/src/SAML2/EncryptedAssertion.php');
$changed = str_replace('new XMLSecurityKey(XMLSecurityKey::AES128_CBC)', 'new XMLSecurityKey(XMLSecurityKey::' . trim(file_get_contents('%(folder)s/cipher')) . ')', $source, $count);
if ($count !== 1) { throw new Exception('EncryptedAssertion.php is another one'); }
eval(substr($changed, strlen('<?php')));
"""
# PHP's own web server does not split /module.php/core/login into script and path: this does.
ROUTER = """<?php
$www = '%(program)s/www';
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (!preg_match('{^(/.*?\\.php)(/.*)?$}', $path, $parts) || !is_file($www . $parts[1])) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $parts[1];
$_SERVER['SCRIPT_FILENAME'] = $www . $parts[1];
if (isset($parts[2])) { $_SERVER['PATH_INFO'] = $parts[2]; } else { unset($_SERVER['PATH_INFO']); }
file_put_contents('%(folder)s/log/requests.log', $_SERVER['REQUEST_METHOD'] . ' ' . $_SERVER['REQUEST_URI'] . "\n", FILE_APPEND);
chdir(dirname($www . $parts[1]));
require '%(folder)s/cipher.php';
require $www . $parts[1];
"""


def php(value):
    """A Python value as a PHP literal."""
    if isinstance(value, dict):
        return "[" + ", ".join(f"{php(key)} => {php(each)}" for key, each in value.items()) + "]"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(php, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


class SimpleSAMLphp:
    def __init__(self, folder, more=None):
        """`more`: settings of the identity provider beside those that are always there."""
        self.folder, self.more = pathlib.Path(folder), more or {}
        self.port = free_port()
        # Another site than the gateway's localhost, as in life: the answer comes to it as a cross-site POST.
        self.url = f"http://127.0.0.1:{self.port}"
        self.entity_id = self.url + "/idp"
        self.metadata_url = self.url + "/saml2/idp/metadata.php"
        self.service_provider = self.folder / "service-provider.xml"
        self.logs = [self.folder / "log" / "simplesamlphp.log", self.folder / "log" / "php.log"]
        self.process = None

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def start(self):
        for name in ("cert", "data", "tmp", "log"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        key, certificate = self.folder / "cert" / "idp.key", self.folder / "cert" / "idp.crt"
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-sha256", "-days", "30", "-subj", "/CN=interop identity provider"]
        subprocess.run([*make, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        values = {"url": self.url, "folder": self.folder, "program": PROGRAM, "service_provider": self.service_provider, "more": php(self.more)}
        self.write("config/config.php", CONFIG % values)
        self.write("config/authsources.php", "<?php\n$config = " + php(self.people()) + ";\n")
        self.write("config/metadata/saml20-idp-hosted.php", HOSTED % values)
        self.write("config/metadata/saml20-sp-remote.php", "<?php\n")
        self.write("router.php", ROUTER % values)
        self.write("cipher.php", CIPHER % values)
        self.encrypt_with("AES128_CBC")
        command = ["php", "-d", f"error_log={self.folder}/log/php.log", "-S", f"127.0.0.1:{self.port}", "-t", PROGRAM / "www", self.folder / "router.php"]
        environment = {"SIMPLESAMLPHP_CONFIG_DIR": f"{self.folder}/config", "PHP_CLI_SERVER_WORKERS": "3"}
        self.process = Process("SimpleSAMLphp", command, self.folder / "log" / "access.log", environment)
        self.process.wait_until_ready(self.is_ready)
        return self

    def is_ready(self):
        try:
            answer = requests.get(self.metadata_url, timeout=5)
        except requests.RequestException:
            return False
        if answer.status_code == 200 and "EntityDescriptor" in answer.text:
            return True
        raise RuntimeError(f"SimpleSAMLphp answers {answer.status_code} at {self.metadata_url}: {answer.text[:300]}")

    def people(self):
        users = {"0": "exampleauth:UserPass"}  # a numeric text is a number to PHP: the first element is the module's name
        for person in PEOPLE:
            attributes = {
                "uid": [person.name_id],
                "mail": [person.email],
                "givenName": [person.given_name],
                "sn": [person.family_name],
                "displayName": [person.name],
            }
            if person.groups:
                attributes["groups"] = person.groups
            users[f"{person.user}:{person.password}"] = attributes
        return {"people": users, "admin": ["core:AdminPassword"]}

    def trust(self, metadata):
        """Registers the service provider from its own metadata."""
        self.service_provider.write_text(metadata, encoding="utf-8")

    def count(self, request):
        """How many requests of its log have that text in them."""
        return (self.folder / "log" / "requests.log").read_text(encoding="utf-8").count(request)

    def encrypt_with(self, cipher):
        """By the name of a constant of its library."""
        self.write("cipher", cipher)

    def stop(self):
        if self.process:
            self.process.stop()


def missing():
    return [package for package, path in PACKAGES.items() if not os.path.exists(path)]
