"""Text stays text."""

from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from vsv_app.engine.html_escaping import escape_name, escape_tags


class Tags(HTMLParser):
	found = 0

	def handle_starttag(self, *_of: object) -> None:
		self.found += 1

	handle_endtag = handle_decl = handle_comment = handle_pi = unknown_decl = handle_starttag


@given(st.text(alphabet="<>/!?-=\"' aAbZ3\n", max_size=60))
def test_no_text_holds_a_tag_afterwards(text: str) -> None:
	parser = Tags()
	parser.feed(escape_tags(text))
	parser.close()
	assert parser.found == 0
	assert len(escape_tags(text)) == len(text)
	assert escape_tags(escape_tags(text)) == escape_tags(text)


def test_ordinary_text_is_untouched() -> None:
	for text in ("I <3 school", "a < b > c", "5<6", "", "Zoë & Søren: “ja”"):
		assert escape_tags(text) == text
	assert escape_tags('"<img src=x onerror=alert(1)>"') == '"‹img src=x onerror=alert(1)>"'


@given(
	st.lists(st.sampled_from([*"<>&;#\"' az6", "&lt", "&GT;", "&quot", "&amp", "&#60;", "&#x3c"])).map(
		"".join
	)
)
def test_no_name_holds_a_tag_or_ends_an_attribute_also_when_it_is_decoded_once_more(name: str) -> None:
	shown = unescape(escape_name(name))
	assert escape_tags(shown) == shown
	assert '"' not in shown
	assert escape_name(escape_name(name)) == escape_name(name)


def test_ordinary_names_are_untouched() -> None:
	for name in ("Zoë O'Neill-de Vries", "Jan & Piet", "R&D", "Li ‘Lee’ Wang", ""):
		assert escape_name(name) == name
	assert escape_name('Jan "Johnny" de Wit') == "Jan ”Johnny” de Wit"
	assert escape_name("&lt;img src=x onerror=alert(1)&gt;") == "＆lt;img src=x onerror=alert(1)＆gt;"
