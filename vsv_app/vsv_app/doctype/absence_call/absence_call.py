from vsv_app.site.documents.learner_document import LearnerDocument


class AbsenceCall(LearnerDocument):
	pass
