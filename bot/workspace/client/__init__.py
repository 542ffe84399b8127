"""What a person's Slack client does: the API behind the workspace page, and behind the tests."""
