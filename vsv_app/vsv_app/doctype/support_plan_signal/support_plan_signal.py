from vsv_app.site.rows import Row


class SupportPlanSignal(Row):
	pass
