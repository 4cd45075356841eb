from vsv_app.site.rows import Row


class SupportPlanReview(Row):
	pass
