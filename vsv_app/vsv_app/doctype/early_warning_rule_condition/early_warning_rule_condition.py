from vsv_app.site.rows import Row


class EarlyWarningRuleCondition(Row):
	pass
