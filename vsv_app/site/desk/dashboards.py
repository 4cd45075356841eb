"""What our app adds to the dashboards of Education's own forms."""

from typing import Any

from frappe import _

CARE = [
	"Support Plan",
	"Care Decision",
	"Concern",
	"Contact Log",
	"Referral",
	"Consent Record",
	"Family Message",
]


def student(data: dict[str, Any]) -> dict[str, Any]:
	"""A learner's badges, check-ins, signals, who looks after them, and what is done for them."""
	data.setdefault("transactions", []).append({"label": _("Care"), "items": CARE})
	return _with(data, ["Early Warning Signal", "Mentor Assignment"], ["Student Badge", "Badge Check In"])


def student_group(data: dict[str, Any]) -> dict[str, Any]:
	"""Who looks after a group, and when its school day begins."""
	data.setdefault("non_standard_fieldnames", {}).update(
		{
			"Mentor Assignment": "student_group",
			"Bell Schedule": "student_group",
			"Early Warning Signal": "student_group",
		}
	)
	return _with(data, ["Early Warning Signal", "Mentor Assignment", "Bell Schedule"], [])


def _with(data: dict[str, Any], warning: list[str], presence: list[str]) -> dict[str, Any]:
	data.setdefault("transactions", []).append({"label": _("Early Warning"), "items": warning})
	if presence:
		data["transactions"].append({"label": _("Presence"), "items": presence})
	return data
