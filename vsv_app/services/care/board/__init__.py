"""What the mentor board holds beside its learners: what waits for somebody, calls for help, and a learner's timeline."""
