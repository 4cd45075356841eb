"""The board's server with a made-up school behind it, asked over HTTP as a browser asks."""

import json
import re
import sys
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from tests.embedded.served import NOW, TOKEN, TUESDAY, found, served
from vsv_app.embedded import server
from vsv_app.services import school as schools
from vsv_app.services.dispatch import daily
from vsv_app.stores.sqlite_store import SqliteStore

pytestmark = pytest.mark.xdist_group("board server")


@pytest.fixture(scope="module")
def database(tmp_path_factory):
	"""Four mentor groups with their history, judged on the evening before."""
	path = tmp_path_factory.mktemp("school") / "school.sqlite"
	_school, store = found(path, 100)
	daily.nightly(store, schools.load(store), NOW - timedelta(hours=11))
	store.close()
	return path


@pytest.fixture(scope="module")
def ask(database):
	"""ask(method, path, body=None) -> (status, headers, text) of a board served on a free port."""
	with served(database) as port:

		def request(
			method: str, path: str, body: object = None, headers: dict[str, str] | None = None
		) -> tuple[int, dict[str, str], str]:
			connection = HTTPConnection("127.0.0.1", port, timeout=120)
			connection.request(
				method,
				path,
				body if isinstance(body, bytes | None) else json.dumps(body).encode(),
				headers or {},
			)
			answer = connection.getresponse()
			text = answer.read().decode()
			connection.close()
			return answer.status, dict(answer.headers), text

		yield request


@pytest.fixture(scope="module")
def mentors(database) -> list[str]:
	store = SqliteStore(database)
	found = list(server.report.mentors_at_work(store, TUESDAY))
	store.close()
	assert len(found) >= 3
	return found


def board(ask, mentor: str, language: str = "en") -> dict:
	status, _headers, text = ask("GET", f"/board/{TOKEN}/{quote(mentor)}/api/board?lang={language}")
	assert status == 200
	return json.loads(text)


def act(ask, mentor: str, **action: object) -> tuple[int, dict]:
	status, _headers, text = ask("POST", f"/board/{TOKEN}/{quote(mentor)}/api/board/act", action)
	return status, json.loads(text)


@pytest.mark.parametrize("path", ["/", "/board", "/board/", "/board/wrong/", "/board/%00/x", "/board/é/"])
def test_without_the_key_nothing_is_shown(ask, path) -> None:
	status, _headers, text = ask("GET", quote(path, safe="/%"))
	assert (status, "make board" in text) == (403, True)


def test_the_page_names_every_mentor_and_runs_no_script_of_others(ask, mentors) -> None:
	status, headers, text = ask("GET", f"/board/{TOKEN}/?lang=nl")
	assert status == 200
	assert headers["Content-Security-Policy"].startswith("default-src 'self'")
	assert headers["Referrer-Policy"] == "no-referrer"
	assert all(mentor in text for mentor in mentors)
	assert '<html lang="nl">' in text
	assert "{{" not in text


def test_a_mentor_sees_the_own_learners_with_signals_and_evidence(ask, mentors) -> None:
	seen = [board(ask, mentor) for mentor in mentors]
	students = [[one["student"] for one in shown["learners"]] for shown in seen]
	assert len({name for own in students for name in own}) == sum(map(len, students)), "nobody is seen twice"
	signals = [signal for shown in seen for one in shown["learners"] for signal in one["signals"]]
	assert signals
	assert all(signal["explanation"] for signal in signals)
	# That somebody was not seen rests on no record.
	assert all(signal["evidence"] for signal in signals if signal["rule"] != "START-NOT-ARRIVED")
	assert any(signal["evidence"] for signal in signals)


def test_sentences_come_in_the_language_that_is_asked_for(ask, mentors) -> None:
	def sentences(language: str) -> list[str]:
		shown = board(ask, mentors[0], language)
		return [signal["explanation"] for one in shown["learners"] for signal in one["signals"]]

	assert sentences("en") != sentences("nl")


def test_nothing_on_the_board_stays_english_in_dutch(ask, mentors) -> None:
	"""Titles, advice, reasons and facts as well; `fact` aside, a text that is the same in both would be English."""

	def texts(language: str) -> list[str]:
		signals = [s for one in board(ask, mentors[0], language)["learners"] for s in one["signals"]]
		own = [s[key] for s in signals for key in ("rule_title", "advice", "basis", "explanation") if s[key]]
		return own + [row["fact"] for s in signals for row in s["evidence"]]

	same = [text for text, other in zip(texts("en"), texts("nl"), strict=True) if text == other]
	assert same == []
	page = ask("GET", f"/board/{TOKEN}/?lang=nl")[2]
	assert "Een verzonnen school. Niemand erin bestaat." in page
	assert "made-up" not in page


def test_the_board_opens_on_the_mentor_who_has_most_to_do_and_counts_as_the_board_does(ask, mentors) -> None:
	page = ask("GET", f"/board/{TOKEN}/?lang=en")[2]
	(first,) = re.findall(r"data-mentor=\"([^\"]+)\"", page)
	assert first == mentors[0]
	numbers = [int(number) for number in re.findall(r"\((\d+)\)</option>", page)]
	assert numbers == sorted(numbers, reverse=True)
	shown = board(ask, first)
	about = {item["student"] or item["name"] for item in shown["waiting"]}
	assert len(about) == numbers[0] > 0


def test_the_language_is_the_one_chosen_before_or_else_the_browsers(ask) -> None:
	def spoken(**headers: str) -> str:
		page = ask("GET", f"/board/{TOKEN}/", headers=headers)[2]
		return re.findall(r"<html lang=\"(\w+)\"", page)[0]

	assert spoken() == "en"
	dutch = "nl-NL,nl;q=0.9,en;q=0.8"
	assert spoken(**{"Accept-Language": dutch}) == "nl"
	assert spoken(**{"Accept-Language": dutch, "Cookie": f"{server.LANGUAGE_COOKIE}=en"}) == "en"
	assert spoken(Cookie=f"{server.LANGUAGE_COOKIE}=nl") == "nl"


def test_a_refusal_is_said_in_the_readers_language(ask, mentors) -> None:
	about = next(one for one in board(ask, mentors[-1])["learners"])
	action = {"action": "start_plan", "student": about["student"], "signals": []}
	path = f"/board/{TOKEN}/{quote(mentors[-1])}/api/board/act"
	said = json.loads(ask("POST", path, action, {"Accept-Language": "nl"})[2])["message"]
	assert said == "Kies minstens één signaal van deze leerling waar het plan op antwoordt."


def test_acknowledge_and_dismiss_with_a_reason(ask, mentors) -> None:
	shown = board(ask, mentors[0])
	first, second = [s["name"] for one in shown["learners"] for s in one["signals"]][:2]
	assert act(ask, mentors[0], action="acknowledge", signal=first)[0] == 200
	status, refused = act(ask, mentors[0], action="dismiss", signal=second)
	assert (status, bool(refused["message"])) == (400, True)
	status, _done = act(
		ask, mentors[0], action="dismiss", signal=second, reason="Known and handled", note="seen at home"
	)
	assert status == 200
	after = {s["name"]: s["status"] for one in board(ask, mentors[0])["learners"] for s in one["signals"]}
	assert after.get(first) == "Acknowledged"
	assert second not in after


def test_the_learners_of_another_mentor_are_not_acted_on(ask, mentors) -> None:
	signal = next(s["name"] for one in board(ask, mentors[1])["learners"] for s in one["signals"])
	status, refused = act(ask, mentors[0], action="acknowledge", signal=signal)
	assert (status, refused["message"]) == (403, "This signal is not about one of your learners.")
	still = [
		s["status"]
		for one in board(ask, mentors[1])["learners"]
		for s in one["signals"]
		if s["name"] == signal
	]
	assert still == ["Open"]


@pytest.mark.parametrize(
	"body", [b"", b"[]", b"{", b"\xff", b'{"action": "explode"}', b'{"action": "acknowledge"}', b'"x"']
)
def test_nonsense_is_refused_with_a_sentence(ask, mentors, body) -> None:
	status, _headers, text = ask("POST", f"/board/{TOKEN}/{quote(mentors[0])}/api/board/act", body)
	assert status in (400, 403)
	assert json.loads(text)["message"]


@pytest.mark.parametrize(
	"path",
	[
		"/static/../embedded/server.py",
		"/static/%2e%2e/hooks.py",
		"/static//etc/passwd",
		"/static/js",
		"/static/",
	],
)
def test_only_public_files_are_served(ask, path) -> None:
	assert ask("GET", path)[0] == 404


def test_the_board_itself_is_served(ask) -> None:
	page = ask("GET", f"/board/{TOKEN}")[2]
	scripts = re.findall(r"<script src='(/static/js/mentor_board/\w+\.js)'></script>", page)
	board = ""
	for script in scripts:
		status, headers, text = ask("GET", script)
		assert (status, headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
		board += text
	assert board.count("customElements.define") == 1


def test_a_changed_signal_is_told_at_once(database, ask, mentors) -> None:
	connection_path = f"/board/{TOKEN}/{quote(mentors[2])}/api/board/events"
	application = server.BoardServer(database, TOKEN, lambda: NOW)
	events = application({"PATH_INFO": connection_path, "REQUEST_METHOD": "GET"}, lambda *_answer: None)
	stream = iter(events)
	assert next(stream).startswith(b":")
	signal = next(s["name"] for one in board(ask, mentors[2])["learners"] for s in one["signals"])
	application.now = lambda: NOW + timedelta(minutes=1)
	store = SqliteStore(database)
	server.mentor_board.acknowledge(store, signal, mentors[2], NOW + timedelta(minutes=1))
	store.close()
	assert b"event: vsv_signal" in next(stream) + next(stream)


@pytest.mark.parametrize(
	("port", "text", "said"),
	[("0", "no school", "school.sqlite cannot be used"), ("99999", "", "Port 99999 cannot be used")],
)
def test_what_stops_it_is_said_in_a_sentence(tmp_path, monkeypatch, port, text, said) -> None:
	(tmp_path / "school.sqlite").write_text(text)
	arguments = ["--database", str(tmp_path / "school.sqlite"), "--port", port]
	monkeypatch.setattr(sys, "argv", ["server", *arguments])
	with pytest.raises(SystemExit, match=said):
		server.main()


def test_the_timeline_and_what_waits_come_over_the_board_too(ask, mentors) -> None:
	mentor, other = mentors[0], mentors[1]
	learner = next(one for one in board(ask, mentor)["learners"] if one["signals"])
	student = learner["student"]
	status, done = act(
		ask, mentor, action="log_talk", student=student, channel="In Person", next_step="Ask the coach",
		next_step_on=(TUESDAY + timedelta(days=1)).isoformat(),
	)  # fmt: skip
	assert status == 200
	(waits,) = [one for one in board(ask, mentor, "nl")["waiting"] if one["kind"] == "Next Step"]
	assert (waits["title"], waits["text"], waits["name"]) == ("Vervolgstap", "Ask the coach", done["contact"])
	path = f"/api/board/timeline?lang=nl&student={quote(student)}"
	status, _headers, text = ask("GET", f"/board/{TOKEN}/{quote(mentor)}{path}")
	told = json.loads(text)
	assert (status, {one["kind"] for one in told}) == (200, {"Signal", "Talk"})
	assert told[0]["title"] == "Gesprek met de leerling"
	assert ask("GET", f"/board/{TOKEN}/{quote(other)}{path}")[0] == 403
	assert ask("GET", f"/board/{TOKEN}/{quote(mentor)}/api/board/help?concern=none")[0] == 403
	assert act(ask, mentor, action="next_step_done", contact=done["contact"])[0] == 200


def test_a_mentor_is_away_and_back_on_the_board(ask, mentors) -> None:
	mentor, other = mentors[0], mentors[1]
	day = TUESDAY.isoformat()
	away = {"action": "go_away", "substitute": other, "from_date": day, "to_date": day, "note": "By e-mail"}
	assert act(ask, mentor, **away)[0] == 200
	assert board(ask, mentor)["away"]["substitute"] == other
	assert board(ask, other)["standing_in"][0]["note"] == "By e-mail"
	assert act(ask, mentor, **away)[0] == 400
	assert act(ask, mentor, action="come_back")[0] == 200
	assert board(ask, other)["standing_in"] == []
