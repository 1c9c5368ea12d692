"""A mapping whose values are made when somebody asks for them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Raw = TypeVar("Raw")
Value = TypeVar("Value")


class LazyMapping(Mapping[Key, Value], Generic[Key, Raw, Value]):
    """Values that are made of something raw, each once. Safe to use from several threads.

    Two threads that ask for the same value at once may both make it; both are given the first.
    """

    def __init__(self, raw: Mapping[Key, Raw], make: Callable[[Raw], Value]) -> None:
        self._raw = raw
        self._make = make
        self._made: dict[Key, Value] = {}

    def __getitem__(self, key: Key) -> Value:
        try:
            return self._made[key]
        except KeyError:
            return self._made.setdefault(key, self._make(self._raw[key]))

    def __contains__(self, key: object) -> bool:
        return key in self._raw

    def __iter__(self) -> Iterator[Key]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)
