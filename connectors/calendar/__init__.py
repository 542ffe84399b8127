"""One file per calendar vendor, found by its name."""
