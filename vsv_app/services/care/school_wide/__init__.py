"""What concerns the whole school: how it does, for who leads it."""
