"""Requests that are good."""

import base64
from pathlib import Path

CONTRACT = (Path(__file__).parent.parent / "contract.pdf").read_bytes()
PERSONAL_CODE = "30303039914"


def document_start(message="Sign the contract", **members):
    return {
        "kind": "document", "method": "smart-id", "signer": {"country": "LT", "personal_code": PERSONAL_CODE},
        "message": message, "certificate_level": "QUALIFIED",
        "document": {"type": "pdf", "files": [
            {"name": "contract.pdf", "content": base64.b64encode(CONTRACT).decode()}]},
    } | members


def hash_start(message="Sign the hash", **members):
    return {
        "kind": "hash", "method": "smart-id", "signer": {"country": "LT", "personal_code": PERSONAL_CODE},
        "hash": "5fef901d" * 8, "hash_algorithm": "SHA256", "message": message,
    } | members


def watch(token, kind="document", **members):
    return {"kind": kind, "method": "smart-id", "token": token} | members
