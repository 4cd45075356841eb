"""What an attendance officer does about a running day: who is not in, why, and who came in without a badge."""
