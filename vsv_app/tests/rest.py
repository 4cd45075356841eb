"""Requests to the site's own REST API as real users: the whole of Frappe's web application, in a thread of its own."""

import json
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import urlencode

import frappe
import frappe.realtime
from frappe.utils import get_test_client

from vsv_app.tests.committed import CommittedTestCase


@dataclass(frozen=True)
class Answer:
	"""What the site answered: the HTTP status, the body as parsed JSON or as text, and the headers."""

	status: int
	body: Any
	headers: dict[str, str] = field(default_factory=dict)

	@property
	def data(self) -> Any:
		"""What a resource or a method gave."""
		return self.body.get("data", self.body.get("message")) if isinstance(self.body, dict) else None


class Person:
	"""A user who signs in with an API key. What the test wrote before must be committed."""

	def __init__(self, user: str) -> None:
		self.user = user
		secret = frappe.generate_hash(length=15)
		document = frappe.get_doc("User", user)
		document.api_key, document.api_secret = frappe.generate_hash(length=15), secret
		document.save(ignore_permissions=True)
		self.headers = {
			"Authorization": f"token {document.api_key}:{secret}",
			"X-Frappe-Site-Name": frappe.local.site,
			"Accept": "application/json",
		}

	@classmethod
	def guest(cls) -> "Person":
		"""Somebody who is not signed in."""
		person = cls.__new__(cls)
		person.user = "Guest"
		person.headers = {"X-Frappe-Site-Name": frappe.local.site, "Accept": "application/json"}
		return person

	def get(self, path: str, **query: Any) -> Answer:
		values = {
			key: value if isinstance(value, str | int) else json.dumps(value) for key, value in query.items()
		}
		return self._ask("get", f"{path}?{urlencode(values)}")

	def post(self, path: str, **values: Any) -> Answer:
		return self._ask("post", path, json=values)

	def put(self, path: str, **values: Any) -> Answer:
		return self._ask("put", path, json=values)

	def delete(self, path: str) -> Answer:
		return self._ask("delete", path)

	def call(self, method: str, **values: Any) -> Answer:
		return self.post(f"/api/method/{method}", **values)

	def follow(self, doctype: str, name: str) -> Answer:
		"""As the realtime service asks whether somebody may be told of what happens to a record."""
		if hasattr(frappe.realtime, "has_permission"):  # Frappe 16
			return self.get("/api/method/frappe.realtime.has_permission", doctype=doctype, name=name)
		return self.get("/api/method/frappe.realtime.can_subscribe_doc", doctype=doctype, docname=name)

	def _ask(self, verb: str, path: str, **more: Any) -> Answer:
		found: list[Answer] = []

		def ask() -> None:
			answer = getattr(get_test_client(use_cookies=False), verb)(path, headers=self.headers, **more)
			text = answer.get_data(as_text=answer.mimetype.startswith(("text", "application/json")))
			body = json.loads(text) if answer.mimetype == "application/json" else text
			found.append(Answer(answer.status_code, body, dict(answer.headers)))
			answer.close()

		# A thread of its own, as Frappe keeps site, user and connection by thread.
		thread = Thread(target=ask)
		thread.start()
		thread.join()
		return found[0]


class RequestsTestCase(CommittedTestCase):
	"""Tests by requests, and by what is stored after them."""

	refusals: ClassVar = (403, 417)
	"""How the site says no."""

	def ok(self, answer: Answer) -> Any:
		"""What the site gave; to a deletion it says 202."""
		if answer.status not in (200, 202):
			self.fail(f"{answer.status}: {str(answer.body)[:600]}")
		return answer.data

	def refused(self, answer: Answer, label: str = "") -> None:
		if answer.status not in self.refusals:
			self.fail(f"{label} {answer.status}: {str(answer.body)[:600]}")

	def stored(self, doctype: str, name: str) -> Any:
		"""A document as it stands now, with what other connections committed."""
		frappe.db.rollback()
		return frappe.get_doc(doctype, name)
