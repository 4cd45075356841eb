"""How numbers are written where people and their spreadsheets read them."""


def decimal_mark(number_format: str | None, language: str | None) -> str:
	"""A comma in Dutch, and where the school's number format has one, such as `#.###,##`; else a point."""
	marks = (number_format or "").replace("#", "")
	# Where a format has one mark it parts the thousands, and there are no decimals.
	of_format = marks[-1] if len(marks) > 1 else {".": ","}.get(marks, ".")
	return "," if (language or "").lower().startswith("nl") else of_format


def decimal(value: float, mark: str) -> str:
	"""With one digit after the mark."""
	return f"{value:.1f}".replace(".", mark)
