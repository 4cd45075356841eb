"""Documents of early warning: signals, alerts, reports to the authority, rules and settings."""

from vsv_app.engine.access.conditions import ALL, OWN, OWN_LEARNERS
from vsv_app.engine.access.declaration import STUDENT, Addressee, Document, Ended, Kept, OfUser
from vsv_app.engine.access.rights import rights

DOCUMENTS = (
	Document(
		"Early Warning Alert",
		rights(
			mentor=("read", OWN_LEARNERS),
			coordinator=("read, report", ALL),
			administrator=("read, report", ALL),
			leader=("read", OWN),
		),
		by=STUDENT,
		addressee=Addressee("recipient"),
		kept=Kept("signal_days"),
		of_user=OfUser("recipient"),
	),
	Document(
		"Early Warning Signal",
		rights(
			mentor=("read, write, print", OWN_LEARNERS),
			member=("read", OWN_LEARNERS),
			coordinator=("read, write, print, report, export", ALL),
			administrator=("read, report", ALL),
			leader=("read", OWN),
		),
		by=STUDENT,
		rows=("Early Warning Evidence", "Dismissal Taken Back"),
		addressee=Addressee("recipient", told_by="Early Warning Alert", link="signal"),
		kept=Kept("signal_days"),
	),
	Document(
		"Statutory Report",
		rights(
			coordinator=("read, write, print, report, export", ALL),
			officer=("read, write, print, report, export", ALL),
			administrator=("read, report", ALL),
		),
		by=STUDENT,
		kept=Kept("report_days", (Ended("modified", (("status", "in", ("Reported", "Not Needed")),)),)),
	),
	Document(
		"Early Warning Rule",
		rights(
			mentor="read",
			member="read",
			coordinator="read, print, report",
			officer="read",
			administrator="read, write, create, delete, print, report, export",
			leader="read",
			site="read, write, create, delete, print, report, export",
		),
		set_up=True,
	),
	Document(
		"Early Warning Settings",
		rights(administrator="read, write, print", site="read, write, print"),
		set_up=True,
	),
)
