"""Questions asked of records: consistency, explanation, differences, other indexes."""
