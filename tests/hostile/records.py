"""Records whose every text is hostile: names, notes, quotes, addresses, names of licenses and data."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from audit.records.evidence import Evidence
from audit.records.model import BaseModelLink, Family, MakerClaim, Model
from audit.records.registry import Registry
from tests.definitions.builders import LICENSES, make_dataset, make_model, replace_component

MARK = "window.broken=1"
"""What a script of a name would do."""
PAYLOADS = (
    f'"><img src=x onerror={MARK}>',
    f"</script><script>{MARK}</script>",
    f"<!--<script>{MARK}</script>-->",
    f"'-{MARK}-'",
    f"javascript:{MARK}",
    f"`${{{MARK}}}`",
    "{{ 7 * 7 }}{% raw %}",
    "]]>]]&gt;<![CDATA[",
    "</title></style></textarea><svg onload=1>",
    "\u202egpj.exe\u2066\u200b",
    "\u2028\u2029\x85\x0b\x00\x1b[31m",
    "=1+1|cmd",
    'a,b"c\r\nd;e\tf',
    "&lt;b&gt; &amp;#x3c;",
    "%3Cscript%3E\\u003cscript\\u003e\\",
    "__proto__",
    "constructor",
    "x" * 200,
)
hostile_text = st.one_of(
    st.sampled_from(PAYLOADS),
    st.lists(
        st.sampled_from((*PAYLOADS, "<", ">", "'", '"', "&", "\\")), min_size=1, max_size=3
    ).map("".join),
    st.text(min_size=1, max_size=30),
)
FIELDS = 16
"""Texts of `make_hostile_registry` before they begin again."""


def make_hostile_registry(texts: list[str]) -> Registry:
    """A model, its base, their family, a license and a dataset; every text is one of these, in turn.

    Ids are words of JavaScript: the schemas let them be letters and digits only.
    """
    turn = itertools.cycle(texts)
    evidence = (make_hostile_evidence(turn),)
    family = Family("constructor", next(turn), next(turn))
    license = replace(LICENSES["NC"], id="LicenseRef-valueOf", name=next(turn), evidence=evidence)
    clause = replace(license.conditions[0], summary=next(turn), quote=next(turn), evidence=evidence)
    license = replace(license, conditions=(clause,), steward=next(turn), url=next(turn))
    models = [
        make_hostile_model(id, turn, evidence)
        for id in ("constructor/toString", "valueOf/prototype")
    ]
    models[1] = replace(models[1], base_models=(BaseModelLink(models[0].id, "finetune", evidence),))
    data = replace(
        make_dataset("constructor/data"), name=next(turn), publisher=next(turn), url=next(turn)
    )
    return Registry(
        {each.id: each for each in models},
        {family.id: family},
        {data.id: data},
        LICENSES | {license.id: license},
    )


def make_hostile_evidence(turn: Iterator[str]) -> Evidence:
    return Evidence(
        "card",
        next(turn),
        "2026-11-24",
        "primary",
        quote=next(turn),
        note=next(turn),
        revision="a1",
    )


def make_hostile_model(id: str, turn: Iterator[str], evidence: tuple[Evidence, ...]) -> Model:
    model = replace_component(
        make_model(id),
        "model-parameters-final",
        license="LicenseRef-valueOf",
        note=next(turn),
        url=next(turn),
        evidence=evidence,
    )
    model = replace_component(model, "datasets", datasets=("constructor/data",), note=next(turn))
    claims = (MakerClaim(next(turn), evidence, model.ref),)
    return replace(
        model, name=next(turn), developer=next(turn), family="constructor", claims=claims
    )
