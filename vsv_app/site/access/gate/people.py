"""Who asks: somebody at a desk, or somebody of the portal."""

import frappe

AT_DESK = "System User"
NOBODY = ("", None, "Guest")
NO_TASK = frozenset({"All", "Guest", "Desk User", "Student", "Guardian"})
"""Roles without a task at a desk. Education's role for learners opens the desk, and a learner is of the portal all the same, also as a customer."""


def is_at_desk(user: str | None) -> bool:
	"""Whether a user has a desk and a task there. Learners, guardians, partners and guests have none."""
	return _has_desk(user) and any(
		role not in NO_TASK and frappe.get_cached_value("Role", role, "desk_access")
		for role in frappe.get_roles(user)
	)


def _has_desk(user: str | None) -> bool:
	if user in NOBODY:
		return False
	manager = getattr(frappe.local, "login_manager", None)
	if manager and manager.user == user and manager.user_type:
		return bool(manager.user_type == AT_DESK)
	return bool(frappe.get_cached_value("User", user, "user_type") == AT_DESK)
