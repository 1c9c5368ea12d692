"""The spot check draws facts that can be checked: each with its source, reproducibly, and evenly."""

import json
from collections import Counter

import pytest

from audit.cli.main import main
from audit.records.load import load_registry
from audit.records.sampling import draw_facts, list_stated_facts


@pytest.fixture(scope="module")
def facts(root):
    return list_stated_facts(load_registry(root / "registry"))


def test_every_fact_has_a_source_and_a_name_of_its_own(facts):
    """A fact without evidence cannot be checked, and two facts of one name would be drawn together."""
    assert all(fact.evidence and fact.value for fact in facts)
    assert max(Counter((fact.record, fact.field) for fact in facts).values()) == 1
    assert {fact.record.partition("/")[0] for fact in facts} == {
        "models",
        "families",
        "datasets",
        "licenses",
    }


def test_what_is_inherited_is_listed_once(facts):
    """A family's fact stands under the family: all of its sources are in that record's own table."""
    assert all(item.record == fact.record for fact in facts for item in fact.evidence)


def test_a_seed_gives_the_same_facts_and_new_records_displace_few(facts):
    """Forty stay forty; with a tenth of all facts gone, the rest of the sample is still in it."""
    sample = draw_facts(facts, 7, 40)
    assert draw_facts(list(reversed(facts)), 7, 40) == sample
    assert draw_facts(facts, 8, 40) != sample
    fewer = [fact for index, fact in enumerate(facts) if index % 10]
    assert set(draw_facts(fewer, 7, 40)) >= set(sample) & set(fewer)


def test_no_kind_of_record_is_favored(facts):
    """Over many draws each kind of record comes up as often as its share of the facts says."""
    drawn = [
        fact.record.partition("/")[0] for seed in range(60) for fact in draw_facts(facts, seed, 40)
    ]
    share = Counter(fact.record.partition("/")[0] for fact in facts)
    for kind, count in Counter(drawn).items():
        assert count / len(drawn) == pytest.approx(share[kind] / len(facts), abs=0.03)


def test_what_is_printed_can_be_looked_up(write_registry, capsys):
    """Each fact comes with its address and where to look; --json has the same for programs; nothing to draw is refused."""
    folder = str(write_registry())
    assert main(["spot-check", "--registry", folder, "--seed", "1", "--count", "3"]) == 0
    told = capsys.readouterr().out
    assert told.count("look: ") == told.count("https://example.org/card") == 3
    assert main(["spot-check", "--registry", folder, "--seed", "1", "--count", "3", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [f"{each['record']} {each['field']}" in told for each in data["drawn"]] == [True] * 3
    assert main(["spot-check", "--registry", folder, "--count", "0"]) == 2
