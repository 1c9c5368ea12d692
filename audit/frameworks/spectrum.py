"""Stub."""

from types import SimpleNamespace


def judge(model, registry):
    return SimpleNamespace(value="closed" if model.weights.status == "not-released" else "open-weight")
