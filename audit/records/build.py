"""From validated JSON to typed records, models merged with their families."""

from collections.abc import Mapping
from typing import Any

from audit.records.model import (
    COMPONENTS,
    Base,
    Claim,
    Component,
    Condition,
    Conflict,
    DataInformation,
    Dataset,
    Dated,
    Evidence,
    Family,
    HubPins,
    KnownText,
    License,
    Model,
    Review,
)

Json = Mapping[str, Any]


UNKNOWN: Mapping[str, Component] = {name: Component(name) for name in COMPONENTS}
"""What nobody stated; one object for all models."""


class Sources:
    """The evidence table of one record: turns keys into evidence."""

    def __init__(self, ref: str, table: Json) -> None:
        self.ref = ref
        self.table = {
            key: Evidence(key, row["url"], row["seen"], row["kind"], row.get("revision"), row.get("quote"), row.get("note"), ref) for key, row in table.items()
        }

    def of(self, holder: Json | None, name: str = "evidence") -> tuple[Evidence, ...]:
        """The evidence that a fact cites. A key that the table lacks is a problem of its own and left out here."""
        keys = (holder or {}).get(name, ())
        return tuple(self.table[key] for key in keys if key in self.table)

    def all(self) -> tuple[Evidence, ...]:
        """The whole table."""
        return tuple(self.table.values())

    def conflict(self, holder: Json) -> Conflict | None:
        """The disagreement that a fact records."""
        row = holder.get("conflict")
        return Conflict(self.of(row, "followed"), self.of(row, "set_aside"), row["why"]) if row else None


def build_family(data: Json) -> Family:
    """A family from its JSON."""
    sources = Sources(f"families/{data['id']}", data["evidence"])
    information = data.get("data_information")
    return Family(
        id=data["id"],
        name=data["name"],
        developer=data["developer"],
        components={name: _component(name, row, sources) for name, row in data.get("components", {}).items()},
        data_information=_data_information(information, sources) if information else None,
        claims=_claims(data, sources),
    )


def build_model(data: Json, family: Family | None) -> Model:
    """A model from its JSON, merged with its family: what the model states wins, fact by fact."""
    sources = Sources(f"models/{data['id']}", data["evidence"])
    own = {name: _component(name, row, sources) for name, row in data["components"].items()}
    inherited = dict(family.components) if family else {}
    inherited.pop("model-parameters-final", None)
    information = data.get("data_information")
    shared_information = family.data_information if family else None
    released = data.get("released")
    compute = data.get("training_compute")
    size = data.get("parameters", {})
    return Model(
        id=data["id"],
        name=data["name"],
        developer=data.get("developer") or (family.developer if family else "unknown"),
        family=data.get("family"),
        modalities=tuple(data.get("modalities", ())),
        released=Dated(released["date"], sources.of(released)) if released else None,
        hub=_hub(data.get("hub"), sources),
        bases=_bases(data, sources),
        components={name: own.get(name) or inherited.get(name) or UNKNOWN[name] for name in COMPONENTS},
        data_information=_data_information(information, sources) if information else (shared_information or DataInformation()),
        claims=_claims(data, sources) or (family.claims if family else ()),
        evidence=sources.all(),
        total_parameters=size.get("total"),
        active_parameters=size.get("active"),
        training_flop=compute["flop"] if compute else None,
        training_flop_evidence=sources.of(compute),
        from_scratch_evidence=sources.of(data.get("from_scratch")),
        reviews=tuple(Review(row["by"], row["definition"], row["found"], sources.of(row)) for row in data.get("reviews", ())),
    )


def build_dataset(data: Json) -> Dataset:
    """A dataset from its JSON."""
    sources = Sources(f"datasets/{data['id']}", data["evidence"])
    availability = data["availability"]
    terms = data.get("terms")
    return Dataset(
        id=data["id"],
        name=data["name"],
        publisher=data.get("publisher"),
        status=availability["status"],
        access=availability.get("class", "unknown"),
        since=availability.get("since"),
        status_evidence=sources.of(availability),
        license=terms["license"] if terms else None,
        license_evidence=sources.of(terms),
        hub=_hub(data.get("hub"), sources),
        url=data.get("url"),
        derived_from=tuple(data.get("derived_from", ())),
        evidence=sources.all(),
        note=availability.get("note"),
    )


def build_license(data: Json) -> License:
    """A license from its JSON."""
    sources = Sources(f"licenses/{data['id']}", data["evidence"])
    approved = data["osi_approved"]
    freedoms = data["freedoms"]
    return License(
        id=data["id"],
        name=data["name"],
        category=data["category"],
        version=data.get("version"),
        predecessor=data.get("predecessor"),
        url=data.get("url"),
        osi_approved=None if approved == "unknown" else approved,
        hub_tags=tuple(data.get("hub_tags", ())),
        hub_names=tuple(data.get("hub_names", ())),
        use=freedoms["use"],
        study=freedoms["study"],
        modify=freedoms["modify"],
        share=freedoms["share"],
        conditions=tuple(Condition(row["kind"], row["section"], row["summary"], row.get("parameters", {}), sources.of(row)) for row in data["conditions"]),
        texts=tuple(map(_known_text, data.get("texts", ()))),
        evidence=sources.all(),
    )


def _known_text(row: Json) -> KnownText:
    return KnownText(
        sha256=row["sha256"],
        kind=row.get("kind", "license"),
        words=row.get("words"),
        words_sha256=row.get("words_sha256"),
        body_sha256=row.get("body_sha256"),
        body_words=row.get("body_words", row.get("words")),
        window=row.get("window", 0),
        fingerprint=row.get("fingerprint", ""),
    )


def _component(name: str, row: Json, sources: Sources) -> Component:
    return Component(
        name=name,
        status=row["status"],
        license=row.get("license"),
        url=row.get("url"),
        datasets=tuple(row.get("datasets", ())),
        evidence=sources.of(row),
        conflict=sources.conflict(row),
        note=row.get("note"),
        origin=sources.ref,
    )


def _data_information(row: Json, sources: Sources) -> DataInformation:
    return DataInformation(row["sufficient"], row.get("reason"), row.get("license"), sources.of(row), sources.conflict(row), sources.ref)


def _claims(data: Json, sources: Sources) -> tuple[Claim, ...]:
    return tuple(Claim(row["says"], sources.of(row), sources.ref) for row in data.get("claims", ()))


def _bases(data: Json, sources: Sources) -> tuple[Base, ...] | None:
    if "base_models" not in data:
        return None
    return tuple(Base(row["id"], row["relation"], sources.of(row)) for row in data["base_models"])


def _hub(row: Json | None, sources: Sources) -> HubPins | None:
    if row is None:
        return None
    return HubPins(
        repo=row["repo"],
        revision=row.get("revision"),
        gated=row["gated"],
        license_tag=row["license_tag"],
        license_name=row.get("license_name"),
        license_link=row.get("license_link"),
        license_files=dict(row.get("license_files", {})),
        evidence=sources.of(row),
    )
