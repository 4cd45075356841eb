"""The document, the golden messages and both sides' code say the same."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from gateway import messages as of_gateway
from tests.contract import golden
from tests.contract.golden import Golden
from vsv_app.engine.gateways import messages as of_app

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "docs/contract/asyncapi.yaml").read_text("utf-8"))
KINDS = ("checkins", "status", "health", "enrolment", "ack", "command")
DOWN = ("ack", "command")
RETAINED = ("status", "ack")
EXAMPLES = [
	(kind, example) for kind in KINDS for example in DOCUMENT["components"]["messages"][kind]["examples"]
]


def validator(schema: str) -> jsonschema.Draft7Validator:
	document = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
	return jsonschema.Draft7Validator(document)


def schema(name: str) -> dict[str, Any]:
	found: dict[str, Any] = DOCUMENT["components"]["schemas"][name]
	return found


def references(node: Any) -> list[str]:
	if isinstance(node, dict):
		here = [node["$ref"]] if "$ref" in node else []
		return here + [ref for value in node.values() for ref in references(value)]
	return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def test_it_is_asyncapi_3_with_the_topics_of_the_contract() -> None:
	assert DOCUMENT["asyncapi"] == "3.0.0"
	assert set(DOCUMENT["channels"]) == set(KINDS)
	for kind, channel in DOCUMENT["channels"].items():
		assert channel["address"] == of_gateway.topic("{school}", "{gateway}", kind)
		assert set(channel["parameters"]) == {"school", "gateway"}


def test_each_reference_leads_somewhere() -> None:
	for reference in references(DOCUMENT):
		node: Any = DOCUMENT
		assert reference.startswith("#/")
		for part in reference[2:].split("/"):
			node = node[part]


def test_directions_quality_and_retention() -> None:
	operations = {op["channel"]["$ref"].rsplit("/", 1)[1]: op for op in DOCUMENT["operations"].values()}
	assert set(operations) == set(KINDS)
	for kind, operation in operations.items():
		assert operation["action"] == ("send" if kind in DOWN else "receive")
		assert operation["bindings"]["mqtt"]["qos"] == 1
		assert operation["bindings"]["mqtt"]["retain"] is (kind in RETAINED)


def test_servers_ask_for_a_password_and_signatures() -> None:
	for server in DOCUMENT["servers"].values():
		assert server["protocol"] == "secure-mqtt"
		named = {entry["$ref"].rsplit("/", 1)[1] for entry in server["security"]}
		assert named == {"brokerPassword", "messageSignature"}


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_schemas_are_schemas(name: str) -> None:
	jsonschema.Draft7Validator.check_schema(schema(name))


@pytest.mark.parametrize("kind", KINDS)
def test_messages_are_objects_with_version_gateway_and_signature(kind: str) -> None:
	assert {"v", "gateway", "mac"} <= set(schema(kind)["required"]) <= set(schema(kind)["properties"])


@pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=[example["name"] for _kind, example in EXAMPLES])
def test_examples_are_the_golden_messages(kind: str, example: dict[str, Any]) -> None:
	payload = dict(example["payload"])
	validator(kind).validate(payload)
	one = next(one for one in golden.ALL if one.name == example["name"])
	assert one.kind == kind
	of_app.verified(
		golden.signed({k: v for k, v in payload.items() if k != "mac"}, one.mac_key), one.mac_key, one.gateway
	)
	assert of_app.sign(payload, one.mac_key) == one.payload
	assert payload.pop("mac").encode() in one.payload
	assert payload == one.message


def test_every_golden_message_of_a_gateway_is_an_example() -> None:
	named = {example["name"] for _kind, example in EXAMPLES}
	assert named == {one.name for one in golden.AS_SENT}


@pytest.mark.parametrize("one", golden.ALL, ids=lambda one: one.name)
def test_golden_messages_fit_their_schema_where_they_should(one: Golden) -> None:
	try:
		payload = json.loads(one.payload)
	except ValueError:
		payload = None
	assert validator(one.kind).is_valid(payload) is one.fits


@pytest.mark.parametrize("kind", KINDS)
def test_each_required_member_is_required(kind: str) -> None:
	whole = next(example for of, example in EXAMPLES if of == kind)["payload"]
	for name in schema(kind)["required"]:
		assert not validator(kind).is_valid({k: v for k, v in whole.items() if k != name})
		assert not validator(kind).is_valid({**whole, name: {"of": "another kind"}})


@pytest.mark.parametrize("side", [of_app, of_gateway], ids=["app", "gateway"])
def test_sizes_and_words_are_those_of_the_code(side: Any) -> None:
	limits = DOCUMENT["x-limits"]
	assert limits["max-bytes"] == side.MAX_BYTES
	assert limits["max-events"] == schema("checkins")["properties"]["events"]["maxItems"] == side.MAX_EVENTS
	assert limits["max-seq"] == schema("seq")["maximum"] == side.MAX_SEQ
	assert schema("ack")["properties"]["seq"]["maximum"] == side.MAX_SEQ
	assert schema("v")["const"] == side.VERSION
	assert set(schema("clock")["enum"]) == side.CLOCKS
	assert set(schema("direction")["enum"]) == side.DIRECTIONS
	assert set(schema("watchState")["enum"]) == side.STATES
	assert schema("enrolment")["properties"]["also"]["maxItems"] == side.MAX_ALSO
	assert schema("slug")["pattern"] == f"^{side.SLUG.pattern}$"
	assert schema("epoch")["pattern"] == f"^{side.EPOCH.pattern}$"


def test_what_the_app_alone_checks_is_that_of_the_code() -> None:
	assert schema("badge")["pattern"] == f"^{of_app.DIGEST.pattern}$"
	assert schema("mac")["pattern"] == f"^{of_app.MAC.pattern}$"
	assert schema("moment")["pattern"] == f"^{of_app.AT.pattern}$"
	kinds: list[tuple[str, Any, set[str]]] = [
		("event", of_app.CheckIn, set()),
		("watch", of_app.Watch, {"kind"}),
	]
	for name, event, kind in kinds:
		optional = set(event._field_defaults)
		assert set(schema(name)["required"]) == set(event._fields) - optional | kind
		assert set(schema(name)["properties"]) == {*event._fields, "kind"}


def test_what_the_gateway_alone_checks_is_that_of_the_code() -> None:
	seconds = schema("command")["properties"]["seconds"]
	assert DOCUMENT["x-limits"]["max-command-seconds"] == seconds["maximum"] == of_gateway.MAX_COMMAND_SECONDS
	assert set(schema("command")["properties"]["command"]["enum"]) == of_gateway.COMMANDS
	assert schema("commandId")["pattern"] == f"^{of_gateway.COMMAND_ID.pattern}$"
	assert set(schema("event")["required"]) == of_gateway.EVENT_MEMBERS
	assert set(schema("watch")["required"]) == of_gateway.WATCH_MEMBERS
