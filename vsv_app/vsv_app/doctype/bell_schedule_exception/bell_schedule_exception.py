from vsv_app.site.rows import Row


class BellScheduleException(Row):
	pass
