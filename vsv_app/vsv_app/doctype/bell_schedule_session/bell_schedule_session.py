from vsv_app.site.rows import Row


class BellScheduleSession(Row):
	pass
