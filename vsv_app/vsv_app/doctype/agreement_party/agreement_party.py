from vsv_app.site.rows import Row


class AgreementParty(Row):
	pass
