"""definitions/: what each definition says of all models, and how often each of its steps is met."""

from collections import Counter
from collections.abc import Iterator, Sequence

from audit.definitions.base import Definition
from audit.definitions.catalog import DEFINITIONS
from audit.licenses.uses import TOLD_WORDS
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.html import SitePage, render_page
from audit.publish.site.paths import find_definition_page
from audit.publish.site.site_data import SiteData
from audit.publish.site.tally import SiteTally
from audit.publish.views.model_summary import ModelSummary

MAX_STEP_ROWS = 80
MAX_LISTED_MODELS = 200


def render_definition_pages(data: SiteData, tally: SiteTally) -> Iterator[SitePage]:
    """The list, and a page for each definition."""
    counted = [(each, count_values(each, data).most_common(6)) for each in DEFINITIONS]
    yield render_page("definitions.html.j2", "definitions/index.html", data, definitions=counted)
    for definition in DEFINITIONS:
        yield _render_definition(definition, data, tally)


def count_values(definition: Definition, data: SiteData) -> Counter[str]:
    """How often it says what; of one that scores, how many have a score."""
    found: Counter[str] = Counter()
    for row in data.rows:
        value = row.verdicts[definition.id]
        is_score = not definition.positive_values and value != "undetermined"
        found["scored" if is_score else value] += 1
    return found


def _render_definition(definition: Definition, data: SiteData, tally: SiteTally) -> SitePage:
    steps = sorted(tally.list_steps(definition.id).items(), key=lambda item: item[0])
    rows = _list_positive_rows(definition, data)
    return render_page(
        "definition.html.j2",
        find_definition_page(definition.id),
        data,
        definition=definition,
        counts=count_values(definition, data).most_common(),
        steps=[(id, clause, answers) for (id, clause), answers in steps[:MAX_STEP_ROWS]],
        rows=rows[:MAX_LISTED_MODELS],
        hidden=max(0, len(rows) - MAX_LISTED_MODELS),
        words=TOLD_WORDS,
        meanings=LABEL_WORDS,
        total=len(data.rows),
    )


def _list_positive_rows(definition: Definition, data: SiteData) -> Sequence[ModelSummary]:
    positive = definition.positive_values
    return [row for row in data.newest_rows if row.verdicts[definition.id] in positive]
