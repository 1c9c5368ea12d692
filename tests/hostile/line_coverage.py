"""Which lines of some modules a call reaches, without a library: the interpreter tells."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any


@dataclass(frozen=True)
class LineCoverage:
    """Lines of functions that were and were not reached, as `module:line`."""

    reached: frozenset[str]
    missed: frozenset[str]

    @property
    def share(self) -> float:
        """Reached of all."""
        return len(self.reached) / (len(self.reached) + len(self.missed))


def measure_line_coverage(
    modules: tuple[ModuleType, ...], call: Callable[[], None]
) -> LineCoverage:
    """Run the call and say which lines inside the modules' functions it reached."""
    names = {str(module.__file__): module.__name__ for module in modules}
    seen: set[str] = set()

    def trace(frame: FrameType, _event: str, _value: Any) -> Any:
        name = names.get(frame.f_code.co_filename)
        if name is None:
            return None
        seen.add(f"{name}:{frame.f_lineno}")
        return trace

    _forget_results(modules)
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(None)
    wanted = {
        f"{name}:{line}"
        for path, name in names.items()
        for line in _list_lines(compile(Path(path).read_text("utf-8"), path, "exec"))
    }
    return LineCoverage(frozenset(wanted & seen), frozenset(wanted - seen))


def _forget_results(modules: tuple[ModuleType, ...]) -> None:
    """What a test before this one made a function remember would not run again."""
    for module in modules:
        for value in vars(module).values():
            forget = getattr(value, "cache_clear", None)
            if forget is not None:
                forget()


def _list_lines(code: CodeType, *, is_module: bool = True) -> Iterator[int]:
    """Lines of functions; those of the module itself and of class bodies run at import."""
    is_function = bool(code.co_flags & 0x2) and not is_module
    if is_function:
        for _, _, line in code.co_lines():
            if line and line != code.co_firstlineno:
                yield line
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _list_lines(constant, is_module=False)
