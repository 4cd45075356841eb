from vsv_app.site.rows import Row


class SharedField(Row):
	pass
