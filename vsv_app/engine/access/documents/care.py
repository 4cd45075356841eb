"""Documents of care: who looks after a learner, what is done for one, and what is said about one."""

from vsv_app.engine.access.conditions import (
	ALL,
	ALL_NAMED,
	OWN,
	OWN_LEARNERS,
	OWN_LEARNERS_NAMED,
	OWN_LEARNERS_OR_TEAM,
	OWN_NOTES,
	OWN_TASKS,
)
from vsv_app.engine.access.declaration import REFERENCE, STUDENT, Addressee, Document, Ended, Kept, OfUser
from vsv_app.engine.access.rights import rights

DOCUMENTS = (
	Document(
		"Mentor Assignment",
		rights(
			mentor=("read, report", OWN_TASKS),
			member=("read, report", OWN_TASKS),
			coordinator=("read, write, create, print, report", ALL),
			officer=("read, report", ALL),
			administrator=("read, write, create, delete, print, report, export, import", ALL),
			leader=("read, report", ALL),
		),
		by=STUDENT,
		addressee=Addressee("mentor"),
		kept=Kept("plan_days", (Ended("to_date"),)),
		of_user=OfUser("mentor", redact=("mentor_name",)),
	),
	Document(
		"Learner Circumstance",
		rights(
			member=("read", OWN_LEARNERS),
			coordinator=("read, write, create, delete", ALL),
		),
		by=STUDENT,
		kept=Kept("plan_days", (Ended("to_date"),)),
	),
	Document(
		"Concern",
		rights(
			mentor=("read, write, create", OWN_LEARNERS_NAMED),
			member=("read, write, create, print", OWN_LEARNERS_NAMED),
			coordinator=("read, write, create, print, report", ALL_NAMED),
			officer=("read, create", OWN_NOTES),
			teacher=("read, create", OWN_NOTES),
		),
		by=STUDENT,
		rows=("Named Reader",),
		readers="Named Reader",
		noted_by="noted_by",
		kept=Kept("concern_days", (Ended("closed_on", (("status", "=", "Closed"),)),)),
	),
	Document(
		"Support Plan",
		rights(
			mentor=("read, write, create, print", OWN_LEARNERS_OR_TEAM),
			member=("read, write, create, print", OWN_LEARNERS_OR_TEAM),
			coordinator=("read, write, create, print, report, export", ALL),
		),
		by=STUDENT,
		rows=(
			"Support Plan Signal",
			"Support Plan Goal",
			"Support Plan Action",
			"Support Plan Member",
			"Support Plan Agreement",
			"Support Plan Review",
		),
		team="Support Plan Member",
		kept=Kept("plan_days", (Ended("closed_on", (("status", "=", "Closed"),)),)),
	),
	Document(
		"Contact Log",
		rights(
			mentor=("read, write, create", OWN_LEARNERS),
			member=("read, write, create", OWN_LEARNERS),
			coordinator=("read, write, create, print, report, export", ALL),
		),
		by=STUDENT,
		kept=Kept("contact_days", (Ended("contact_on"),)),
	),
	Document(
		"Family Message",
		rights(
			mentor=("read, write", OWN_LEARNERS),
			member=("read, write", OWN_LEARNERS),
			coordinator=("read, write, report", ALL),
		),
		by=STUDENT,
		kept=Kept("contact_days", (Ended("answered_on", (("status", "=", "Answered"),)),)),
		of_user=OfUser("sent_by", redact=("person_name",)),
	),
	Document(
		"Care Reminder",
		rights(
			mentor=("read", OWN),
			member=("read", OWN),
			coordinator=("read, report", ALL),
			leader=("read", OWN),
		),
		by=REFERENCE,
		addressee=Addressee("recipient"),
		kept=Kept("contact_days", (Ended("sent_on"),)),
		of_user=OfUser("recipient"),
	),
	Document(
		"Care Meeting",
		rights(
			mentor="read",
			member="read",
			coordinator="read, write, create, print, report",
		),
		rows=("Care Meeting Person",),
	),
	Document(
		"Care Meeting Learner",
		rights(
			mentor=("read", OWN_LEARNERS),
			member=("read", OWN_LEARNERS),
			coordinator=("read, print, report", ALL),
		),
		by=STUDENT,
		rows=("Care Meeting Asker",),
		kept=Kept("contact_days", (Ended("meeting_on"),)),
	),
	Document(
		"Care Decision",
		rights(
			mentor=("read", OWN),
			member=("read", OWN),
			coordinator=("read, print, report, export", ALL),
			officer=("read", OWN),
			leader=("read", OWN),
			teacher=("read", OWN),
		),
		by=STUDENT,
		addressee=Addressee("who"),
		kept=Kept("plan_days", (Ended("answered_on"), Ended("due_on", (("status", "=", "In Plan"),)))),
		of_user=OfUser("who"),
	),
	Document(
		"Guardian Text",
		rights(coordinator=("read, report", ALL)),
		by=REFERENCE,
		kept=Kept("contact_days", (Ended("creation"),)),
	),
	Document(
		"Family Invitation",
		rights(
			mentor=("read, write", OWN_LEARNERS),
			coordinator=("read, write, print, report", ALL),
			officer=("read, write, report", ALL),
			administrator=("read, write, report", ALL),
		),
		by=STUDENT,
		kept=Kept("contact_days", (Ended("invited_on"),)),
		of_user=OfUser("user", redact=("person_name", "email")),
	),
	Document(
		"Restricted Read",
		rights(administrator=("read, report, export", ALL)),
		by=REFERENCE,
		kept=Kept("read_log_days", (Ended("read_on"),)),
		of_user=OfUser("user"),
	),
	Document(
		"Intervention Type",
		rights(
			mentor="read",
			member="read",
			coordinator="read, write, create, report",
			administrator="read, write, create, delete, report, export",
			leader="read, report",
		),
	),
)
