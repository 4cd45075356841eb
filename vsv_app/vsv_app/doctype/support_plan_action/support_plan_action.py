from vsv_app.site.rows import Row


class SupportPlanAction(Row):
	pass
