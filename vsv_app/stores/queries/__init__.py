"""The queries, one module a subject, written once for every store."""
