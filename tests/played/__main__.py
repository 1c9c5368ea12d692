"""`python -m tests.played`: every event of the list, played; recall by kind of event."""

import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from tests.played.play import TEXTS, PlayedEvent, is_playable, play_event, read_events

RESULTS = ("right", "left to a person", "wrong", "opposite", "false", "missed")
LISTS = {"events.json": "The fixed list", "apart.json": "Set apart: ten more of our own finding"}


def main() -> int:
    """Print the tables. 1 where something was told falsely, the wrong way round, or not at all."""
    if not TEXTS.is_dir():
        print("the real license texts are not here; nothing is played")
        return 0
    bad = 0
    for name, title in LISTS.items():
        played = [_play(event) for event in read_events(name) if is_playable(event)]
        left_out = Counter(
            event.get("why") for event in read_events(name) if not is_playable(event)
        )
        print(f"\n{title}: {len(played)} played, {sum(left_out.values())} cannot be")
        for why, count in left_out.items():
            print(f"  not played: {count} ({why})")
        _print_table(played)
        for each in played:
            if each.result != "right":
                _print_event(each)
        bad += sum(each.result in ("opposite", "false", "missed", "wrong") for each in played)
    return 1 if bad else 0


def _play(event) -> PlayedEvent:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        return play_event(event, Path(folder))


def _print_table(played: list[PlayedEvent]) -> None:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for each in played:
        rows[each.event["play"]][each.result] += 1
        rows["all"][each.result] += 1
    print(f"  {'kind':16}" + "".join(f"{result:>18}" for result in RESULTS))
    for kind in sorted(rows, key=lambda kind: (kind == "all", kind)):
        print(f"  {kind:16}" + "".join(f"{rows[kind][result]:>18}" for result in RESULTS))


def _print_event(each: PlayedEvent) -> None:
    event = each.event
    told = [
        f"{one.kind} {one.field}: {one.before} -> {one.after} [{one.direction}]"
        for one in each.told
    ]
    print(
        f"  {each.result}: {event['n']} {event['subject']}, expected {event['expected']}; told {told}"
    )


if __name__ == "__main__":
    sys.exit(main())
