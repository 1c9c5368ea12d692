"""From validated JSON to typed records, models merged with their families.

The schemas judge the form of a record; here nothing is checked again. The classes of
`audit.records` have the keys of the JSON, so that cattrs fills them; the rest of this module
is what the JSON says in fewer words than the classes: evidence by key, the name of a component,
where a fact was stated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from audit.records.component import COMPONENTS, Component, DataInformation
from audit.records.dataset import Dataset, DatasetAvailability
from audit.records.evidence import Evidence, PlaceLookedIn
from audit.records.license import KnownText, License
from audit.records.model import Family, MakerClaim, Model

JsonObject = Mapping[str, Any]
EvidenceRows = tuple[Evidence, ...]
Citations = Sequence[str] | JsonObject
"""Keys of the evidence table, or the table itself."""
Record = TypeVar("Record", Model, Family, Dataset, License)

UNKNOWN_COMPONENTS: dict[str, Component] = {name: Component(name) for name in COMPONENTS}
"""What nobody stated; one object for all models."""
NEVER_INHERITED = "model-parameters-final"
"""The weights of one size of a family may be published and those of another not."""
_NO_FAMILY = Family("", "", "")
_PLAIN_TYPES = (str, int, float, bool, type(None), object)


class RecordBuilder:
    """Builds records of one registry.

    Not safe from several threads: it remembers whose table it reads.
    """

    def __init__(self) -> None:
        self._ref = ""
        self._evidence: Mapping[str, Evidence] = {}
        self._converter = Converter(detailed_validation=False)
        self._register_hooks()

    def _register_hooks(self) -> None:
        """The order counts.

        A class takes the hooks of its fields as they are when it is given one.
        """
        converter = self._converter
        converter.register_structure_hook_func(_is_plain, _keep_value)
        self._register_type(EvidenceRows, self._structure_evidence)
        for stated in (DataInformation, MakerClaim):
            converter.register_structure_hook(stated, self._make_hook_with_origin(stated))
        self._structure_component = make_dict_structure_fn(Component, converter)
        self._register_type(dict[str, Component], self._structure_components)
        converter.register_structure_hook(KnownText, self._structure_known_text)
        # A word that Python reserves.
        renamed = make_dict_structure_fn(
            DatasetAvailability, converter, class_=override(rename="class")
        )
        converter.register_structure_hook(DatasetAvailability, renamed)

    def _register_type(self, wanted: object, hook: Callable[[Any, object], Any]) -> None:
        """For a type with parameters, which cattrs does not tell by its class."""
        self._converter.register_structure_hook_func(lambda kind: kind == wanted, hook)

    def build_family(self, data: JsonObject) -> Family:
        """A family from its JSON."""
        return self._structure(f"families/{data['id']}", data, Family)

    def build_model(self, data: JsonObject, family: Family | None) -> Model:
        """A model from its JSON, merged with its family.

        What the model states wins, fact by fact.
        """
        merged = {"developer": family.developer if family else "unknown", **data}
        model = self._structure(f"models/{data['id']}", merged, Model)
        shared = family or _NO_FAMILY
        _complete(
            model,
            components=_merge_components(model, shared),
            data_information=_choose_data_information(data, model, shared),
            claims=model.claims or shared.claims,
        )
        return model

    def build_dataset(self, data: JsonObject) -> Dataset:
        """A dataset from its JSON."""
        return self._structure(f"datasets/{data['id']}", data, Dataset)

    def build_license(self, data: JsonObject) -> License:
        """A license from its JSON."""
        known = {**data, "osi_approved": _read_answer(data["osi_approved"])}
        return self._structure(f"licenses/{data['id']}", known, License)

    def _structure(self, ref: str, data: JsonObject, kind: type[Record]) -> Record:
        self._ref = ref
        self._evidence = {
            key: _build_evidence(key, row, ref) for key, row in data["evidence"].items()
        }
        record: Record = self._converter.structure(data, kind)
        return record

    def _structure_evidence(self, given: Citations, kind: object) -> EvidenceRows:
        """What a fact cites, or the whole table. A key that the table lacks is another check's."""
        del kind
        table = self._evidence
        return tuple(table[key] for key in given if key in table)

    def _structure_components(self, rows: JsonObject, kind: object) -> dict[str, Component]:
        del kind
        found = {}
        for name, row in rows.items():
            whole = {**row, "name": name, "origin": self._ref}
            found[name] = _cite_places(self._structure_component(whole, Component))
        return found

    def _structure_known_text(self, row: JsonObject, kind: object) -> KnownText:
        """Where there are no notices, the body is the whole text."""
        del kind
        return KnownText(
            sha256=row["sha256"],
            kind=row.get("kind", "license"),
            git_blob=row.get("git_blob"),
            words=row.get("words"),
            words_sha256=row.get("words_sha256"),
            body_sha256=row.get("body_sha256"),
            body_words=row.get("body_words", row.get("words")),
            window=row.get("window", 0),
            fingerprint=row.get("fingerprint", ""),
        )

    def _make_hook_with_origin(self, kind: type[Any]) -> Callable[[JsonObject, object], Any]:
        """A fact says which record states it, so that a merged model shows what it inherited."""
        structure = make_dict_structure_fn(kind, self._converter)
        return lambda row, _: structure({**row, "origin": self._ref}, kind)


def _read_answer(stated: bool | str) -> bool | str | None:
    """Yes or no; None where it is not known."""
    return None if stated == "unknown" else stated


def _complete(model: Model, **merged: object) -> None:
    """Set fields of a model that nobody has seen yet: to copy it takes as long as to build it."""
    for name, value in merged.items():
        object.__setattr__(model, name, value)


def _merge_components(model: Model, family: Family) -> dict[str, Component]:
    """All of them, in the order of COMPONENTS."""
    inherited = {**family.components}
    inherited.pop(NEVER_INHERITED, None)
    return UNKNOWN_COMPONENTS | inherited | model.components


def _cite_places(component: Component) -> Component:
    """A component that was not found cites the places where it was looked for."""
    if component.status != "not-found":
        return component
    places = tuple(_build_place_evidence(place, component) for place in component.looked_in)
    return replace(component, evidence=(*component.evidence, *places))


def _build_place_evidence(place: PlaceLookedIn, component: Component) -> Evidence:
    return Evidence(
        key=f"looked-in-{place.place}",
        url=place.url,
        seen=place.seen,
        kind=place.kind,
        revision=place.revision,
        note=f"{component.name} was looked for here and not found.",
        record=component.origin,
    )


def _build_evidence(key: str, row: JsonObject, ref: str) -> Evidence:
    return Evidence(
        key=key,
        url=row["url"],
        seen=row["seen"],
        kind=row["kind"],
        revision=row.get("revision"),
        quote=row.get("quote"),
        note=row.get("note"),
        record=ref,
    )


def _choose_data_information(data: JsonObject, model: Model, family: Family) -> DataInformation:
    if "data_information" in data:
        return model.data_information
    return family.data_information or DataInformation()


def _is_plain(kind: Any) -> bool:
    """Whether JSON has values of this type as they are."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return all(_is_plain(choice) for choice in get_args(kind))
    if origin is dict:
        return _is_plain(get_args(kind)[1])
    return origin is Literal or kind in _PLAIN_TYPES


def _keep_value(value: Any, kind: object) -> Any:
    del kind
    return value
