"""Writes what people read: templates, letters, signatures on them, and mail delivery."""
