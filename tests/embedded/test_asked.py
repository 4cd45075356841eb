"""What the made-up people ask of the mentor with most to do: it waits on the board, in the language of whoever looks."""

import json
from datetime import date, datetime, time

from vsv_app.embedded import asked, history, records, server
from vsv_app.embedded.school import make_school
from vsv_app.embedded.words import speaker
from vsv_app.services import mentors, school
from vsv_app.services.care import mentor_board
from vsv_app.stores.sqlite_store import SqliteStore

TUESDAY = date(2026, 11, 24)
NOW = datetime.combine(TUESDAY, time(9, 40))


def test_everything_they_write_has_a_dutch_translation() -> None:
	say = speaker("nl")
	assert [text for text in (*asked.TEXTS, "Mentor of {0}") if say(text) == text] == []


def test_three_learners_ask_something_of_the_mentor_and_it_is_read_in_dutch(tmp_path) -> None:
	made = make_school(seed=5, today=TUESDAY, learners=60, weeks=1)
	store = SqliteStore(tmp_path / "school.sqlite")
	keys = records.found(store, made, [("main-1", "rdm6300")], datetime.combine(TUESDAY, time(8)))
	history.play(store, made, keys, lambda: None)
	mentor = next(iter(made.groups.values()))
	busy = {next(iter(sorted(mentors.learners_of(store, mentor, TUESDAY))))}
	asked.ask(store, mentor, busy, NOW)
	shown = mentor_board.overview(store, school.load(store), mentor, NOW, "nl", speaker("nl"))
	by_kind = {item["kind"]: item for item in shown["waiting"] if item["kind"] != "Signal"}
	assert {"Call For Help", "Message", "Next Step"} <= set(by_kind)
	assert busy.isdisjoint(item["student"] for item in by_kind.values())
	read = json.dumps(server._spoken(shown, speaker("nl")), ensure_ascii=False)
	assert "We verhuizen donderdag." in read
	assert "Vragen of het met de eerdere bus lukt" in read
	assert "We move house" not in read
	assert shown["waiting"][0]["kind"] == "Call For Help"
	confided = mentor_board.call_for_help(store, mentor, by_kind["Call For Help"]["name"], NOW, "nl")
	assert server._spoken(confided, speaker("nl"))["text"].startswith(
		"Ik wil vandaag na school niet naar huis."
	)
	store.close()
