#!/usr/bin/env python3
"""Checks a Hostolink proof (docs/RECEIPTS.md) from nothing but itself: hashlib and json, no other code of Hostolink's.

    python3 scripts/check_proof.py docs/receipt-example.json
"""

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


def check(proof):
    link, path = proof["link"], proof["path"]
    assert proof["format"] == "hostolink-proof-1", "another format"
    assert sum(leg["amount"] for leg in proof["transaction"]["legs"]) == 0, "the entries do not sum to zero"
    assert fits(link["last"] - link["first"] + 1, path), "the path does not fit the link"
    root = leaf(proof)
    for sibling in path:
        other = bytes.fromhex(sibling["hash"])
        root = fields(b"node", other, root) if sibling["side"] == "left" else fields(b"node", root, other)
    before, bounds = bytes.fromhex(link["before"]), [number(link["first"]), number(link["last"])]
    found = fields(b"link", number(link["number"]), before, root, *bounds, number(micros(link["sealedAt"])))
    assert found.hex() == link["hash"], "what is shown does not lead to the link's hash"
    return leaf(proof).hex(), root.hex(), found.hex()


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        content = json.load(file)
    for name, value in zip(("leaf", "root", "link"), check(content.get("proof", content))):
        print(f"{name} {value}")
    print("the proof holds")
