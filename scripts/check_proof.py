#!/usr/bin/env python3
"""Checks a Hostolink proof or receipt (docs/RECEIPTS.md) from nothing but itself: hashlib and json, no other code of Hostolink's.

    python3 scripts/check_proof.py docs/receipt-example.json
    python3 scripts/check_proof.py receipt.json --jwks jwks.json    checks the signature too
"""

import base64
import hashlib
import json
import re
import sys
import uuid
from datetime import datetime, timedelta, timezone


def fields(*parts):
    """SHA-256 over parts, each after its length as 8 bytes, the highest first."""
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def number(value):
    return value.to_bytes(8, "big", signed=True)


def micros(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}(\d{3})?)?Z", text):
        raise ValueError(f"{text} is no instant in UTC to the microsecond")
    since = datetime.fromisoformat(text[:-1]).replace(tzinfo=timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return since // timedelta(microseconds=1)


def optional(value):
    return [number(0)] if value is None else [number(1), value]


def hold(shown):
    ends, to, expires = shown["ends"], shown["to"], shown["expiresAt"]
    parts = [optional(name and uuid.UUID(name).bytes) for name in (ends, to)]
    parts.append(optional(expires and number(micros(expires))))
    return fields(b"hold", *(piece for part in parts for piece in part))


def leaf(proof):
    shown = proof["transaction"]
    refund = shown["refundOf"]
    parts = [b"leaf", bytes.fromhex(proof["publicSalt"]), uuid.UUID(shown["id"]).bytes, shown["kind"].encode()]
    parts += [number(shown["amount"])]
    parts += optional(refund and uuid.UUID(refund).bytes)
    parts += [number(micros(shown["eventAt"])), number(micros(shown["recordedAt"]))]
    for leg in shown["legs"]:
        parts += [uuid.UUID(leg["account"]).bytes, number(leg["amount"])]
        if leg.get("held", 0) != 0:
            parts.append(number(leg["held"]))
    if shown.get("hold") is not None:
        parts.append(hold(shown["hold"]))
    return fields(*parts, bytes.fromhex(proof["privateHash"]))


def fits(leaves, path):
    """Whether a path can be one in a tree of that many leaves."""
    for sibling in reversed(path):
        if leaves < 2:
            return False
        left = 1 << (leaves - 1).bit_length() - 1
        leaves = left if sibling["side"] == "right" else leaves - left
    return leaves == 1


def need(holds, otherwise):
    """As assert, which an optimising interpreter leaves out."""
    if not holds:
        raise ValueError(otherwise)


def check(proof):
    link, path = proof["link"], proof["path"]
    need(proof["format"] == "hostolink-proof-1", "another format")
    need(sum(leg["amount"] for leg in proof["transaction"]["legs"]) == 0, "the entries do not sum to zero")
    need(fits(link["last"] - link["first"] + 1, path), "the path does not fit the link")
    root = leaf(proof)
    for sibling in path:
        other = bytes.fromhex(sibling["hash"])
        root = fields(b"node", other, root) if sibling["side"] == "left" else fields(b"node", root, other)
    before, bounds = bytes.fromhex(link["before"]), [number(link["first"]), number(link["last"])]
    found = fields(b"link", number(link["number"]), before, root, *bounds, number(micros(link["sealedAt"])))
    need(found.hex() == link["hash"], "what is shown does not lead to the link's hash")
    return leaf(proof).hex(), root.hex(), found.hex()


# Ed25519 (RFC 8032 §5.1): points of -x² + y² = 1 + D x² y² modulo P, as (X : Y : Z : T) with x = X/Z, y = Y/Z, xy = T/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point(encoded):
    """The point that 32 bytes stand for: its y, and the lowest bit of its x."""
    y = int.from_bytes(encoded, "little")
    odd, y = y >> 255, y & (1 << 255) - 1
    need(len(encoded) == 32 and y < P, "no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_ONE % P
    need(x * x % P == square and not (x == 0 and odd), "no point of the curve")
    if x & 1 != odd:
        x = P - x
    return x, y, 1, x * y % P


def add(left, right):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = left, right
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor, base):
    total = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = add(total, base)
        base, factor = add(base, base), factor >> 1
    return total


def verifies(key, message, signature):
    if len(signature) != 64:
        return False
    commitment, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    generator = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    challenge = int.from_bytes(hashlib.sha512(commitment + key + message).digest(), "little") % ORDER
    left, right = times(scalar, generator), add(point(commitment), times(challenge, point(key)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def unbase64(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def check_signature(token, keys, proof):
    """The claims of a signed head (a JWS, RFC 7515) that vouches for the proof's link."""
    header, claims, signature = token.split(".")
    said = json.loads(unbase64(header))
    need(said["typ"] == "hostolink-head+jwt" and said["alg"] == "EdDSA" and "crit" not in said, "no signed head")
    key = next((key for key in keys["keys"] if key.get("kid") == said["kid"]), None)
    need(key is not None and key["kty"] == "OKP" and key["crv"] == "Ed25519", "signed with a key that is not among these")
    need(verifies(unbase64(key["x"]), f"{header}.{claims}".encode(), unbase64(signature)), "the signature does not hold")
    claims, link = json.loads(unbase64(claims)), proof["link"]
    need(all(claims["link"][name] == link[name] for name in ("number", "hash", "sealedAt")), "signed for another link")
    return claims


def main(file, jwks=None):
    with open(file, encoding="utf-8") as opened:
        content = json.load(opened)
    proof = content.get("proof", content)
    for name, value in zip(("leaf", "root", "link"), check(proof)):
        print(f"{name} {value}")
    print("the proof holds")
    if "proof" in content:
        for name in ("id", "amount", "eventAt", "recordedAt"):
            need(content[name] == proof["transaction"][name], f"the receipt's {name} is not that of its proof")
    if jwks is not None:
        with open(jwks, encoding="utf-8") as opened:
            claims = check_signature(content["signedHead"], json.load(opened), proof)
        head = claims["head"]
        print(f"the signature holds: {claims['iss']} signed that this link is its ledger's")
        print(f"its last link then was {head['number']}: {head['hash']}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if len(arguments) == 3 and arguments[1] == "--jwks":
        main(arguments[0], arguments[2])
    elif len(arguments) == 1:
        main(arguments[0])
    else:
        sys.exit(__doc__)
