"""An authority that certifies names for tests, and the contexts of both sides."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Authority:
    """`folder`: where its files lie."""

    folder: Path
    title: str = "Test CA"

    def __post_init__(self) -> None:
        self._key, self._name = ec.generate_private_key(ec.SECP256R1()), _name(self.title)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        own = _builder(self._name, self._name, self._key).add_extension(x509.BasicConstraints(True, None), True).add_extension(usage, True)
        self.path = self.folder / f"{self.title.replace(' ', '-')}.pem"
        self.path.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def trusting(self) -> ssl.SSLContext:
        """What a client has that trusts this authority and no other."""
        return ssl.create_default_context(cafile=str(self.path))

    def serving(self, name: str, ended: bool = False) -> ssl.SSLContext:
        """What a server has that is known by `name`, a host's or an address; `ended`: its certificate has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(_name(name), self._name, key, ended=ended).add_extension(x509.SubjectAlternativeName([_alternative(name)]), False)
        path = self.folder / f"{name.replace(':', '-')}{'-ended' if ended else ''}.pem"
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(private + made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, ended: bool = False) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    until = now - timedelta(days=1) if ended else now + timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=2)).not_valid_after(until)


def _name(title: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
