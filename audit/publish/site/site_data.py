"""What all pages of the site are made from: judged once, read by everybody."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from audit.analysis.other_indexes import IndexComparison, compare_index, read_indexes
from audit.core.grouping import group_pairs, list_alphabetically
from audit.drift.events import Event
from audit.publish.feeds.model import Feed, build_feeds
from audit.publish.pages.context import JudgedRegistry, judge_registry
from audit.publish.urls import RegistryAddress, read_address
from audit.publish.views.build_summary import build_summaries
from audit.publish.views.facets import sort_models
from audit.publish.views.model_summary import ModelSummary
from audit.publish.views.summary_file import find_data_date
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.store.events import EventStore


@dataclass(frozen=True)
class SiteData:
    """A registry as the site shows it."""

    root: Path
    """The folder of the records."""
    judged: JudgedRegistry
    rows: Sequence[ModelSummary]
    """One per model, in alphabetical order."""
    data_date: str
    """The newest day on which a fact was read: no page depends on the clock."""
    address: RegistryAddress
    base_url: str = ""
    """Where the site will stand, without a slash at the end; empty where nobody said."""

    @property
    def registry(self) -> Registry:
        """The records."""
        return self.judged.registry

    @cached_property
    def row_by_id(self) -> Mapping[str, ModelSummary]:
        """The row of each model."""
        return {row.id: row for row in self.rows}

    @cached_property
    def newest_rows(self) -> Sequence[ModelSummary]:
        """The newest release first; without a date last."""
        return sort_models(self.rows, "-date")

    @cached_property
    def rows_by_owner(self) -> Mapping[str, Sequence[ModelSummary]]:
        """The rows of each maker, the makers in alphabetical order."""
        rows = sorted(self.rows, key=lambda row: row.id.casefold())
        return group_pairs((row.owner, row) for row in rows)

    @cached_property
    def rows_by_family(self) -> Mapping[str, Sequence[ModelSummary]]:
        """The rows of each family that has models."""
        return group_pairs((row.family, row) for row in self.rows if row.family)

    @cached_property
    def derived_models(self) -> Mapping[str, Sequence[str]]:
        """Ids of the models that name a model as a base."""
        models = list_alphabetically(self.registry.models)
        return group_pairs(
            (base.id, model.id) for model in models for base in model.base_models or ()
        )

    @cached_property
    def comparisons(self) -> Mapping[str, Sequence[IndexComparison]]:
        """The facts of each model that other indexes know, too."""
        found = chain.from_iterable(
            compare_index(index, self.registry) for index in self.judged.indexes
        )
        return group_pairs((each.model.id, each) for each in found)

    @cached_property
    def events(self) -> Sequence[Event]:
        """The whole history, the newest first."""
        return self.judged.list_recent_events(sys.maxsize)

    @cached_property
    def feeds(self) -> Mapping[str, Feed]:
        """By name, such as `owners/allenai`."""
        return {feed.name: feed for feed in build_feeds(self.registry, self.events)}

    @cached_property
    def rows_by_label(self) -> Mapping[str, Sequence[ModelSummary]]:
        """The rows of each label."""
        return group_pairs((row.label, row) for row in self.newest_rows)


def load_site_data(root: Path, base_url: str = "") -> SiteData:
    """Load and judge a registry. Raises InvalidRecordsError, InvalidFileError."""
    registry = load_registry(root)
    judged = judge_registry(registry, EventStore(root).load_events(registry), read_indexes(root))
    rows, day = build_summaries(judged), find_data_date(registry)
    return SiteData(root, judged, rows, day, read_address(root), base_url)
