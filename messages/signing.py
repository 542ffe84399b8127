"""Sign a letter: an evidence page, then a PAdES signature that any PDF reader can check (EN 319 142-1, level B-B)."""

import io
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "letters"
FIELD = "CandidateSignature"


@dataclass(frozen=True, slots=True)
class SealKey:
    """The company's signing key and its certificates (leaf first, then our own authority), as PEM."""

    private_pem: bytes = field(repr=False)
    certificate_pem: bytes


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What a check found. `signer` is the name in the certificate."""

    valid: bool
    covers_whole_file: bool
    signer: str


def new_seal(organisation: str, now: datetime) -> SealKey:
    """A fresh authority and a leaf for signing, valid from a year before `now` for ten years (a moved clock may be early)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    start, end = now - timedelta(days=365), now + timedelta(days=3_650)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def name(common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
                x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
            ]
        )

    def base(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name("Callsheet signing authority"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
        )

    def usage(*, signs_certificates: bool) -> x509.KeyUsage:
        return x509.KeyUsage(
            digital_signature=not signs_certificates, content_commitment=not signs_certificates,
            key_encipherment=False, data_encipherment=False, key_agreement=False,
            key_cert_sign=signs_certificates, crl_sign=signs_certificates, encipher_only=False, decipher_only=False,
        )  # fmt: skip

    root = (
        base(name("Callsheet signing authority"), root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        base(name(f"{organisation} offers"), key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs_certificates=False), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return SealKey(private, leaf.public_bytes(pem) + root.public_bytes(pem))


def sign(
    pdf: bytes, key: SealKey, *, signer: str, reason: str, at: datetime, evidence: Mapping[str, str]
) -> bytes:
    """Append the evidence page and sign the whole file in the signer's name. `at` is the moment printed and claimed."""
    from pyhanko import stamp
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    writer = IncrementalPdfFileWriter(io.BytesIO(_with_evidence(pdf, evidence)))
    fields.append_signature_field(
        writer, fields.SigFieldSpec(FIELD, on_page=0, box=(74, 78, 330, 124))
    )
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        name=signer,
        reason=reason,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    style = stamp.TextStampStyle(stamp_text="Signed by %(who)s\n%(when)s", border_width=0)
    words = {"who": _latin(signer), "when": at.strftime("%d %B %Y, %H:%M UTC")}
    pdf_signer = signers.PdfSigner(meta, signer=_signer(key), stamp_style=style)
    return bytes(pdf_signer.sign_pdf(writer, appearance_text_params=words).getvalue())


def verify(pdf: bytes) -> SignatureReport:
    """Check the first signature: its bytes, and that it covers the whole file."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    if not signatures:
        return SignatureReport(False, False, "")
    logging.getLogger("pyhanko").setLevel(
        logging.CRITICAL
    )  # whom to trust is the reader's question, not ours
    status = validate_pdf_signature(signatures[0])
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    subject = status.signing_cert.subject.native
    return SignatureReport(
        bool(status.intact and status.valid), whole, str(subject.get("common_name", ""))
    )


def _signer(key: SealKey) -> Any:
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.pem import unarmor
    from asn1crypto.x509 import Certificate
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificates = [
        Certificate.load(der) for _, _, der in unarmor(key.certificate_pem, multiple=True)
    ]
    private = PrivateKeyInfo.load(unarmor(key.private_pem)[2])
    store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library has no types
    store.register_multiple(certificates[1:])
    return signers.SimpleSigner(
        signing_cert=certificates[0], signing_key=private, cert_registry=store
    )


def _with_evidence(pdf: bytes, evidence: Mapping[str, str]) -> bytes:
    """The letter followed by a page that says who signed what, when and how."""
    import typst
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    rows = [[name, value] for name, value in evidence.items()]
    page = typst.compile(
        str(FOLDER / "evidence.typ"),
        root=str(FOLDER),
        sys_inputs={"rows": json.dumps(rows)},
        format="pdf",
    )
    writer: Any = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf)))
    extra = PdfFileReader(io.BytesIO(page))
    imported: Any = writer.import_object(
        extra.root["/Pages"]["/Kids"][0].get_object(), obj_stream=None
    )
    imported.pop("/Parent", None)
    writer.insert_page(imported)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _latin(text: str) -> str:
    """The stamp's built-in font knows Latin-1; the evidence page holds the name in full."""
    return text.encode("latin-1", "replace").decode("latin-1")
