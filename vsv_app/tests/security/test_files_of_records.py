"""Threat: somebody has a file that hangs on a record which is not theirs to read, or a file of the server's own.

To Frappe a file record with the address of a file is a right to the file, anybody may make one, and it reads more addresses than
one as the same file. Each way by real requests; the file's text is in no answer, and nobody's file is gone.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

import frappe
from frappe.core.doctype.file.utils import get_content_hash
from frappe.utils import add_to_date

from vsv_app.patches import hold_files_of_records_apart
from vsv_app.tests import care_factories as care
from vsv_app.tests import factories
from vsv_app.tests.rest import Answer, Person
from vsv_app.tests.security.own_and_other import OwnAndOtherTestCase

FILES = "/api/resource/File"
SITE_CONFIG = "db_password"


class FilesTestCase(OwnAndOtherTestCase):
	def setUp(self) -> None:
		super().setUp()
		self.secret = self.attach("Concern", self.concern.name, self.text, f"_test-{frappe.generate_hash(length=8)}.txt")  # fmt: skip

	def attach(self, doctype: str, name: str, content: Any, file_name: str) -> Any:
		file = frappe.get_doc(
			doctype="File", file_name=file_name, content=content, is_private=1, attached_to_doctype=doctype, attached_to_name=name
		).insert()  # fmt: skip
		frappe.db.commit()
		return file

	def of(self, document: Any) -> dict[str, str]:
		return {"attached_to_doctype": document.doctype, "attached_to_name": document.name}

	def says(self, answer: Answer, text: str | None = None) -> bool:
		body = answer.body if isinstance(answer.body, str | bytes) else frappe.as_json(answer.body)
		body = body if isinstance(body, bytes) else body.encode()
		return (text or self.text).encode() in body

	def assert_closed(self, person: Person, label: str) -> None:
		"""Whatever was sent, neither the file nor its text is to be had, and it is still there for its readers."""
		frappe.db.rollback()
		address = self.secret.file_url
		for found in (
			person.get(address),
			person.get("/api/method/download_file", file_url=address),
			person.call("frappe.core.doctype.file.file.zip_files", files=frappe.as_json(self.had_by(person))),
		):
			self.assertFalse(self.says(found) or self.unzips(found), f"{label}: {str(found.body)[:200]}")
		self.assertTrue(self.says(self.reader.get(address)), f"{label}: the reader")

	def had_by(self, person: Person) -> list[str]:
		return frappe.get_all("File", {"owner": person.user, "is_folder": 0}, pluck="name")

	def unzips(self, answer: Answer, text: str | None = None) -> bool:
		if not isinstance(answer.body, bytes):
			return False
		try:
			with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
				return any((text or self.text).encode() in packed.read(name) for name in packed.namelist())
		except zipfile.BadZipFile:
			return False


class TestAddresses(FilesTestCase):
	def variants(self) -> list[str]:
		"""Addresses that Frappe, the disk or a browser takes for the file's own."""
		name = self.secret.file_url.rpartition("/")[2]
		site = frappe.utils.get_url()
		return [
			self.secret.file_url,
			f"/private/files/./{name}",
			f"/private/files//{name}",
			f"/private/files/x/../{name}",
			f"/private/files/../files/{name}",
			f"/files/../../private/files/{name}",
			f"/files/%2e%2e/%2e%2e/private/files/{name}",
			f"/files/%252e%252e/%252e%252e/private/files/{name}",
			f"/private/files/{name.upper()}",
			f"/private/files/{name} ",
			f"/private/files/{name}\u200b",
			f"{site}{self.secret.file_url}",
			f"{site}/files/../../private/files/{name}",
			f"https://elsewhere.example{self.secret.file_url}",
			f"https://elsewhere.example/files/../../private/files/{name}",
			f"HTTPS://elsewhere.example{self.secret.file_url}",
			name,
		]

	def each_by_somebody(self) -> tuple[tuple[Person, list[str]], ...]:
		"""The file's own address by both, each other spelling by one of them."""
		known = self.variants()
		return (self.person, [known[0], *known[1::2]]), (self.guardian, [known[0], *known[2::2]])

	def test_no_record_of_ones_own_gets_at_it_by_any_address(self) -> None:
		for person, addresses in self.each_by_somebody():
			for address in addresses:
				for more in ({"is_private": 1}, {"is_private": 0}, {"is_folder": 1}):
					person.post(FILES, file_name="x.txt", file_url=address, **more)
				person.call("upload_file", file_url=address, is_private=1)
				for hosts in ({}, {"Host": "elsewhere.example"}):
					person.headers |= hosts
					found = person.get("/api/method/download_file", file_url=address)
					self.assertFalse(self.says(found), f"{address} {hosts}")
				person.headers.pop("Host", None)
				self.assertFalse(self.says(person.get(address.replace(" ", "%20"))), address)
			self.assert_closed(person, "made")

	def test_a_record_of_ones_own_is_not_led_there_afterwards(self) -> None:
		for person, addresses in self.each_by_somebody():
			for address in addresses:
				name = f"_test-{frappe.generate_hash(length=8)}.txt"
				own = self.ok(person.post(FILES, file_name=name, content=name, is_private=1))["name"]
				path = f"{FILES}/{own}"
				for sent in (
					{"file_url": address},
					{"file_url": address, "is_private": 0},
					{"file_url": "", "file_name": self.secret.file_url.rpartition("/")[2]},
					{"is_folder": 1, "file_url": address},
					{"is_folder": 0},
					{"content_hash": frappe.db.get_value("File", self.secret.name, "content_hash"), "file_url": ""},
				):  # fmt: skip
					person.put(path, **sent)
					person.call("frappe.client.set_value", doctype="File", name=own, fieldname=sent)
				found = person.get("/api/method/download_file", file_url=address)
				self.assertFalse(self.says(found), address)
				answer = person.get(path)
				stored = answer.data.get("file_url") if answer.status == 200 else None
				for asked in filter(None, (stored, address)):
					found = person.get("/api/method/download_file", file_url=asked)
					self.assertFalse(self.says(found), asked)
			self.assert_closed(person, "changed")

	def test_the_files_of_the_server_itself(self) -> None:
		"""The site's configuration holds the passwords of the database and of everything that is encrypted."""
		for person in (self.person, self.guardian):
			own = self.ok(
				person.post(FILES, file_name="own.txt", content=frappe.generate_hash(), is_private=1)
			)
			for root in ("", frappe.utils.get_url(), "https://elsewhere.example", "http://elsewhere.example"):
				for way in (
					"/files/../../site_config.json", "/files/%2e%2e/%2e%2e/site_config.json", "/private/files/../../site_config.json",
					"/files/./../../site_config.json", "/files/..\\..\\site_config.json", "/files//../../site_config.json",
				):  # fmt: skip
					address = f"{root}{way}"
					person.post(FILES, file_name="x.txt", file_url=address)
					person.put(f"{FILES}/{own['name']}", file_url=address)
					for hosts in ({}, {"Host": "elsewhere.example"}):
						person.headers |= hosts
						for asked in (address, address.replace("%2e", ".")):
							found = person.get("/api/method/download_file", file_url=asked)
							self.assertFalse(self.says(found, SITE_CONFIG), asked)
					person.headers.pop("Host", None)
			packed = person.call(
				"frappe.core.doctype.file.file.zip_files", files=frappe.as_json(self.had_by(person))
			)
			self.assertFalse(self.says(packed, SITE_CONFIG))
			self.assertFalse(self.unzips(packed, SITE_CONFIG))

	def test_a_backup_is_not_the_beginning_of_a_way_elsewhere(self) -> None:
		manager = Person(factories.make_user("System Manager"))
		frappe.db.commit()
		name = self.secret.file_url.rsplit("/", 1)[-1]
		for way in ("/backups/../../site_config.json", "/backups/..%2F..%2Fsite_config.json", f"/backups/../files/{name}", f"/backups/..%2Ffiles%2F{name}", "/backups"):  # fmt: skip
			answer = manager.get(way)
			self.assertIn(answer.status, (403, 404), way)
			self.assertFalse(self.says(answer) or self.says(answer, SITE_CONFIG), way)
		kept = Path(frappe.get_site_path("private", "backups", "_test-of-the-gate.sql.gz"))
		kept.parent.mkdir(parents=True, exist_ok=True)
		kept.write_bytes(b"a backup")
		try:
			self.assertEqual(manager.get("/backups/_test-of-the-gate.sql.gz").status, 200)
		finally:
			kept.unlink()

	def test_a_file_whose_name_differs_in_case_or_accents_alone_opens_its_own(self) -> None:
		"""To the database both are one address, to the disk they are two."""
		name = self.secret.file_url.rpartition("/")[2]
		for other in (name.upper(), name.replace("_test", "_tést"), name.replace("t", "T", 1)):
			for more in ({}, {"attached_to_doctype": "User", "attached_to_name": self.guardian.user}):
				self.guardian.post(FILES, file_name=other, content="own", is_private=1, **more)
			self.assert_closed(self.guardian, other)

	def test_no_name_without_an_address(self) -> None:
		name = self.secret.file_url.rpartition("/")[2]
		for person in (self.person, self.guardian):
			for sent in (
				{"file_name": name, "is_private": 1},
				{"file_name": name, "file_url": "", "is_private": 1, "file_size": 9},
				{"file_name": name, "is_private": "1", "is_folder": "0"},
			):
				person.post(FILES, **sent)
				for own in self.had_by(person):
					person.put(f"{FILES}/{own}", is_folder=0, **sent)
			self.assert_closed(person, "name alone")


class TestCopies(FilesTestCase):
	def test_no_copy_by_its_id_or_by_what_it_holds(self) -> None:
		stored = frappe.db.get_value("File", self.secret.name, "content_hash")
		plain = get_content_hash(self.text)
		for person, mine in ((self.person, self.plan), (self.guardian, None)):
			document = (
				{"doctype": mine.doctype, "name": mine.name}
				if mine
				else {"doctype": "User", "name": person.user}
			)
			person.call(
				"frappe.utils.file_manager.add_attachments",
				**document,
				attachments=frappe.as_json([self.secret.name]),
			)
			person.call(
				"upload_file",
				library_file_name=self.secret.name,
				docname=document["name"],
				doctype=document["doctype"],
			)
			for known in (stored, plain):
				person.post(
					FILES, file_name="x.txt", file_url="/files/x.txt", content_hash=known, is_private=1
				)
				person.post(FILES, file_name="x.txt", content="x", content_hash=known, is_private=1)
			person.call("frappe.core.doctype.file.file.unzip_file", name=self.secret.name)
			self.assert_closed(person, str(document))

	def test_who_guesses_what_is_in_it_learns_nothing(self) -> None:
		own = self.ok(self.guardian.post(FILES, file_name="guess.txt", content=self.text, is_private=1))
		self.assertNotEqual(own["file_url"], self.secret.file_url)
		self.assertIn("guess", own["file_url"])
		# Made public, one's own file takes no other along.
		self.guardian.put(f"{FILES}/{own['name']}", is_private=0)
		frappe.db.rollback()
		stored = frappe.db.get_value("File", self.secret.name, ["is_private", "file_url"])
		self.assertEqual(stored, (1, self.secret.file_url))
		self.guardian.delete(f"{FILES}/{own['name']}")
		self.assertTrue(self.says(self.reader.get(self.secret.file_url)))

	def test_a_packed_file_of_a_record_is_unpacked_by_who_may_write_there_alone(self) -> None:
		packed = io.BytesIO()
		with zipfile.ZipFile(packed, "w") as file:
			file.writestr("inner.txt", self.text)
		archive = self.attach("Concern", self.concern.name, packed.getvalue(), f"_test-{frappe.generate_hash(length=6)}.zip")  # fmt: skip
		for person in (self.person, self.guardian):
			person.call("frappe.core.doctype.file.file.unzip_file", name=archive.name)
			self.assert_closed(person, "unpacked")
		self.ok(self.reader.call("frappe.core.doctype.file.file.unzip_file", name=archive.name))
		frappe.db.rollback()
		inner = frappe.get_all("File", {"file_name": ("like", "inner%"), "attached_to_name": self.concern.name}, ["file_url", "is_private"])  # fmt: skip
		self.assertEqual([one.is_private for one in inner], [1])
		self.assertTrue(self.says(self.reader.get(inner[0].file_url)))
		self.assertFalse(self.says(self.person.get(inner[0].file_url)))

	def test_no_method_reads_it_for_somebody_else(self) -> None:
		"""Whatever reads a file by its record, such as the preview of a list that is brought in, reads it as who asks."""
		for user in (self.mentor, self.guardian.user):
			frappe.set_user(user)
			spoofed = frappe.get_doc({"doctype": "File", "name": self.secret.name, "file_name": "x.txt", "file_url": self.secret.file_url, "owner": user, "is_private": 1})  # fmt: skip
			for file in (
				frappe.get_doc("File", self.secret.name),
				frappe.get_doc("File", {"file_url": self.secret.file_url}),
				spoofed,
			):
				for read in (file.get_content, file.unzip):
					with self.assertRaises(frappe.PermissionError):
						read()
		frappe.set_user(self.named)
		self.assertEqual(frappe.get_doc("File", self.secret.name).get_content(), self.text)

	def test_a_form_that_is_sent_along_is_not_the_file(self) -> None:
		sent = self.secret.as_dict(convert_dates_to_str=True) | {"owner": self.mentor, "attached_to_doctype": None, "attached_to_name": None, "is_private": 0}  # fmt: skip
		for method in ("optimize_file", "get_content", "unzip", "make_thumbnail", "delete"):
			answer = self.person.post("/api/method/run_doc_method", docs=frappe.as_json(sent), method=method)
			self.assertNotEqual(answer.status, 200, method)
			self.assertFalse(self.says(answer), method)
		self.assert_closed(self.person, "sent along")

	def test_a_picture_of_oneself_is_not_somebody_elses_file(self) -> None:
		"""What a field for a file names is hung on the document, by Frappe and with no right asked."""
		loose = frappe.get_doc(doctype="File", file_name=f"_test-{frappe.generate_hash(length=8)}.txt", content=f"loose {self.text}", is_private=1).insert()  # fmt: skip
		frappe.db.commit()
		for address in (self.secret.file_url, loose.file_url):
			self.guardian.put(f"/api/resource/User/{self.guardian.user}", user_image=address)
			self.guardian.call("frappe.client.set_value", doctype="User", name=self.guardian.user, fieldname="user_image", value=address)  # fmt: skip
			self.assertFalse(self.says(self.guardian.get(address)), address)
			self.assertFalse(
				self.says(self.guardian.get("/api/method/download_file", file_url=address)), address
			)
		self.assert_closed(self.guardian, "picture")


class TestHanging(FilesTestCase):
	def test_nobody_hangs_a_file_on_a_record_that_is_not_theirs_to_write(self) -> None:
		meeting, teacher = care.make_meeting(), Person(factories.make_user("Instructor"))
		frappe.db.commit()
		for person in (self.person, self.guardian, teacher):
			for document in (self.concern, meeting, frappe.get_doc("Student", self.other)):
				of = self.of(document)
				for verb, path in (("post", FILES), ("post", "/api/v2/document/File")):
					answer = getattr(person, verb)(
						path, file_name="hung.txt", content=frappe.generate_hash(), is_private=1, **of
					)
					self.assertIn(answer.status, (403, 417), f"{person.user} {of} {path}: {answer.body}")
				own = person.post(
					FILES, file_name="hung.txt", content=frappe.generate_hash(), is_private=1
				).data
				for path in (f"{FILES}/{own['name']}", f"/api/v2/document/File/{own['name']}"):
					person.put(path, **of)
				person.call("frappe.client.set_value", doctype="File", name=own["name"], fieldname=of)
				person.call("frappe.client.insert", doc=frappe.as_json({"doctype": "File", "file_name": "hung.txt", "content": "x", "is_private": 1, **of}))  # fmt: skip
				person.call("frappe.client.attach_file", filename="hung.txt", filedata="eA==", doctype=document.doctype, docname=document.name, is_private=1)  # fmt: skip
		frappe.db.rollback()
		self.assertFalse(frappe.get_all("File", {"file_name": ("like", "hung%"), "attached_to_name": ("in", (self.concern.name, meeting.name, self.other))}))  # fmt: skip

	def test_nobody_hangs_one_on_a_record_to_come(self) -> None:
		of = {"attached_to_doctype": "Concern", "attached_to_name": "VSV-CON-2099-00001"}
		self.assertIn(
			self.person.post(FILES, file_name="x.txt", content="x", is_private=1, **of).status, (403, 417)
		)

	def test_what_hangs_there_stays_there(self) -> None:
		"""Taken off its record it would be out of the reach of its readers, and of erasure."""
		own = self.attach(
			"Support Plan", self.plan.name, self.text + "own", f"_test-{frappe.generate_hash(length=8)}.txt"
		)
		path = f"{FILES}/{own.name}"
		elsewhere = self.of(care.make_contact(self.own))
		frappe.db.commit()
		for sent in (
			{"attached_to_doctype": None, "attached_to_name": None},
			elsewhere,
			{"attached_to_name": "x"},
			{"is_private": 0},
			{"is_private": "0"},
			{"is_private": "0", "is_folder": "0"},
		):
			self.person.put(path, **sent)
			self.person.call("frappe.client.set_value", doctype="File", name=own.name, fieldname=sent)
		frappe.db.rollback()
		kept = frappe.db.get_value(
			"File", own.name, ["attached_to_doctype", "attached_to_name", "is_private"]
		)
		self.assertEqual(kept, ("Support Plan", self.plan.name, 1))
		# Another name and another folder are what people give it.
		self.ok(self.person.put(path, file_name="better.txt"))
		folder = self.ok(self.person.call("frappe.core.doctype.file.file.create_new_folder", file_name=f"_test {frappe.generate_hash(length=6)}", folder="Home"))  # fmt: skip
		self.person.call("frappe.core.doctype.file.file.move_file", file_list=frappe.as_json([{"name": own.name}]), new_parent=folder["name"], old_parent="Home/Attachments")  # fmt: skip
		self.assertTrue(self.says(self.person.get(own.file_url)))
		self.assertEqual(self.person.delete(path).status, 202)
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("File", own.name))

	def test_who_hung_it_there_has_it_as_long_as_the_record_is_theirs_to_read(self) -> None:
		mine = self.ok(
			self.person.post(
				FILES, file_name="mine.txt", content=self.text + "mine", is_private=1, **self.of(self.plan)
			)
		)
		self.assertTrue(self.says(self.person.get(mine["file_url"])))
		frappe.db.set_value("Mentor Assignment", {"mentor": self.mentor}, "to_date", care.yesterday())
		frappe.db.commit()
		for answer in (
			self.person.get(mine["file_url"]),
			self.person.get("/api/method/download_file", file_url=mine["file_url"]),
			self.person.get(f"{FILES}/{mine['name']}"),
		):
			self.assertEqual(answer.status, 403, str(answer.body)[:200])
		self.assertEqual(self.person.get(FILES, filters={"name": mine["name"]}).data, [])
		self.assertIn(self.person.put(f"{FILES}/{mine['name']}", file_name="x").status, (403, 417))
		self.assertIn(self.person.delete(f"{FILES}/{mine['name']}").status, (403, 417))

	def test_a_file_from_the_library_is_hung_as_a_copy(self) -> None:
		own = self.ok(
			self.person.post(FILES, file_name="library.txt", content=f"library {self.text}", is_private=1)
		)
		hung = self.ok(
			self.person.call(
				"upload_file", library_file_name=own["name"], doctype="Support Plan", docname=self.plan.name
			)
		)
		self.assertNotEqual(hung["file_url"], own["file_url"])
		self.assertTrue(self.says(self.person.get(hung["file_url"])))
		self.person.delete(f"{FILES}/{own['name']}")
		self.assertTrue(self.says(self.person.get(hung["file_url"])))

	def test_a_file_of_ones_own_that_is_hung_there_afterwards_is_held_apart(self) -> None:
		own, twin = (
			self.ok(self.person.post(FILES, file_name="own.txt", content=f"twin {self.text}", is_private=1)) for _one in range(2)
		)  # fmt: skip
		self.assertEqual(own["file_url"], twin["file_url"])
		hung = self.ok(self.person.put(f"{FILES}/{own['name']}", **self.of(self.plan)))
		self.assertNotEqual(hung["file_url"], twin["file_url"])
		self.assertEqual(hung["owner"], "Administrator")
		for one in (hung, twin):
			self.assertTrue(self.says(self.person.get(one["file_url"])))

	def test_the_same_letter_at_two_records_is_two_files(self) -> None:
		"""One of them is erased, and the other is still there."""
		second = care.make_plan(self.other)
		one, other = (
			self.attach("Support Plan", plan.name, "the same letter", "letter.txt")
			for plan in (self.plan, second)
		)
		self.assertNotEqual(one.file_url, other.file_url)
		path = one.get_full_path()
		frappe.delete_doc("File", one.name)
		frappe.db.commit()
		self.assertEqual(frappe.get_doc("File", other.name).get_content(), "the same letter")
		self.assertFalse(Path(path).exists())


class TestOthersAreNotDeleted(FilesTestCase):
	def test_deleting_ones_own_record_deletes_no_file_of_others(self) -> None:
		for sent in (
			{"thumbnail_url": self.secret.file_url},
			{"thumbnail_url": f"/files/../../private/files/{self.secret.file_url.rpartition('/')[2]}"},
			{"content_hash": frappe.generate_hash()},
		):
			own = self.ok(
				self.guardian.post(
					FILES, file_name="own.txt", content=frappe.generate_hash(), is_private=1, **sent
				)
			)
			self.guardian.put(f"{FILES}/{own['name']}", **sent)
			self.guardian.delete(f"{FILES}/{own['name']}")
			self.assertTrue(self.says(self.reader.get(self.secret.file_url)), str(sent))


class TestFilesOfBefore(FilesTestCase):
	"""What lies on a site from before files were held so."""

	def of_before(self, name: str, **values: Any) -> None:
		frappe.db.set_value(
			"File", name, {"owner": self.mentor, "content_hash": get_content_hash(self.text), **values}
		)

	def test_each_is_held_apart_and_what_was_made_from_its_address_goes(self) -> None:
		self.of_before(self.secret.name)
		same = self.attach("Support Plan", self.plan.name, self.text, "letter.txt")
		self.of_before(same.name, file_url=self.secret.file_url)
		rows = {}
		for label, size, after in (("taken", 0, 1), ("uploaded", 20, 1), ("source", 0, -1)):
			row = frappe.new_doc("File", file_name=f"{label}.txt", file_url=self.secret.file_url, is_private=1, file_size=size, folder="Home")  # fmt: skip
			row.update(
				{
					"name": frappe.generate_hash(length=10),
					"owner": self.mentor,
					"creation": add_to_date(self.secret.creation, hours=after),
				}
			)
			row.db_insert()
			frappe.db.set_value("File", row.name, "creation", row.creation, update_modified=False)
			rows[label] = row.name
		hold_files_of_records_apart.execute()
		frappe.db.commit()
		self.assertEqual(
			[label for label, name in rows.items() if not frappe.db.exists("File", name)], ["taken"]
		)
		held = [frappe.get_doc("File", name) for name in (self.secret.name, same.name)]
		self.assertEqual({one.owner for one in held}, {"Administrator"})
		addresses = {one.file_url for one in held} | {self.secret.file_url}
		self.assertEqual((len(addresses), {one.get_content() for one in held}), (3, {self.text}))
		self.assertTrue(self.says(self.reader.get(held[0].file_url)))
		self.assertFalse(self.says(self.person.get(held[0].file_url)))
		self.assertTrue(self.says(self.person.get(held[1].file_url)))
