"""Faults as data: which requests to a loopback server go wrong, how, and how often. Holds no server code."""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Host = Literal["hub", "github"]
Fault = Literal["timeout", "503", "429", "html", "reset", "truncated", "unreachable", "bad-json", "slow", "lost", "500-done", "403-limit", "422"]
FAULTS: tuple[Fault, ...] = ("timeout", "503", "429", "html", "reset", "truncated", "unreachable", "bad-json", "slow", "lost", "500-done")
"""`lost` and `500-done` do what was asked and then hide it: the answer never arrives, or says 500. Of GitHub alone there are
also `403-limit`, its secondary limit in its older form, and `422`, a body that it does not take."""


@dataclass(frozen=True)
class Rule:
    """One fault. The first rule that matches a request is used."""

    kind: Fault
    host: Host | Literal["all"] = "all"
    path: str = ""
    """Regular expression that is searched in the path without its query; empty matches every path."""
    times: int | None = None
    """How many requests it hits; None for every one."""
    method: str = ""
    """Only requests of this method; empty matches every one."""

    def matches(self, host: Host, path: str, method: str = "GET") -> bool:
        """Whether the rule speaks of this request."""
        return self.host in ("all", host) and self.method in ("", method) and re.search(self.path, path) is not None


class Weather:
    """The rules in force and how often each has struck. Safe to ask from several threads."""

    def __init__(
        self,
        rules: Iterable[Rule] = (),
        *,
        hold_seconds: float = 60.0,
        slow_seconds: float = 0.5,
        retry_after_seconds: int = 1,
    ) -> None:
        """`hold_seconds`: how long a `timeout` holds its answer, longer than a client waits. `slow_seconds`: the delay of a
        `slow` answer. `retry_after_seconds`: what a `429` asks the client to wait."""
        self.hold_seconds = hold_seconds
        self.slow_seconds = slow_seconds
        self.retry_after_seconds = retry_after_seconds
        self._lock = threading.Lock()
        self._rules = list(rules)
        self._struck = [0] * len(self._rules)

    @property
    def holds_answers(self) -> bool:
        """Whether a rule keeps clients waiting. In any other weather a client can be as patient as its machine is busy."""
        with self._lock:
            return any(rule.kind == "timeout" for rule in self._rules)

    def add(self, rule: Rule) -> None:
        """Put a further rule behind the others."""
        with self._lock:
            self._rules.append(rule)
            self._struck.append(0)

    def clear(self) -> None:
        """Fair weather from now on."""
        with self._lock:
            self._rules.clear()
            self._struck.clear()

    def strike(self, host: Host, path: str, method: str = "GET") -> Fault | None:
        """The fault that this request meets, counted; None in fair weather."""
        with self._lock:
            for index, rule in enumerate(self._rules):
                spent = rule.times is not None and self._struck[index] >= rule.times
                if not spent and rule.matches(host, path, method):
                    self._struck[index] += 1
                    return rule.kind
        return None
