from vsv_app.site.desk.child_rows import Row


class AgreementFeedback(Row):
	pass
