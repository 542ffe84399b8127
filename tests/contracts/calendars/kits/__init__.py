"""One file per calendar vendor: what the shared tests cannot know of it."""
