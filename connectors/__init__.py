"""Talks to the systems outside: applicant tracking systems, calendars and, later, signing and boards."""
