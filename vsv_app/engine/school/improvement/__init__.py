"""What a school wants to become better at: judged, planned, tried, measured, shown to others."""
