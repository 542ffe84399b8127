"""What people do in Slack: one file per feature with its slash command, modals, buttons and cards."""
