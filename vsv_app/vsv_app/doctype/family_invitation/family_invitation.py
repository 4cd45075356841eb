from vsv_app.site.documents import server_fields
from vsv_app.site.documents.learner_document import LearnerDocument


class FamilyInvitation(LearnerDocument):
	def before_insert(self) -> None:
		if not self.flags.by_the_app:
			server_fields.clear(self)

	def before_validate(self) -> None:
		if not self.flags.by_the_app:
			server_fields.restore(self)
