"""Writes a Python client from an OpenAPI 3.1 document, knowing nothing else of the server: operations, bodies, answers, problems."""

import re
from typing import Any

TYPES = {
    "integer": "int",
    "number": "float",
    "string": "str",
    "boolean": "bool",
    "object": "dict[str, Any]",
    "array": "list[Any]",
    "null": "None",
}
OPENING = """
import json
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Problem(Exception):
    def __init__(self, data):
        super().__init__(f"{data['status']} {data['title']}")
        self.__dict__.update(data)


class Client:
    def __init__(self, address):
        self.address = address

    def _send(self, method, path, body, media):
        data = None if body is None else json.dumps({key: value for key, value in body.items() if value is not None}).encode()
        headers = {"Accept": ", ".join(media)} | ({} if data is None else {"Content-Type": "application/json"})
        try:
            with urlopen(Request(self.address + path, data, headers, method=method), timeout=120) as answer:
                kind, content = answer.headers.get_content_type(), answer.read()
        except HTTPError as error:
            raise Problem(json.load(error)) from None
        assert kind in media, f"{kind} is not announced"
        return json.loads(content) if kind.endswith("json") else content.decode() if kind.startswith("text/") else content
"""


def client_source(document: dict[str, Any]) -> str:
    """The source of a module with a class Client, one method an operation."""
    methods = [_method(document, path, verb, operation) for path, verbs in document["paths"].items() for verb, operation in verbs.items()]
    return "\n".join([OPENING, *methods])


def _method(document: dict[str, Any], path: str, verb: str, operation: dict[str, Any]) -> str:
    media = sorted(operation["responses"]["200"]["content"])
    body, arguments = "None", ""
    if "requestBody" in operation:
        schema = _resolved(document, operation["requestBody"]["content"]["application/json"]["schema"])
        required = schema.get("required", [])
        names = sorted(schema["properties"], key=lambda name: name not in required)
        arguments = ", *" + "".join(
            f", {name}: {_type(document, schema['properties'][name])}{'' if name in required else ' | None = None'}" for name in names
        )
        body = "{" + ", ".join(f"{name!r}: {name}" for name in names) + "}"
    assert re.fullmatch(r"[a-z_]+", operation["operationId"])
    return (
        f"    def {operation['operationId']}(self{arguments}):\n"
        f"        {operation.get('description', '')!r}\n"
        f"        return self._send({verb.upper()!r}, {path!r}, {body}, {media!r})\n"
    )


def _type(document: dict[str, Any], schema: dict[str, Any]) -> str:
    schema = _resolved(document, schema)
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    kinds = schema["type"] if "type" in schema else [_type(document, each) for each in schema["anyOf"]]
    return " | ".join(TYPES.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema
