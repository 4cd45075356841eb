from vsv_app.site.desk.child_rows import Row


class BellScheduleException(Row):
	pass
