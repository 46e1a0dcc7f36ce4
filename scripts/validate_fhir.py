"""Validates every kind of answer of the FHIR facade with fhir.resources (see scripts/validate-fhir)."""

import itertools
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

ROOT = sys.argv[1].rstrip("/") + "/fhir/R4/"
NONE = "019a0000-0000-7000-8000-000000000000"
HERE = "near=5.3364%7C-4.0267"
DISTANCE = "http://hl7.org/fhir/StructureDefinition/location-distance"
counted = {}


def ask(path, status=200):
    """The answer as it came, which must be FHIR's JSON."""
    try:
        with urllib.request.urlopen(ROOT + path, timeout=30) as response:
            code, kind, body = response.status, response.headers["Content-Type"], response.read()
    except urllib.error.HTTPError as error:
        code, kind, body = error.code, error.headers["Content-Type"], error.read()
    assert code == status, f"{path}: {code} {body[:300]}"
    assert kind == "application/fhir+json; charset=utf-8", f"{path}: {kind}"
    return json.loads(body)


def validated(model, answer, path):
    """Fails where the library does not take the answer, or takes it and would write something else."""
    model_name = model.__name__
    resource = model.model_validate(answer)
    written = json.loads(resource.model_dump_json(exclude_none=True))
    assert set(written) | {"resourceType"} == set(answer) | {"resourceType"}, f"{path}: {set(written) ^ set(answer)}"
    counted[model_name] = counted.get(model_name, 0) + 1
    return resource


def pages(path):
    """Every page of a search or a history, each validated with all that is in it."""
    while path:
        answer = ask(path)
        bundle = validated(Bundle, answer, path)
        yield bundle, answer
        links = {link.relation: link.url for link in bundle.link}
        path = links["next"].split("/fhir/R4/", 1)[1] if "next" in links else None


def resources_of(kind, count=100):
    seen = set()
    for bundle, _ in pages(f"{kind}?_count={count}"):
        for entry in bundle.entry or []:
            found = entry.resource
            assert type(found).__name__ == kind and entry.search.mode == "match"
            assert found.meta.tag and found.meta.versionId and entry.fullUrl.endswith(f"/{kind}/{found.id}")
            assert found.id not in seen, f"{kind} {found.id} comes twice"
            seen.add(found.id)
            counted[kind] = counted.get(kind, 0) + 1
        total = bundle.total
    assert len(seen) == total > 1000, f"{kind}: {len(seen)} of {total}"
    return seen


def main():
    statement = validated(CapabilityStatement, ask("metadata"), "metadata")
    kinds = [resource.type for resource in statement.rest[0].resource]
    ids = {kind: resources_of(kind) for kind in kinds}
    assert len(set(map(frozenset, ids.values()))) == 1, "one establishment is one of each"
    one = min(ids["Location"])
    for kind in kinds:
        read = ask(f"{kind}/{one}")
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": read}]}
        validated(Bundle, bundle, f"{kind}/{one}")
        # One type to the end, the others a page: the entries are made alike.
        few = None if kind == kinds[0] else 1
        history = itertools.islice(pages(f"{kind}/_history?_count=100"), few)
        changes = [entry for bundle, _ in history for entry in bundle.entry or []]
        assert len(changes) >= (100 if few else len(ids[kind])), f"{kind}: a history of {len(changes)}"
        last = validated(Bundle, ask(f"{kind}/{one}/_history"), f"{kind}/{one}/_history").entry[0]
        version = last.response.etag.strip('W/"')
        assert ask(f"{kind}/{one}/_history/{version}") == read
        validated(OperationOutcome, ask(f"{kind}/{one}/_history/{int(version) + 1}", 404), "another version")

    last = -1.0
    for bundle, _ in pages(f"Location?{HERE}%7C3%7Ckm&_count=20"):
        for entry in bundle.entry:
            extension = entry.search.extension[0]
            assert extension.url == DISTANCE and float(extension.valueDistance.value) >= last
            last = float(extension.valueDistance.value)
    assert 0 <= last <= 3
    for query in ["type=PHARM", "name=cocody", "_lastUpdated=ge2020-01-01", "_summary=count", "status=inactive", f"_id={one}"]:
        validated(Bundle, ask(f"Location?{query}"), query)
    for query in ["service-type=64", "service-type=https://hostolink.ci/fhir/CodeSystem/service%7Cmaternity"]:
        assert validated(Bundle, ask(f"HealthcareService?{query}"), query).entry, query
    for path, status in [
        ("Location?nmae=x", 400), ("Location?near=95%7C0", 400), ("Location?_count=x", 400), ("Location?cursor=x", 400),
        (f"Location/{NONE}", 404), (f"Patient/{NONE}", 404), ("Patient", 404), ("Location/x/y/z", 404),
        ("Location/_history?_since=x", 400),
    ]:
        validated(OperationOutcome, ask(path, status), path)
    print("valid:", ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items())))


main()
