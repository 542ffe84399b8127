"""One file (or folder) per applicant tracking system, found by its name."""
