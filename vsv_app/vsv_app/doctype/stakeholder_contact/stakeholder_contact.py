from vsv_app.site.rows import Row


class StakeholderContact(Row):
	pass
