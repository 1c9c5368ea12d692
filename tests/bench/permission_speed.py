"""`python -m tests.bench.permission_speed`: CPU seconds for the common uses of all models."""

import time
from pathlib import Path

from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permissions import judge_permission
from audit.records.load import load_registry

REGISTRY_FOLDER = Path(__file__).parents[2] / "registry"


def main() -> None:
    """Answer every common use of every model once, from an empty memory."""
    registry = load_registry(REGISTRY_FOLDER)
    start = time.process_time()
    for model in registry.models.values():
        for common in COMMON_USES:
            judge_permission(model, registry, common.use)
    seconds = time.process_time() - start
    print(f"{len(registry.models)} models, {len(COMMON_USES)} uses: {seconds:.2f} s of CPU")


if __name__ == "__main__":
    main()
