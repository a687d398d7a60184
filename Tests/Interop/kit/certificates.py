"""Certificates for servers and clients, made for one run, as files that requests and curl take."""

import datetime
import hashlib
import pathlib
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


class Certificate:
    """One with its key; `issuer` is another of these, or nobody but itself."""

    def __init__(self, folder, name, issuer=None, is_authority=False, dns=None, is_rsa=False):
        self.key = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
        self.issuer, subject = issuer, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).public_key(self.key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.issuer_name(issuer.certificate.subject if issuer else subject)
        builder = builder.not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=2))
        builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        if dns:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
        if not is_authority:
            purposes = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        self.certificate = builder.sign((issuer or self).key, hashes.SHA256())
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.key_file = (folder / f"{name.replace(' ', '-')}.{end}" for end in ("pem", "key"))
        # The chain without its root.
        self.file.write_text(self.pem + (issuer.pem if issuer and issuer.issuer else ""))
        private = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.key_file.write_bytes(private)

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def files(self):
        return str(self.file), str(self.key_file)

    @property
    def thumbprint(self):
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.pem)).digest()
