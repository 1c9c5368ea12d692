"""api/v1/openapi.json: every file of the interface, with the schema that it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.publish.site.api.schemas import API_VERSION, TEXT, list_schemas, refer

API_FOLDER = f"api/v{API_VERSION}"


@dataclass(frozen=True)
class ApiPath:
    """One kind of file."""

    path: str
    """Below the folder, with names in braces for what differs."""
    document: str
    """Name of its schema."""
    summary: str


API_PATHS = (
    ApiPath("index.json", "Index", "What there is, of which day."),
    ApiPath("models.json", "Models", "Every model in one row."),
    ApiPath("models/{owner}/{name}.json", "Model", "One model with verdicts, facts and sources."),
    ApiPath("makers.json", "Makers", "Every maker with its models."),
    ApiPath("families.json", "Families", "Every family with its models."),
    ApiPath("licenses.json", "Licenses", "What each license lets one do."),
    ApiPath("licenses/{id}.json", "LicensePage", "One license with its clauses."),
    ApiPath("datasets.json", "Datasets", "Every dataset with the models that state it."),
    ApiPath("definitions.json", "Definitions", "Every definition with its counts."),
    ApiPath("events.json", "Events", "Everything that changed, the newest first."),
    ApiPath("events/{month}.json", "Events", "What changed in a month, such as 2026-08."),
    ApiPath("identifiers.json", "Identifiers", "Models by package URL, and by former names."),
    ApiPath("permissions/commercial.json", "Permissions", "Commercial use, model by model."),
    ApiPath("schemas/{kind}.schema.json", "JsonSchema", "What records of a kind must keep."),
)


def build_openapi() -> Mapping[str, Any]:
    """The description. Its addresses are relative: it does not know where it is published."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open Model Registry",
            "version": f"{API_VERSION}.0.0",
            "description": (
                "Static files. A field keeps its name and its type for as long as the number in "
                "the path stays; fields may be added. `unknown` is a word and never an absence."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "."}],
        "paths": {f"/{each.path}": {"get": _describe_path(each)} for each in API_PATHS},
        "components": {"schemas": list_schemas()},
    }


def _describe_path(path: ApiPath) -> dict[str, Any]:
    content = {"application/json": {"schema": refer(path.document)}}
    described: dict[str, Any] = {
        "operationId": path.path.removesuffix(".json").replace("/", "-").translate(_NO_BRACES),
        "summary": path.summary,
        "responses": {"200": {"description": path.summary, "content": content}},
    }
    parameters = [_describe_parameter(name) for name in _list_parameters(path)]
    return described | ({"parameters": parameters} if parameters else {})


def _list_parameters(path: ApiPath) -> list[str]:
    return [part.partition("}")[0] for part in path.path.split("{")[1:]]


def _describe_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


_NO_BRACES = str.maketrans("", "", "{}")
