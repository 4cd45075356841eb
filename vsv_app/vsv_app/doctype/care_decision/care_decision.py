from vsv_app.site.documents.learner_document import LearnerDocument


class CareDecision(LearnerDocument):
	pass
