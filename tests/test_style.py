"""The shape of the code, measured: small functions, names with verbs, short lines."""

import ast
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "audit"

# They go down, and never up.
MAX_MEDIAN_NODES = 55
MAX_P90_NODES = 110
MIN_VERB_FIRST = 0.90
MAX_COLUMNS = 100
MAX_WIDE_LINES = 0.005
MAX_PARAMETERS = 6

VERBS = frozenset(
    """
    accept acquire add advance allow analyze announce answer append apply archive are ask
    assemble assert attach audit begin block bound break build calculate call can carry change
    check choose cite classify clean clear close coerce collect combine commit compare complete
    compute configure connect contain convert copy correct count cover create cut decide declare
    decode defang define delete derive describe detect diff digest discard dispatch download
    draft draw drop dump edit encode end ensure escape estimate evaluate exclude expand explain
    export extract fetch fill filter find finish flag flatten fold follow forget format gather
    generate get give group guess handle has hash hold identify ignore import index infer insert
    install interpret is join judge keep key label let lift limit link list load locate lock log
    look lower make map mark mask match may measure merge migrate move must name narrow need
    normalize note number observe open order pace pair parse pause pick pin place plan poll post
    prefer prepare prepend print probe produce project prove publish push put quote raise rank
    read rebase rebuild recall recognize reconcile record reduce refer refuse register reject
    release remember remove rename render renormalize repair repeat replace report request
    require reserve reset resolve respond restore restrict resume retry return reuse review
    rewrite round run sanitize save say scan schedule score screen search seed select send
    separate serialize serve set settle shift shorten should show sign simplify skip sleep sort
    split spread start state stay step stop store strip submit substitute subtract suggest sum
    summarize switch take tally tell throttle time tokenize trace track trim truncate try turn
    unify unlock unpack update upgrade use validate verify visit wait walk warn watch weigh
    withhold wrap write yield
    """.split()  # noqa: SIM905 -- one verb a line would be a page
)
"""What a function may begin with; a verb that is missing here is added, not avoided."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def read_modules() -> dict[str, str]:
    """Every module of the package by its path."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in files}


@cache
def list_functions() -> list[tuple[str, Function]]:
    """Every function and method, with the place to open."""
    found = []
    for module, text in read_modules().items():
        for owner in ast.walk(ast.parse(text)):
            name = f"{owner.name}." if isinstance(owner, ast.ClassDef) else ""
            for node in ast.iter_child_nodes(owner):
                if isinstance(node, Function):
                    found.append((f"{module}:{node.lineno} {name}{node.name}", node))
    return found


def count_nodes(function: Function) -> int:
    """Nodes of the syntax tree. Decorators declare a command's options: they are not the function."""
    decorators = sum(1 for root in function.decorator_list for _ in ast.walk(root))
    return sum(1 for _ in ast.walk(function)) - decorators


def count_parameters(function: Function) -> int:
    """Parameters beside `self` and `cls`."""
    arguments = function.args
    names = [
        argument.arg
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    ]
    return len([name for name in names if name not in ("self", "cls")])


def list_named_functions() -> Iterator[tuple[str, Function]]:
    """Functions whose name is ours to choose, and that are called: no dunders, no properties."""
    for place, function in list_functions():
        decorators = " ".join(ast.unparse(node) for node in function.decorator_list)
        if not function.name.startswith("__") and "property" not in decorators:
            yield place, function


def test_functions_are_small():
    """Half of them, and nine of ten of them, have at most so many nodes."""
    counts = sorted(count_nodes(function) for _, function in list_functions())
    assert statistics.median(counts) <= MAX_MEDIAN_NODES
    assert counts[int(len(counts) * 0.9)] <= MAX_P90_NODES


def test_functions_begin_with_a_verb():
    """A reader who sees only names and signatures knows what most functions do."""
    names = [function.name.strip("_").split("_")[0] for _, function in list_named_functions()]
    share = sum(name in VERBS for name in names) / len(names)
    assert share >= MIN_VERB_FIRST


def test_lines_are_short():
    """Where a line is longer than 100 columns, it is one that cannot be broken: an address, a prompt."""
    lines = [line for text in read_modules().values() for line in text.splitlines()]
    wide = sum(len(line) > MAX_COLUMNS for line in lines)
    assert wide / len(lines) <= MAX_WIDE_LINES


def test_functions_take_few_parameters():
    """More than six belong into an object with a name."""
    assert [
        place for place, function in list_functions() if count_parameters(function) > MAX_PARAMETERS
    ] == []
