"""Text stays text."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.plain import plain


class Tags(HTMLParser):
	found = 0

	def handle_starttag(self, *_of: object) -> None:
		self.found += 1

	handle_endtag = handle_decl = handle_comment = handle_pi = unknown_decl = handle_starttag


@given(st.text(alphabet="<>/!?-=\"' aAbZ3\n", max_size=60))
def test_no_text_holds_a_tag_afterwards(text: str) -> None:
	parser = Tags()
	parser.feed(plain(text))
	parser.close()
	assert parser.found == 0
	assert len(plain(text)) == len(text)
	assert plain(plain(text)) == plain(text)


def test_ordinary_text_is_untouched() -> None:
	for text in ("I <3 school", "a < b > c", "5<6", "", "Zoë & Søren: “ja”"):
		assert plain(text) == text
	assert plain('"<img src=x onerror=alert(1)>"') == '"‹img src=x onerror=alert(1)>"'
