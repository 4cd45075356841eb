from vsv_app.site.rows import Row


class DismissalTakenBack(Row):
	pass
