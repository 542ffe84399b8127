"""Thinks about time: working hours, free slots, invites, reminders and the clock's beats."""
