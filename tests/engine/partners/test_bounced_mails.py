"""Which mails say that another did not arrive, and about whom."""

import pytest

from vsv_app.engine.partners import bounced_mails, invitation_codes


@pytest.mark.parametrize(
	("sender", "subject", "is_one"),
	[
		("MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", True),
		("mailer-daemon@googlemail.example", "Delivery Status Notification (Failure)", True),
		("postmaster@school.example", "Undeliverable: Your access to the school's page", True),
		("MicrosoftExchange329e71ec88ae46@school.example", "Onbestelbaar: Je toegang", True),
		("mailer-daemon@googlemail.example", "Delivery Status Notification (Delay)", False),
		("MAILER-DAEMON@mx.example", "Delayed Mail (still being retried)", False),
		("MAILER-DAEMON@mx.example", "Warning: could not send message for past 4 hours", False),
		("postmaster@school.example", "Bezorging vertraagd: Je toegang", False),
		("mother@family.example", "Undelivered Mail Returned to Sender", False),
		("mailer-daemon.fan@family.example", "Hello", False),
		("", "", False),
	],
)
def test_a_mail_server_gives_a_mail_back(sender: str, subject: str, is_one: bool) -> None:
	assert bounced_mails.gives_back(sender, subject) is is_one


def test_the_addresses_that_it_names() -> None:
	text = "<Noor@Family.example>: host mx.family.example said 550. Also sam+school@mail.example."
	assert bounced_mails.addresses(text) == {"noor@family.example", "sam+school@mail.example"}
	assert bounced_mails.addresses("550 5.1.1 no such user") == frozenset()


def test_a_code_that_it_quotes_is_taken_out() -> None:
	for code in (
		invitation_codes.made(lambda letters: letters[0]),
		invitation_codes.made(lambda letters: letters[-1]),
	):
		assert bounced_mails.without_codes(f"https://school.example/invitation#{code} until 3-12") == (
			"https://school.example/invitation#… until 3-12"
		)
	assert bounced_mails.without_codes("2026-1129-0900, ABC-DEF") == "2026-1129-0900, ABC-DEF"
