"""Documents of work with partners: consent, referrals, and agreements with organisations."""

from vsv_app.engine.access.conditions import ALL, OWN_LEARNERS
from vsv_app.engine.access.declaration import STUDENT, Document, Ended, Kept
from vsv_app.engine.access.rights import rights

DOCUMENTS = (
	Document(
		"Consent Record",
		rights(
			mentor=("read, write, create", OWN_LEARNERS),
			member=("read, write, create", OWN_LEARNERS),
			coordinator=("read, write, create, print, report, export", ALL),
		),
		by=STUDENT,
		rows=("Shared Field",),
		kept=Kept(
			"plan_days",
			(Ended("withdrawn_on"), Ended("until", (("withdrawn_on", "is", "not set"),))),
		),
	),
	Document(
		"Referral",
		rights(
			mentor=("read", OWN_LEARNERS),
			member=("read, write, create", OWN_LEARNERS),
			coordinator=("read, write, create, print, report, export", ALL),
		),
		by=STUDENT,
		rows=("Shared Field",),
		kept=Kept(
			"plan_days", (Ended("closed_on", (("status", "in", ("Closed", "Declined", "Withdrawn")),)),)
		),
	),
	Document(
		"Stakeholder",
		rights(
			mentor="read",
			member="read",
			coordinator="read, write, create, delete, print, report, export",
			administrator="read, write, create, print, report, export",
			leader="read, write, create, print, report",
		),
	),
	Document(
		"Stakeholder Agreement",
		rights(
			mentor="read",
			member="read",
			coordinator="read, write, create, print, report, export",
			administrator="read",
			leader="read, write, create, print, report, export",
		),
	),
)
