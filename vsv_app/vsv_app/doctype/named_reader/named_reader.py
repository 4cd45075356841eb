from vsv_app.site.rows import Row


class NamedReader(Row):
	pass
