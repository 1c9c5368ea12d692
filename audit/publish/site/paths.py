"""Where each page of the site stands, from its root. Parts are quoted for a URL."""

from urllib.parse import quote

from audit.core.references import split_reference

CHANGES = "changes/index.html"


def find_model_page(id: str) -> str:
    """The page of a model."""
    return f"models/{quote(id)}.html"


def find_maker_page(owner: str) -> str:
    """The page of a maker."""
    return f"makers/{quote(owner)}.html"


def find_family_page(id: str) -> str:
    """The page of a family."""
    return f"families/{quote(id)}.html"


def find_license_page(id: str) -> str:
    """The page of a license."""
    return f"licenses/{quote(id)}.html"


def find_dataset_page(id: str) -> str:
    """The page of a dataset."""
    return f"datasets/{quote(id)}.html"


def find_label_page(label: str) -> str:
    """The list of the models with a label."""
    return f"labels/{quote(label)}.html"


def find_definition_page(id: str) -> str:
    """The page of a definition."""
    return f"definitions/{quote(id)}.html"


def find_feed(topic: str) -> str:
    """The feed of a topic such as `owners/allenai` or `all`."""
    return f"feeds/{quote(topic)}.atom"


_BY_FOLDER = {
    "models": find_model_page,
    "datasets": find_dataset_page,
    "licenses": find_license_page,
    "families": find_family_page,
}


def find_record_page(ref: str) -> str:
    """The page of a record such as `models/owner/name`."""
    folder, id = split_reference(ref)
    return _BY_FOLDER[folder](id)
