"""What a Hub tag means."""

from dataclasses import replace

from audit.licenses.hub_tags import versions_meant
from tests.licenses.builders import a_license, registry


def chain(*tags: tuple[str, ...]):
    """Versions of one license, each the successor of the last, with the Hub tags of each."""
    licenses = [replace(a_license(f"L-{number}"), hub_tags=each, predecessor=f"L-{number - 1}" if number else None) for number, each in enumerate(tags)]
    return registry(*licenses)


def test_a_tag_means_every_version_that_has_no_tag_of_its_own():
    """One tag for the latest text means the earlier and the later ones too; a version with its own tag is another license."""
    assert versions_meant("L-2", chain((), (), ("house",), ())) == {"L-0", "L-1", "L-2", "L-3"}
    assert versions_meant("L-2", chain((), ("house1",), ("house2",), ("house3",))) == {"L-2"}
    assert versions_meant("L-1", chain((), ("house1",), (), ("house3",), ())) == {"L-0", "L-1", "L-2"}


def test_a_chain_that_bites_its_tail_ends():
    """A mistake in the records does not hang the audit."""
    ring = registry(*(replace(a_license(f"L-{number}"), predecessor=f"L-{(number + 1) % 3}") for number in range(3)))

    assert versions_meant("L-0", ring) == {"L-0", "L-1", "L-2"}
