"""Who decides what, with whom, and how it is told back."""
