from vsv_app.site.rows import Row


class AgreementSignature(Row):
	pass
