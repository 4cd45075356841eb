from vsv_app.site.rows import Row


class AgreementFeedback(Row):
	pass
