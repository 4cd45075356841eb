"""A study as people and programs read it: text, one HTML page, JSON, and a list of who was warned of when."""
