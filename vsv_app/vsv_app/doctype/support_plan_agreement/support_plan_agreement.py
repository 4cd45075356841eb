from vsv_app.site.rows import Row


class SupportPlanAgreement(Row):
	pass
