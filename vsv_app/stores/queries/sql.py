"""The few words of SQL that all queries share: PyPika within what versions 15 and 16 of Frappe both have."""

from collections.abc import Sequence
from typing import Any

from pypika import MySQLQuery, Parameter, Table
from pypika.terms import NullValue

VALUE = Parameter("%s")
"""Stands for one bound value; a store writes it as its database wants it."""

STANDARD_COLUMNS = ("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx")


def table(doctype: str) -> Any:
	return Table(f"tab{doctype}")


def select(source: Any, *fields: Any) -> Any:
	return MySQLQuery.from_(source).select(*fields)


def update(target: Any, *fields: str) -> Any:
	"""UPDATE target SET field = VALUE, ...: bind the values in the order of the fields."""
	query = MySQLQuery.update(target)
	for field in fields:
		query = query.set(target[field], VALUE)
	return query


def delete(target: Any) -> Any:
	return MySQLQuery.from_(target).delete()


def any_of(field: Any, values: Sequence[Any]) -> Any:
	"""field IN (VALUE, ...): bind the values; an empty list matches nothing."""
	marks: list[Any] = [VALUE] * len(values) or [NullValue()]
	return field.isin(marks)
