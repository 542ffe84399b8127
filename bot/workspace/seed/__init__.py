"""The made-up company: who works there, who applies, what has happened so far."""
