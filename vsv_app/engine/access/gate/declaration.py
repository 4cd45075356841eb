"""What is declared of a way into Frappe: a method, on which conditions it may name a kind of ours, and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
	"""A method through which our kinds may be named.

	method      module and name of the function, whatever address it is called by
	if_         the conditions that its arguments must meet, by their names in `vsv_app.site.access.gate.conditions`
	because     where it asks the right on the record, or why it tells nothing of one
	of          the arguments that name the kind, or hold a document whole
	name        the argument that names the record, or several
	always      also asked where no kind of ours is named
	"""

	method: str
	because: str
	if_: tuple[str, ...] = ()
	of: str = "doctype"
	name: str = "name"
	always: bool = False


STANDS_FOR_A_KIND: dict[str, tuple[str, ...]] = {
	"Report": ("ref_doctype", "query", "report_script", "json", "reference_report"),
	"Dashboard Chart": ("document_type", "parent_document_type", "report_name", "source"),
	"Number Card": ("document_type", "parent_document_type", "report_name", "method"),
	"Kanban Board": ("reference_doctype",),
	"Print Format": ("doc_type", "html", "raw_commands"),
	"Web Form": ("doc_type",),
	"Notification": ("document_type",),
	"Auto Email Report": ("report",),
	"Assignment Rule": ("document_type",),
	"Calendar View": ("reference_doctype",),
}
"""Documents by whose names Frappe runs something, with the fields that say about which kind."""
