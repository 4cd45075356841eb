"""The whole school: what it asks, decides, tries and measures."""
