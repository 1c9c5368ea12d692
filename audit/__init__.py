"""Open Model Registry: facts about AI models with evidence, verdicts by rule, and an audit that watches for drift."""

__version__ = "0.1.0"
