"""What a school asks of everybody: questionnaires, rounds, and results in which nobody is recognised."""
