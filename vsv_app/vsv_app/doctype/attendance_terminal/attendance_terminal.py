from vsv_app.site.rows import Row


class AttendanceTerminal(Row):
	pass
