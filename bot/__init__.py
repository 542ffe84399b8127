"""Runs things: the Slack app, the web pages, the worker, the settings and the command line."""
