"""api/v1: the same facts as files for programs, described by an OpenAPI document."""
