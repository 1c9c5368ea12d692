"""What reaches people: pages, issues, feeds, digests, webhooks."""
