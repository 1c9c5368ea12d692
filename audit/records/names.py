"""Names of records that some system cannot hold, or cannot tell from another's."""

from collections.abc import Iterable, Iterator

from audit.core.errors import Problem
from audit.records.any_form import KnownIds, Problems

RESERVED_NAMES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{device}{number}" for device in ("com", "lpt") for number in "0123456789"}
)
"""Names of devices on Windows, whatever stands behind their first dot."""
RESERVED_FIX = "no checkout on Windows can hold it: leave the record out, and say so in an issue"
TWIN_FIX = "write it as the other one is written: many file systems do not tell case apart"


def find_name_problems(known: KnownIds, root: str) -> Problems:
    """Ids with a reserved part, and ids or owners that differ from another in case alone."""
    for folder, ids in sorted(known.items()):
        for id in sorted(ids):
            if not all(map(is_portable_name, id.split("/"))):
                shown = f"{root}/{folder}/{id}.json"
                yield Problem(shown, "$.id", f"{id!r} holds a reserved name", RESERVED_FIX)
        for first, second in _find_twins(_list_paths(ids)):
            shown = _show_path(f"{root}/{folder}/{second}", second in ids)
            message = f"{second!r} and {first!r} differ in case alone"
            yield Problem(shown, "$.id", message, TWIN_FIX)


def is_portable_name(part: str) -> bool:
    """Whether every system can check out a file, or a folder, that is called so."""
    return part.partition(".")[0].lower() not in RESERVED_NAMES and not part.endswith((".", " "))


def _show_path(path: str, is_file: bool) -> str:
    return f"{path}.json" if is_file else path


def _list_paths(ids: Iterable[str]) -> list[str]:
    """The ids and their owners, each once."""
    owners = {id.partition("/")[0] for id in ids if "/" in id}
    return sorted({*ids, *owners})


def _find_twins(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    first_by_folded: dict[str, str] = {}
    for name in names:
        first = first_by_folded.setdefault(name.casefold(), name)
        if first != name:
            yield first, name
