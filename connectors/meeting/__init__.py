"""One file per system of meeting links, found by its name. Google Meet and Teams links come with the calendar event."""
