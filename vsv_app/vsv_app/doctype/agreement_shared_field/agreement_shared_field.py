from vsv_app.site.rows import Row


class AgreementSharedField(Row):
	pass
