"""The published definitions of openness, as rules over facts, and what each license permits."""
