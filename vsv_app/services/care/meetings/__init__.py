"""Care meetings: an agenda that fills itself, and decisions that come back until they are done."""
