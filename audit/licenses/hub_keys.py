"""What each license key of the Hub means, whether or not the registry has a record of the license.

The keys are those of the Hub's own list (huggingface.co/docs/hub/repositories-licenses). A key that
names a family says no version, so that nobody can tell which terms hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

HubKeyKind = Literal["license", "family", "unstated"]


@dataclass(frozen=True)
class HubKey:
    """One key of the Hub's list."""

    name: str
    """Of the license, or what the key says, for people."""
    spdx: str | None = None
    """Its id on the SPDX list; None for a license that the list lacks."""
    kind: HubKeyKind = "license"
    """One license, several of one family, or no statement of a license at all."""


HUB_KEYS: Mapping[str, HubKey] = {
    "apache-2.0": HubKey("Apache License 2.0", "Apache-2.0"),
    "mit": HubKey("MIT License", "MIT"),
    "openrail": HubKey("OpenRAIL licenses", kind="family"),
    "bigscience-openrail-m": HubKey("BigScience OpenRAIL-M"),
    "creativeml-openrail-m": HubKey("CreativeML OpenRAIL-M"),
    "bigscience-bloom-rail-1.0": HubKey("BigScience BLOOM RAIL 1.0"),
    "bigcode-openrail-m": HubKey("BigCode OpenRAIL-M v1"),
    "openrail++": HubKey("CreativeML Open RAIL++-M"),
    "afl-3.0": HubKey("Academic Free License v3.0", "AFL-3.0"),
    "artistic-2.0": HubKey("Artistic License 2.0", "Artistic-2.0"),
    "bsl-1.0": HubKey("Boost Software License 1.0", "BSL-1.0"),
    "bsd": HubKey("BSD licenses", kind="family"),
    "bsd-2-clause": HubKey("BSD 2-Clause License", "BSD-2-Clause"),
    "bsd-3-clause": HubKey("BSD 3-Clause License", "BSD-3-Clause"),
    "bsd-3-clause-clear": HubKey("BSD 3-Clause Clear License", "BSD-3-Clause-Clear"),
    "c-uda": HubKey("Computational Use of Data Agreement v1.0", "C-UDA-1.0"),
    "cc": HubKey("Creative Commons licenses", kind="family"),
    "cc0-1.0": HubKey("Creative Commons Zero v1.0 Universal", "CC0-1.0"),
    "cc-by-2.0": HubKey("Creative Commons Attribution 2.0", "CC-BY-2.0"),
    "cc-by-2.5": HubKey("Creative Commons Attribution 2.5", "CC-BY-2.5"),
    "cc-by-3.0": HubKey("Creative Commons Attribution 3.0", "CC-BY-3.0"),
    "cc-by-4.0": HubKey("Creative Commons Attribution 4.0", "CC-BY-4.0"),
    "cc-by-sa-3.0": HubKey("Creative Commons Attribution-ShareAlike 3.0", "CC-BY-SA-3.0"),
    "cc-by-sa-4.0": HubKey("Creative Commons Attribution-ShareAlike 4.0", "CC-BY-SA-4.0"),
    "cc-by-nc-2.0": HubKey("Creative Commons Attribution-NonCommercial 2.0", "CC-BY-NC-2.0"),
    "cc-by-nc-3.0": HubKey("Creative Commons Attribution-NonCommercial 3.0", "CC-BY-NC-3.0"),
    "cc-by-nc-4.0": HubKey("Creative Commons Attribution-NonCommercial 4.0", "CC-BY-NC-4.0"),
    "cc-by-nd-4.0": HubKey("Creative Commons Attribution-NoDerivatives 4.0", "CC-BY-ND-4.0"),
    "cc-by-nc-nd-3.0": HubKey(
        "Creative Commons Attribution-NonCommercial-NoDerivs 3.0", "CC-BY-NC-ND-3.0"
    ),
    "cc-by-nc-nd-4.0": HubKey(
        "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0", "CC-BY-NC-ND-4.0"
    ),
    "cc-by-nc-sa-2.0": HubKey(
        "Creative Commons Attribution-NonCommercial-ShareAlike 2.0", "CC-BY-NC-SA-2.0"
    ),
    "cc-by-nc-sa-3.0": HubKey(
        "Creative Commons Attribution-NonCommercial-ShareAlike 3.0", "CC-BY-NC-SA-3.0"
    ),
    "cc-by-nc-sa-4.0": HubKey(
        "Creative Commons Attribution-NonCommercial-ShareAlike 4.0", "CC-BY-NC-SA-4.0"
    ),
    "cdla-sharing-1.0": HubKey(
        "Community Data License Agreement, Sharing, 1.0", "CDLA-Sharing-1.0"
    ),
    "cdla-permissive-1.0": HubKey(
        "Community Data License Agreement, Permissive, 1.0", "CDLA-Permissive-1.0"
    ),
    "cdla-permissive-2.0": HubKey(
        "Community Data License Agreement, Permissive, 2.0", "CDLA-Permissive-2.0"
    ),
    "wtfpl": HubKey("Do What The F*ck You Want To Public License", "WTFPL"),
    "ecl-2.0": HubKey("Educational Community License v2.0", "ECL-2.0"),
    "epl-1.0": HubKey("Eclipse Public License 1.0", "EPL-1.0"),
    "epl-2.0": HubKey("Eclipse Public License 2.0", "EPL-2.0"),
    "etalab-2.0": HubKey("Etalab Open License 2.0", "etalab-2.0"),
    "eupl-1.1": HubKey("European Union Public License 1.1", "EUPL-1.1"),
    "eupl-1.2": HubKey("European Union Public License 1.2", "EUPL-1.2"),
    "agpl-3.0": HubKey("GNU Affero General Public License v3.0", "AGPL-3.0-only"),
    "gfdl": HubKey("GNU Free Documentation Licenses", kind="family"),
    "gpl": HubKey("GNU General Public Licenses", kind="family"),
    "gpl-2.0": HubKey("GNU General Public License v2.0", "GPL-2.0-only"),
    "gpl-3.0": HubKey("GNU General Public License v3.0", "GPL-3.0-only"),
    "lgpl": HubKey("GNU Lesser General Public Licenses", kind="family"),
    "lgpl-2.1": HubKey("GNU Lesser General Public License v2.1", "LGPL-2.1-only"),
    "lgpl-3.0": HubKey("GNU Lesser General Public License v3.0", "LGPL-3.0-only"),
    "isc": HubKey("ISC License", "ISC"),
    "h-research": HubKey("H Research License"),
    "intel-research": HubKey("Intel Research Use License Agreement"),
    "lppl-1.3c": HubKey("LaTeX Project Public License v1.3c", "LPPL-1.3c"),
    "ms-pl": HubKey("Microsoft Public License", "MS-PL"),
    "apple-ascl": HubKey("Apple Sample Code License"),
    "apple-amlr": HubKey("Apple Machine Learning Research Model License"),
    "mpl-2.0": HubKey("Mozilla Public License 2.0", "MPL-2.0"),
    "odc-by": HubKey("Open Data Commons Attribution License", "ODC-By-1.0"),
    "odbl": HubKey("Open Data Commons Open Database License", "ODbL-1.0"),
    "openmdw-1.0": HubKey("OpenMDW License Agreement 1.0", "OpenMDW-1.0"),
    "osl-3.0": HubKey("Open Software License 3.0", "OSL-3.0"),
    "postgresql": HubKey("PostgreSQL License", "PostgreSQL"),
    "ofl-1.1": HubKey("SIL Open Font License 1.1", "OFL-1.1"),
    "ncsa": HubKey("University of Illinois/NCSA Open Source License", "NCSA"),
    "unlicense": HubKey("The Unlicense", "Unlicense"),
    "zlib": HubKey("zlib License", "Zlib"),
    "pddl": HubKey("Open Data Commons Public Domain Dedication and License", "PDDL-1.0"),
    "lgpl-lr": HubKey("Lesser General Public License For Linguistic Resources", "LGPLLR"),
    "deepfloyd-if-license": HubKey("DeepFloyd IF Research License Agreement"),
    "fair-noncommercial-research-license": HubKey("FAIR Noncommercial Research License"),
    "llama2": HubKey("Llama 2 Community License Agreement"),
    "llama3": HubKey("Llama 3 Community License Agreement"),
    "llama3.1": HubKey("Llama 3.1 Community License Agreement"),
    "llama3.2": HubKey("Llama 3.2 Community License Agreement"),
    "llama3.3": HubKey("Llama 3.3 Community License Agreement"),
    "llama4": HubKey("Llama 4 Community License Agreement"),
    "grok2-community": HubKey("Grok 2 Community License Agreement"),
    "gemma": HubKey("Gemma Terms of Use"),
    "unknown": HubKey("an unknown license", kind="unstated"),
    "other": HubKey("a license that license_name names", kind="unstated"),
}


def find_hub_key(tag: str | Literal[False] | None) -> HubKey | None:
    """What a key means, however it is written; None for none, or for one that the list lacks."""
    return HUB_KEYS.get(tag.strip().lower()) if tag else None
