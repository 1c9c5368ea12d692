"""What every definition of openness answers with: steps, their facts, and what they need."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from audit.core.three_valued import Truth, combine_with_and
from audit.records.evidence import Evidence
from audit.records.model import Model
from audit.records.registry import Registry

Answer = Literal["yes", "partly", "no", "unknown", "not-applicable"]
"""`partly` is used only where a definition itself has a middle value."""

_TRUTHS: dict[Answer, Truth] = {
    "yes": "yes",
    "partly": "no",
    "no": "no",
    "unknown": "unknown",
    "not-applicable": "yes",
}

Aspect = Literal["available", "terms"]
"""Whether a step is about the thing itself or about its terms: relicensing mends only these."""


# Facts, steps and verdicts are tuples: each model has a hundred of them, and a frozen dataclass
# takes four times as long to make.


class FactUsed(NamedTuple):
    """A fact that a step rests on, and where it was read."""

    record: str
    """`models/…`, `families/…`, `datasets/…` or `licenses/…`."""
    field: str
    value: str
    evidence: tuple[Evidence, ...] = ()


class Step(NamedTuple):
    """One rule applied to one model."""

    id: str
    clause: str
    """The clause of the definition that the rule implements."""
    answer: Answer
    reason: str
    facts: tuple[FactUsed, ...] = ()
    aspect: Aspect = "available"
    subject: str = ""
    """Id of the base model that was asked about; empty for the model itself."""
    needs: str = ""
    """What would turn the answer into yes: a change for `no`, a fact to establish for `unknown`."""


class Measure(NamedTuple):
    """A number beside the verdict, such as the progress of a class."""

    name: str
    value: float
    of: float


class Verdict(NamedTuple):
    """What a definition concludes about a model, and why."""

    framework: str
    version: str
    value: str
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()
    """Facts unknown today that would settle the verdict."""
    to_improve: tuple[str, ...] = ()
    """Changes needed for the next better verdict."""
    measures: tuple[Measure, ...] = ()
    one_step_away: bool = False
    """Whether one change, and no unknown fact, separates it from the next better verdict."""
    second_hand: tuple[str, ...] = ()
    """Of a yes: the met steps that rest on a fact without any primary source.

    A reader should check them first.
    """
    relicensing_suffices: Truth | None = None
    """Of a definition that asks for things and for terms: would other terms alone mend a no?

    None where it is no no, and where the definition does not tell the two apart.
    """


NeedsByAnswer = Mapping[Answer, tuple[str, ...]]
"""What steps need, by their answer: each once, in the order of the steps."""
JudgeFunction = Callable[[Model, Registry], Verdict]


@dataclass(frozen=True)
class Definition:
    """One definition of openness, published elsewhere or, for our own, in docs/definitions."""

    id: str
    version: str
    name: str
    short_name: str
    """For a line that names several."""
    source: str
    """Where the definition is published."""
    judge: JudgeFunction
    positive_values: frozenset[str]
    """Values that say yes; empty for a definition that only scores."""
    neutral_values: frozenset[str] = frozenset()
    """Values, beside `undetermined`, that say neither yes nor no."""
    caveat: str = ""
    """What its verdict is not, where readers could take it for more; a sentence, or empty."""

    @property
    def page(self) -> str:
        """Where this project writes down how it reads the definition."""
        return f"docs/definitions/{self.id}.md"


def collect_needs(steps: Iterable[Step], *answers: Answer) -> tuple[str, ...]:
    """What the steps with these answers need, each once, in their order."""
    needs = [step.needs for step in steps if step.needs and step.answer in answers]
    return tuple(dict.fromkeys(needs))


def sort_needs(steps: Iterable[Step]) -> NeedsByAnswer:
    """The same of every answer at once."""
    found: dict[Answer, dict[str, None]] = {}
    for step in steps:
        needs = step.needs
        if needs:
            found.setdefault(step.answer, {})[needs] = None
    return {answer: tuple(needs) for answer, needs in found.items()}


def find_second_hand_steps(steps: Iterable[Step]) -> tuple[str, ...]:
    """The met steps that rest on a fact without any primary source."""
    met = (step for step in steps if step.answer == "yes")
    return tuple(dict.fromkeys(step.id for step in met if any(map(_is_second_hand, step.facts))))


def _is_second_hand(fact: FactUsed) -> bool:
    # A license's own record is read in its text; what is weak is who says that it applies.
    return (
        bool(fact.evidence)
        and not fact.record.startswith("licenses/")
        and all(each.kind == "secondary" for each in fact.evidence)
    )


def is_one_step_away(to_improve: tuple[str, ...], unknown: tuple[str, ...]) -> bool:
    """Whether a single known condition is unmet and nothing else is open."""
    return len(to_improve) == 1 and not unknown


def combine_step_answers(steps: Iterable[Step]) -> Truth:
    """All steps together: what does not apply does not count, and half an answer is none."""
    return combine_with_and({_TRUTHS[step.answer] for step in steps})


def judge_conformance(framework: str, version: str, steps: tuple[Step, ...]) -> Verdict:
    """The verdict of a definition that asks for things and for terms.

    One known no decides, whatever else is unknown: `conforms-if-relicensed` when all is available
    and only terms prevent it, else `fails`. `undetermined` while an unknown fact could still
    decide; else `conforms`.
    """
    things = [step for step in steps if step.aspect == "available"]
    available = combine_step_answers(things)
    terms = combine_step_answers([step for step in steps if step.aspect == "terms"])
    value = _choose_conformance(available, terms)
    needs = sort_needs(steps)
    # Other terms alone would not do: what has to be released comes first.
    better = collect_needs(things, "no") or needs.get("no", ())
    unknown = needs.get("unknown", ())
    return Verdict(
        framework,
        version,
        value,
        steps,
        missing=unknown,
        to_improve=better,
        one_step_away=is_one_step_away(better, unknown),
        second_hand=find_second_hand_steps(steps) if value == "conforms" else (),
        relicensing_suffices=available if "no" in (available, terms) else None,
    )


def _choose_conformance(available: Truth, terms: Truth) -> str:
    if "no" in (available, terms):
        return "conforms-if-relicensed" if available == "yes" else "fails"
    return "conforms" if available == terms == "yes" else "undetermined"
