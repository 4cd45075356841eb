from vsv_app.site.rows import Row


class AgreementReview(Row):
	pass
