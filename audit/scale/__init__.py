"""For more than one machine can do: Dask and DuckDB."""
