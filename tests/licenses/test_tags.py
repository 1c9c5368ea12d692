"""What a Hub tag means."""

from dataclasses import replace

from audit.licenses.hub_tags import find_versions_meant
from tests.licenses.builders import make_license, make_license_registry


def make_version_chain(*tags: tuple[str, ...]):
    """Versions of one license, each the successor of the last, with the Hub tags of each."""
    licenses = [
        replace(
            make_license(f"L-{number}"),
            hub_tags=each,
            predecessor=f"L-{number - 1}" if number else None,
        )
        for number, each in enumerate(tags)
    ]
    return make_license_registry(*licenses)


def test_a_tag_means_every_version_that_has_no_tag_of_its_own():
    """One tag for the latest text means the earlier and the later ones too; a version with its own tag is another license."""
    assert find_versions_meant("L-2", make_version_chain((), (), ("house",), ())) == {
        "L-0",
        "L-1",
        "L-2",
        "L-3",
    }
    assert find_versions_meant(
        "L-2", make_version_chain((), ("house1",), ("house2",), ("house3",))
    ) == {"L-2"}
    assert find_versions_meant("L-1", make_version_chain((), ("house1",), (), ("house3",), ())) == {
        "L-0",
        "L-1",
        "L-2",
    }


def test_a_chain_that_bites_its_tail_ends():
    """A mistake in the records does not hang the audit."""
    ring = make_license_registry(
        *(
            replace(make_license(f"L-{number}"), predecessor=f"L-{(number + 1) % 3}")
            for number in range(3)
        )
    )

    assert find_versions_meant("L-0", ring) == {"L-0", "L-1", "L-2"}
