from vsv_app.site.documents.child_rows import Row


class CareMeetingAsker(Row):
	pass
