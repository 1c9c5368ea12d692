"""What one may do, for the uses that people ask about first."""

from audit.definitions.permissions import judge_permission
from audit.licenses.uses import IntendedUse
from audit.records.model import COMPONENTS, Component, DataInformation, License, Model, Registry

PAGE_USES = (
    ("use it commercially", IntendedUse(commercial=True)),
    ("fine-tune it", IntendedUse(fine_tune=True)),
    ("share it", IntendedUse(redistribute=True)),
    ("train other models on its outputs", IntendedUse(train_on_outputs=True)),
)
PERMISSION_ANSWERS = {
    "allowed": "yes",
    "allowed-with-obligations": "yes, with obligations",
    "needs-separate-license": "only with a separate license",
    "forbidden": "no",
    "unknown": "not known",
}


def render_uses_line(model: Model, registry: Registry) -> str:
    """The answers on one line, uses with the same answer together."""
    by_answer: dict[str, list[str]] = {}
    for name, use in PAGE_USES:
        by_answer.setdefault(
            PERMISSION_ANSWERS[judge_permission(model, registry, use).value], []
        ).append(name)
    return " · ".join(f"{', '.join(names)}: **{answer}**" for answer, names in by_answer.items())


def build_model_under_license(license: License) -> Model:
    """A model without a base whose weights are under this license and nothing else: what the license alone allows."""
    components = {name: Component(name) for name in COMPONENTS}
    components["model-parameters-final"] = Component(
        "model-parameters-final", "released", license.id
    )
    return Model(
        f"any/{license.id}",
        license.name,
        "",
        None,
        (),
        None,
        None,
        (),
        components,
        DataInformation(),
        (),
        (),
    )
