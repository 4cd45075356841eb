from vsv_app.site.rows import Row


class EarlyWarningEvidence(Row):
	pass
