"""What a service may rely on from the store in one file: transactions, names, numbers, secrets, types."""

import sqlite3
import threading
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest

from vsv_app.stores import sqlite_store
from vsv_app.stores.queries.attendance import student_attendance
from vsv_app.stores.queries.sql import VALUE, select, table
from vsv_app.stores.sqlite_store import SqliteStore

NOW = datetime(2026, 11, 24, 9, 30)
REASONS = table("Absence Reason")


@pytest.fixture
def store(tmp_path):
	opened = SqliteStore(tmp_path / "school.sqlite", acting_user="mentor@school.example")
	yield opened
	opened.close()


def reasons(store: SqliteStore) -> list[str]:
	return sorted(row[0] for row in store.fetch(select(REASONS, REASONS.name)))


def add(store: SqliteStore, name: str) -> None:
	store.add_document("Absence Reason", {"name": name, "reason": name, "reason_code": name, "creation": NOW})


def test_a_failed_transaction_leaves_nothing_also_of_what_was_nested(store) -> None:
	with pytest.raises(sqlite3.IntegrityError):
		_add_three(store)
	assert reasons(store) == []
	add(store, "Ill")
	assert reasons(store) == ["Ill"]


def _add_three(store: SqliteStore) -> None:
	with store.transaction():
		add(store, "Ill")
		with store.transaction():
			add(store, "Dentist")
		add(store, "Ill")


def test_numbers_of_a_series_are_never_given_twice(store, tmp_path) -> None:
	names: list[str] = []
	lock = threading.Lock()

	def take() -> None:
		own = SqliteStore(tmp_path / "school.sqlite")
		for _time in range(20):
			name = own.add_document("Badge Check In", {"gateway": "g", "creation": NOW})
			with lock:
				names.append(name)
		own.close()

	workers = [threading.Thread(target=take) for _worker in range(4)]
	for worker in workers:
		worker.start()
	for worker in workers:
		worker.join()
	assert (len(names), len(set(names))) == (80, 80)


def test_who_wrote_a_row_and_when_is_in_it(store) -> None:
	add(store, "Ill")
	row = store.fetch(
		select(REASONS, REASONS.owner, REASONS.modified, REASONS.docstatus).where(REASONS.name == VALUE),
		["Ill"],
	)
	assert list(map(tuple, row)) == [("mentor@school.example", NOW, 0)]


def test_a_number_is_never_empty(store) -> None:
	add(store, "Ill")
	with pytest.raises(sqlite3.IntegrityError):
		store.insert_rows("Absence Reason", ["name", "enabled"], [["Dentist", None]])


def test_a_secret_is_in_no_table_of_documents(store, tmp_path) -> None:
	store.add_document("Attendance Gateway", {"name": "door", "gateway_id": "door", "mac_key": "k" * 64})
	assert store.secret("Attendance Gateway", "door", "mac_key") == "k" * 64
	with closing(sqlite3.connect(tmp_path / "school.sqlite")) as database:
		columns = [row[1] for row in database.execute("PRAGMA table_info('tabAttendance Gateway')")]
	assert "gateway_id" in columns
	assert "mac_key" not in columns


def test_settings_have_their_defaults_and_keep_what_is_set(store) -> None:
	before = store.single("Early Warning Settings")
	store.set_single("Early Warning Settings", {"school_code": "demo"})
	after = store.single("Early Warning Settings")
	assert after == {**before, "school_code": "demo"}


def test_days_and_moments_come_back_as_they_went_in(store) -> None:
	day, moment = date(2026, 3, 29), datetime(2026, 3, 29, 2, 30, 0, 123456)
	name = store.add_document(
		"Badge Check In", {"gateway": "g", "school_day": day, "tapped_at": moment, "creation": NOW}
	)
	check_in = table("Badge Check In")
	row = store.fetch(
		select(check_in, check_in.school_day, check_in.tapped_at).where(check_in.name == VALUE), [name]
	)
	assert list(map(tuple, row)) == [(day, moment)]


def test_attendance_gets_the_names_that_education_gives(store) -> None:
	rows = [
		{"student": f"s{number}", "date": date(2026, 11, 24), "status": "Absent", "creation": NOW}
		for number in range(3)
	]
	first = store.submit_attendance(rows[:2])
	assert first == ["EDU-ATT-2026-00001", "EDU-ATT-2026-00002"]
	assert store.submit_attendance(rows[2:]) == ["EDU-ATT-2026-00003"]
	assert store.submit_attendance([]) == []


def test_a_file_of_an_earlier_version_gets_what_it_lacks_and_keeps_what_it_has(tmp_path) -> None:
	path = tmp_path / "school.sqlite"
	store = SqliteStore(path)
	add(store, "Ill")
	store.close()
	with closing(sqlite3.connect(path)) as database:
		database.execute("ALTER TABLE `tabAbsence Reason` DROP COLUMN `explanation`")
		database.execute("DROP TABLE `tabConcern`")
		database.execute("PRAGMA user_version = 1")
	store = SqliteStore(path)
	assert reasons(store) == ["Ill"]
	with closing(sqlite3.connect(path)) as database:
		columns = [row[1] for row in database.execute("PRAGMA table_info('tabAbsence Reason')")]
		assert "explanation" in columns
		assert database.execute("SELECT count(*) FROM `tabConcern`").fetchone() == (0,)
	store.close()


def test_times_of_day_survive_the_file() -> None:
	for seconds in (0, 59, 3600 * 8 + 1830, 86_399):
		text = sqlite_store._text_of_time(timedelta(seconds=seconds))
		assert sqlite_store._time_of_text(text.encode()) == timedelta(seconds=seconds)


def test_what_rules_read_comes_from_its_own_index_alone(store: SqliteStore) -> None:
	"""In order and without a look at the table, for a school and for one learner; a day's records have another."""
	asked: list[str] = []
	store._db.set_trace_callback(asked.append)
	student_attendance.exceptions(store, date(2031, 8, 1), date(2032, 7, 31))
	student_attendance.exceptions(store, date(2031, 8, 1), date(2032, 7, 31), ["A", "B"])
	student_attendance.recorded(store, date(2031, 8, 1))
	store._db.set_trace_callback(None)
	plans = [[row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {text}")] for text in asked]
	assert [len(plan) for plan in plans] == [1, 1, 1], "sorted by something else than an index"
	for (plan,), index in zip(plans, ("exceptions", "exceptions", "day"), strict=True):
		assert f"tabStudent Attendance.{index}" in plan
		assert ("COVERING" in plan) == (index == "exceptions")
