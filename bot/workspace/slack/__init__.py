"""The stand-in for Slack: its Web API, its limits, and its signed deliveries to the app."""
