"""Documents of attendance: badges, check-ins, days that wait for a person, hours and reasons."""

from vsv_app.engine.access.conditions import ALL, OWN_LEARNERS
from vsv_app.engine.access.declaration import STUDENT, UNTIL_ERASED, Document, Ended, Kept, OfUser
from vsv_app.engine.access.rights import rights

DOCUMENTS = (
	Document(
		"Badge Check In",
		rights(
			mentor=("read", OWN_LEARNERS),
			coordinator=("read, report", ALL),
			officer=("read, report, export", ALL),
			administrator=("read, report, export", ALL),
		),
		by=STUDENT,
		kept=Kept("check_in_days"),
	),
	Document(
		"Attendance Hold",
		rights(
			mentor=("read", OWN_LEARNERS),
			coordinator=("read, report", ALL),
			officer=("read, report, export", ALL),
			administrator=("read, report, export", ALL),
		),
		by=STUDENT,
		kept=Kept("check_in_days", (Ended("school_day"),)),
	),
	Document(
		"Contested Record",
		rights(
			mentor=("read", OWN_LEARNERS),
			coordinator=("read, report", ALL),
			officer=("read, report, export", ALL),
			administrator=("read, report", ALL),
		),
		by=STUDENT,
		kept=Kept("contact_days", (Ended("answered_on", (("status", "!=", "Open"),)),)),
		of_user=OfUser("contested_by", redact=("person_name",)),
	),
	Document(
		"Absence Call",
		rights(
			mentor=("read", OWN_LEARNERS),
			member=("read", OWN_LEARNERS),
			coordinator=("read, report", ALL),
			officer=("read, report, export", ALL),
			administrator=("read, report", ALL),
		),
		by=STUDENT,
		kept=Kept("contact_days", (Ended("school_day"),)),
	),
	Document(
		"Student Badge",
		rights(
			officer=("read, write, create, print, report", ALL),
			administrator=("read, write, create, delete, print, report, export, import", ALL),
			installer=("read, write, create", ALL),
		),
		by=STUDENT,
		rows=("Badge Holder",),
		kept=UNTIL_ERASED,
	),
	Document(
		"Bell Schedule",
		rights(
			mentor="read",
			coordinator="read",
			officer="read, print, report",
			administrator="read, write, create, delete, print, report, export",
			leader="read",
			site="read, write, create, delete, print, report, export",
		),
		set_up=True,
	),
	Document(
		"Absence Reason",
		rights(
			mentor="read",
			member="read",
			coordinator="read",
			officer="read",
			administrator="read, write, create, delete, print, report, export, import",
			leader="read",
			site="read, write, create, delete, print, report, export",
		),
		set_up=True,
	),
)
