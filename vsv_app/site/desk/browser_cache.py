"""What a browser keeps: nothing of what somebody who is signed in was answered, and no private file.

At school several people use one computer; the page before is a click away after signing out.
"""

from typing import Any

import frappe


def keep_nothing(response: Any = None, **_more: Any) -> None:
	"""After a request of somebody who is signed in; pictures and scripts of the site itself come another way."""
	session = getattr(frappe.local, "session", None)
	if response is None or not session or session.user in (None, "", "Guest"):
		return
	if "public" not in response.headers.get("Cache-Control", ""):
		response.headers["Cache-Control"] = "no-store"
