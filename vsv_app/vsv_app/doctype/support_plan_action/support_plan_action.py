from vsv_app.site.desk.child_rows import Row


class SupportPlanAction(Row):
	pass
