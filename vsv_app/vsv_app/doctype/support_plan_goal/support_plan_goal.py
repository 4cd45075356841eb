from vsv_app.site.rows import Row


class SupportPlanGoal(Row):
	pass
