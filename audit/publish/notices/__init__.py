"""What has to be shipped with models: notices, license texts, and what a person must still do."""
