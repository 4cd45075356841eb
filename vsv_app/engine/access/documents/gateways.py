"""Documents of the doors: gateways, what was received from them, and what could not be taken over."""

from vsv_app.engine.access.declaration import Document
from vsv_app.engine.access.rights import rights

DOCUMENTS = (
	Document(
		"Attendance Gateway",
		rights(
			officer="read, report",
			administrator="read, write, create, delete, print, report, export",
			installer="read, write, create, print, report",
			site="read, write, create, delete, print, report, export",
		),
		set_up=True,
	),
	Document(
		"Gateway Epoch",
		rights(administrator="read, report", installer="read, report", site="read, report, export"),
		set_up=True,
	),
	Document(
		"Door Watch",
		rights(
			officer="read, report",
			administrator="read, report",
			installer="read, report",
			site="read, report, export",
		),
		set_up=True,
	),
	Document(
		"Set Aside Message",
		rights(
			administrator="read, write, delete, report, export",
			installer="read, report",
			site="read, write, delete, report, export",
		),
		set_up=True,
	),
)
