from vsv_app.site.rows import Row


class AgreementIndicator(Row):
	pass
