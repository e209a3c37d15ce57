"""Authorities and certificates for servers on loopback, made for one test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass(frozen=True)
class Served:
    """A server's certificate and key, as `ssl.SSLContext.load_cert_chain` wants them."""

    certificate: Path
    key: Path


class Authority:
    """An authority whose certificate is in `file`."""

    def __init__(self, folder: Path, name: str = "Stadt Beispiel CA") -> None:
        self._folder, self._name = folder, _called(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        own = self._builder(self._name, self._key.public_key(), now - timedelta(days=2), now + timedelta(days=3650))
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        certificate = own.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return builder.add_extension(own, critical=False)

    def serve(self, host: str = "127.0.0.1", begins: float = -1, ends: float = 30) -> Served:
        """Return a certificate for a host, valid from and until so many days from now."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        validity = now + timedelta(days=begins), now + timedelta(days=ends)
        name: x509.GeneralName = x509.DNSName(host)
        if host[0].isdigit():
            name = x509.IPAddress(ip_address(host))
        builder = self._builder(_called("a server"), key.public_key(), *validity)
        signed = builder.add_extension(x509.SubjectAlternativeName([name]), critical=False).sign(
            self._key, hashes.SHA256()
        )
        return _written(self._folder / f"{x509.random_serial_number():x}", signed, key)


def self_signed(folder: Path) -> Served:
    """Return a certificate that its own key has signed."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(_called("printer")).issuer_name(_called("printer"))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    name = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    return _written(folder / "self", builder.add_extension(name, critical=False).sign(key, hashes.SHA256()), key)


def _written(stem: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Served:
    served = Served(stem.with_suffix(".crt"), stem.with_suffix(".key"))
    served.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    served.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    return served
