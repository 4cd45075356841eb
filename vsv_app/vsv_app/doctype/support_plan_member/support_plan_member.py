from vsv_app.site.rows import Row


class SupportPlanMember(Row):
	pass
