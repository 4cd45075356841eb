"""Who asks: somebody at a desk, or somebody of the portal."""

import frappe

AT_DESK = "System User"
NOBODY = ("", None, "Guest")


def is_at_desk(user: str | None) -> bool:
	"""Whether a user has a desk. Learners, guardians, partners and guests have none."""
	if user in NOBODY:
		return False
	manager = getattr(frappe.local, "login_manager", None)
	if manager and manager.user == user and manager.user_type:
		return bool(manager.user_type == AT_DESK)
	return bool(frappe.get_cached_value("User", user, "user_type") == AT_DESK)
