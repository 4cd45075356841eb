"""The school of this site as a job or a request finds it: what it has set, and its own time."""

from datetime import datetime

from vsv_app.services import school
from vsv_app.services.school import School
from vsv_app.stores.frappe_store import FrappeStore


def running_school() -> School | None:
	"""The school as it is set, None where early warning is switched off."""
	here = school.load(FrappeStore())
	return here if here.enabled else None


def school_now(here: School | None = None) -> datetime:
	"""The school's local time, naive."""
	return datetime.now((here or school.load(FrappeStore())).zone).replace(tzinfo=None)
