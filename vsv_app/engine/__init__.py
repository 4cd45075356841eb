"""What a school means by late, absent, at risk, agreed: pure functions and frozen dataclasses.

No Frappe, no I/O, no clock: time comes in as an argument.
"""
