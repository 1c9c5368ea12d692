"""Words and links that several pages share."""

from collections.abc import Sequence

from audit.core.escape import escape_markdown
from audit.core.markdown import format_markdown_link, render_folded_block
from audit.publish.urls import build_section_url
from audit.publish.views.model_summary import BY_NAME, BY_NAME_NOTE, format_likely_size
from audit.records.evidence import Evidence
from audit.records.model import Model
from audit.records.registry import Registry

LABEL_WORDS = {
    "open-source": "Weights, code and data information, all under open terms: OSAID 1.0 says yes.",
    "open-weight-or-better": "Anyone can download the weights under terms that allow use; "
    "nothing that OSAID asks for is known to be missing, and some of it is not known.",
    "open-weight": "Anyone can download the weights under terms that allow use; "
    "something else that OSAID asks for is known to be missing.",
    "restricted-weights": "The weights can be downloaded, but the terms forbid commercial use, "
    "or any use outside research.",
    "closed": "No weights.",
    "undetermined": "A fact that decides the label is not known yet.",
}
OSAID_WORDS = {
    "conforms": "conforms",
    "conforms-if-relicensed": "only the terms stand against it",
    "fails": "fails",
    "undetermined": "undetermined",
}
GATE_WORDS = {
    "auto": "automatic",
    "manual": "a person decides",
    "gated": "yes",
    "unknown": "not seen",
}
OPEN_SOURCE_PHRASES = ("open source", "open-source", "opensource", "fully open", "truly open")


def format_gate(model: Model) -> str:
    """The gate of the Hub repository; nothing for a model without one."""
    if model.hub is None:
        return ""
    return GATE_WORDS[model.hub.gated] if model.hub.gated else "none"


def is_claim_contradicted(osaid: str, model: Model) -> bool:
    """Whether the maker says open source and the definition says no.

    An open verdict contradicts nobody.
    """
    return osaid in ("fails", "conforms-if-relicensed") and has_open_source_claim(model)


def has_open_source_claim(model: Model) -> bool:
    """Whether the maker's own words say open source."""
    return any(word in claim.says.lower() for claim in model.claims for word in OPEN_SOURCE_PHRASES)


def format_claims(model: Model) -> str:
    """What its maker calls it, each expression once."""
    return ", ".join(sorted({f"“{escape_markdown(claim.says)}”" for claim in model.claims}))


def format_model_link(id: str, registry: Registry, prefix: str = "") -> str:
    """A link to a model's section, or its name where the registry does not hold it."""
    if id not in registry.models:
        return escape_markdown(id)
    return format_markdown_link(id, build_section_url(f"models/{id}", prefix))


def format_dataset_link(id: str, registry: Registry, prefix: str = "") -> str:
    """A link to a dataset's section, or its name where the registry does not hold it."""
    if id not in registry.datasets:
        return escape_markdown(id)
    return format_markdown_link(id, build_section_url(f"datasets/{id}", prefix))


def format_count(count: int, one: str, more: str = "") -> str:
    """`1 model`, `2 models`, `1,146 models`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def format_size(model: Model) -> str:
    """The parameters in billions or millions, to three digits, or what the name says of them."""
    return format_likely_size(model.id, model.parameters.total)


def list_size_notes(models: Sequence[Model]) -> list[str]:
    """What the mark of such a size means, where a table has one."""
    return [BY_NAME_NOTE] if any(BY_NAME in format_size(model) for model in models) else []


def format_evidence_links(evidence: Sequence[Evidence]) -> str:
    """Each source under its key."""
    return ", ".join([format_markdown_link(source.key, source.url) for source in evidence])


def list_links_folded(links: Sequence[str], limit: int) -> list[str]:
    """The first links on a line, and the others, where there are any, in a block that opens."""
    shown = ", ".join(links[:limit])
    if len(links) <= limit:
        return [shown]
    more = f"{len(links) - limit:,} more"
    return [shown, render_folded_block(more, ", ".join(links[limit:]))]
