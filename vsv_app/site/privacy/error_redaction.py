"""Error redaction: errors say where in the program something went wrong, and nothing about whom.

Frappe writes the values of variables, and the message of the exception, into its Error Log; both may name a learner. Of a
job that fails they stand in the Scheduled Job Log and in the queue's own record as well.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import frappe

from vsv_app.engine.access import table
from vsv_app.engine.file_addresses import PRIVATE
from vsv_app.services.signals.signal_steps import TakenMeanwhile
from vsv_app.site.access.report_runs import is_ours
from vsv_app.stores.frappe_store import WrittenMeanwhile

OURS = "vsv_app"
DOCUMENTS = (*table.DOCUMENTS, *table.PARENTS)
"""Documents and their rows."""
KINDS = "|".join(re.escape(kind) for kind in DOCUMENTS)
CLASSES = "|".join(kind.replace(" ", "") for kind in DOCUMENTS)
CONCERNS_US = re.compile(rf"{OURS}|[\"'`](?:{KINDS})[\"'`]|\btab(?:{KINDS})\b|<(?:{CLASSES})\b")
"""Our code, or one of our documents on its way through Frappe's."""
FRAME = re.compile(r'^\s*File "', re.MULTILINE)
RAISED = re.compile(r"^((?:[a-z_][a-z0-9_]*\.)+[A-Z]\w*|\w+(?:Error|Exception))(?::.*)?$")
CODE, VARIABLE = " " * 4, " " * 6
LEFT_OUT = "Values of variables and the message are left out: they may name a learner."
ANOTHER_CAME_BETWEEN = (
	WrittenMeanwhile,
	TakenMeanwhile,
	frappe.QueryDeadlockError,
	frappe.QueryTimeoutError,
	frappe.UniqueValidationError,
)
"""A part of the night and a look at a corrected record may be about the same learner, and both raise the one signal."""
Given = ParamSpec("Given")
Result = TypeVar("Result")


class JobFailed(Exception):
	"""A job of ours failed; the text says where in the program, and names nobody."""


def redacts_errors(job: Callable[Given, Result]) -> Callable[Given, Result]:
	"""A job whose errors reach the queue and the log of scheduled jobs as places and types alone.

	Where another writer came between, the worker is told to do the same work again: it does not know by itself what
	Frappe and our store make of a deadlock.
	"""

	@wraps(job)
	def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
		try:
			return job(*args, **kwargs)
		except Exception as error:  # noqa: BLE001 whatever it is, a job fails for it
			again = isinstance(error, ANOTHER_CAME_BETWEEN)
			where = places(frappe.get_traceback())
		# Outside of the block, so that the error itself does not hang on this one.
		raise frappe.RetryBackgroundJobError(where) if again else JobFailed(where)

	return run


def redact_error_log(log: Any, _event: str | None = None) -> None:
	"""Before an Error Log is written: one of our code or documents keeps its places and types alone."""
	text = log.error or ""
	if not CONCERNS_US.search(text) or not FRAME.search(text):
		return
	log.error = places(text)
	if not (log.method or "").startswith(f"{OURS}."):
		log.method = raised(text) or "Error in Early Warning"


def redact_report_error(report: Any, _event: str | None = None) -> None:
	"""Before a prepared report says why it failed: as in the Error Log."""
	text = report.error_message or ""
	if FRAME.search(text) and (is_ours(report.report_name) or CONCERNS_US.search(text)):
		report.error_message = places(text)


def places(traceback: str) -> str:
	"""The frames of a traceback with their lines of code, and the type of what was raised; no values, no message."""
	kept: list[str] = []
	code_follows = False
	for line in traceback.splitlines():
		if FRAME.match(line) or line.startswith("Traceback"):
			kept.append(line)
			code_follows = True
		elif code_follows:
			code_follows = False
			if line.startswith(CODE) and not line.startswith(VARIABLE):
				kept.append(line)
		elif kind := _kind(line):
			kept.append(kind)
	return "\n".join([*kept, LEFT_OUT])


def raised(traceback: str) -> str:
	"""The type of the exception that a traceback ends with; empty where there is none."""
	kinds = [kind for line in traceback.splitlines() if (kind := _kind(line))]
	return kinds[-1] if kinds else ""


def _kind(line: str) -> str:
	"""The type that a traceback's line says was raised: a dotted path, or the name of an error."""
	found = RAISED.match(line)
	return found[1] if found else ""


class Unsaid(frappe._dict):
	"""What a form sent, for Frappe's log file too: it writes down the form of each request that failed."""

	def __repr__(self) -> str:
		return f"{{{', '.join(sorted(self))}}}"

	__str__ = __repr__


def hide_values(*_request: Any, **_more: Any) -> None:
	"""Before a request about our documents: its values are for the program alone."""
	path = f"{frappe.local.request.path}/".replace("/", "'")
	sent = f"{path} {frappe.local.form_dict!r}"
	if CONCERNS_US.search(sent) or PRIVATE in sent:
		frappe.local.form_dict = Unsaid(frappe.local.form_dict)
