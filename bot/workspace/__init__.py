"""The local stand-in for Slack, two applicant tracking systems, a calendar and a mail server."""
