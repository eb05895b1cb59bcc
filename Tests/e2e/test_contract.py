"""docs/openapi.json against the running server, by schemathesis: calls that the document allows and calls that it
forbids. No fault of the server, no status, header or field that the document does not have, nothing taken that it
forbids, nothing refused that it allows. scripts/contract runs the same for longer."""

import json
import re

import jsonschema
import pytest
import referencing

from api import http_of
from contract import calls, run, scene
from msgctl import REPOSITORY

SEED, EXAMPLES = 20260131, 15
DOCUMENT = json.loads((REPOSITORY / "docs/openapi.json").read_text())
NAME = "urn:msgctl:openapi"
REGISTRY = referencing.Registry().with_resource(
    NAME, referencing.Resource.from_contents(DOCUMENT, default_specification=referencing.jsonschema.DRAFT202012)
)


# Minutes only where many others are at work beside it.
pytestmark = pytest.mark.timeout(600)


def look(site, role):
    server = site.serve()
    outcome = run(scene(site, server, role), SEED, EXAMPLES)
    print("\n".join(outcome.output.splitlines()[-30:]))
    assert outcome.code == 0, outcome.output
    assert "internal_error" not in (site.directory / "0-serve.log").read_text()
    # The one is asked for the document itself, and not again.
    assert {call[0] + " " + call[1] for call in calls()} - set(outcome.statuses) == {"GET /api-docs/openapi.json"}
    return outcome.statuses


@pytest.mark.embedded
@pytest.mark.parametrize("role", ["user", "moderator"])
def test_answers_are_those_of_the_document(site, role):
    look(site, role)


def test_answers_to_an_administrator_are_those_of_the_document(site):
    statuses = look(site, "admin")
    # What is never answered with success has not been looked at. There is no other issuer here: test_admin.py has one.
    assert [call for call, counts in statuses.items() if min(counts) >= 300] == ["POST /api/auth/exchange"]


@pytest.mark.embedded
def test_what_is_over_a_limit_is_refused_as_the_document_says(site):
    server = site.serve("--only", "api", MSGCTL_LIMITS_REQUESTS="1/1h")
    http_of(server).get("/api/auth/me")
    headers = DOCUMENT["components"]["responses"]["RateLimited"]["headers"]
    body = {"$ref": f"{NAME}#/components/responses/RateLimited/content/application~1json/schema"}
    for method, path, _ in calls():
        reply = http_of(server).request(method, re.sub(r"\{\w+\}", "0" * 24, path))
        limited = "429" in DOCUMENT["paths"][path][method.lower()]["responses"]
        assert (reply.status_code == 429) is limited, (method, path)
        if not limited:
            continue
        jsonschema.Draft202012Validator(body, registry=REGISTRY).validate(reply.json())
        for name, header in headers.items():
            schema = (DOCUMENT["components"]["headers"][name] if "$ref" in header else header)["schema"]
            value = reply.headers[name]
            jsonschema.validate(int(value) if schema["type"] == "integer" else value, schema)


def examples():
    """Every example with the path of the schema that it stands beside."""

    def walk(value, path):
        if isinstance(value, dict):
            if "schema" in value:
                if "example" in value:
                    yield path + "/schema", value["example"]
                for example in (value.get("examples") or {}).values():
                    yield path + "/schema", example["value"]
            for name, inner in value.items():
                yield from walk(inner, path + "/" + name.replace("~", "~0").replace("/", "~1"))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from walk(inner, f"{path}/{number}")

    return list(walk(DOCUMENT, ""))


def test_examples_are_what_the_schemas_say():
    found = examples()
    assert len(found) > 20
    for path, value in found:
        schema = {"$ref": f"{NAME}#{path.replace('{', '%7B').replace('}', '%7D')}"}
        jsonschema.Draft202012Validator(schema, registry=REGISTRY).validate(value)
