"""One file a vendor: what the shared contract tests must know to use its stand-in, as `kit`."""
