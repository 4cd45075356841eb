from vsv_app.site.documents.learner_document import LearnerDocument


class AttendanceHold(LearnerDocument):
	pass
