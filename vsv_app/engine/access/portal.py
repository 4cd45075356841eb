"""What learners, guardians and partners may do in the portal. They have no desk and no rights on documents."""

from dataclasses import dataclass

LEARNER, GUARDIAN, PARTNER = "Learner", "Guardian", "Partner"
SELF, OWN_CHILD = "about self", "about own child until it is 18"
REFERRED = "referred to own organisation, consent holds"
INVITED = "invited for own organisation; an agreement in force and a consent show the learner"


@dataclass(frozen=True)
class PortalRow:
	"""What somebody without a desk may do in the portal, and on which condition."""

	person: str
	document: str
	action: str
	condition: str


PORTAL: tuple[PortalRow, ...] = (
	*(
		PortalRow(person, document, action, condition)
		for person, condition in ((LEARNER, SELF), (GUARDIAN, OWN_CHILD))
		for document, action in (
			("Student Attendance", "see"),
			("Student Attendance", "contest"),
			("Support Plan", "see from Proposed on"),
			("Support Plan", "agree, ask for a change, withdraw"),
			("Consent Record", "see"),
			("Consent Record", "withdraw"),
			("Referral", "see what is asked of the family, and what became of it"),
			("Student Leave Application", "report, take back"),
			("Family Message", "send, and see the answer"),
		)
	),
	PortalRow(LEARNER, "Consent Record", "give or refuse where asked", f"{SELF}, from the age of consent"),
	PortalRow(
		GUARDIAN, "Consent Record", "give or refuse where asked", f"{OWN_CHILD}, below the age of consent"
	),
	PortalRow(LEARNER, "Concern", "ask for help, see the answer", SELF),
	PortalRow(GUARDIAN, "Guardian", "choose text messages", "own record"),
	PortalRow(PARTNER, "Referral", "see the shared fields", REFERRED),
	PortalRow(PARTNER, "Referral", "reply, close", REFERRED),
	PortalRow(PARTNER, "Care Meeting", "see day, place and the shared fields of learners", INVITED),
	PortalRow(PARTNER, "Stakeholder Agreement", "see", "own organisation is a party"),
	PortalRow(PARTNER, "Stakeholder Agreement", "sign, give feedback", "own organisation is a party"),
)
