"""An administrator tries a rule on the past year and switches it on; an installer sees a gateway come online."""

import json
import re
from datetime import datetime, timezone
from types import ModuleType

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENS, Opener, save

pytestmark = pytest.mark.desk
DAYS_OF_RECORDS = 21
"""A preview wants records of four school weeks at least."""
BARS = "() => [...document.querySelectorAll('.frappe-chart .bar')].some((bar) => bar.getBBox().height > 1)"
"""Frappe's charts begin empty, and are drawn with their values a moment later."""


def test_an_administrator_previews_and_switches_on_a_rule(site: ModuleType, visit: Opener) -> None:
	from vsv_app.site.jobs import signal_jobs
	from vsv_app.tests import factories

	group, (away, here) = site.named_learners("Away Story", "Here Story")
	factories.make_bell_schedule(student_group=group)
	for back in range(1, DAYS_OF_RECORDS):
		site.absence(away, group, back)
		site.absence(here, group, back, status="Present")
	site.leave(away, "Went to sea")
	rule = factories.make_rule(enabled=0, title="Two days away", threshold=720)
	seen = visit(site.user("Early Warning Administrator", name="Administrator Story"))
	page = seen.go(f"early-warning-rule/{rule}")
	page.get_by_role("tab", name="Preview").click()
	page.get_by_role("button", name="Show The Past Year").click()
	expect(page.get_by_text(re.compile(r"\d+ of \d+ learners would have been flagged\."))).to_be_visible()
	expect(page.get_by_role("cell", name="Away Story")).to_be_visible()
	expect(page.get_by_role("cell", name="Here Story")).to_have_count(0)
	expect(page.locator(".chart-container svg, .frappe-chart").first).to_be_visible()
	page.get_by_text("Whom in each week").click()
	expect(
		page.get_by_role("region", name="Whom in each week").get_by_text("Away Story").first
	).to_be_visible()
	page.wait_for_function(BARS)
	seen.picture("rule-preview", whole=True)
	early_leaver = page.get_by_label("Went to sea: 1")
	expect(early_leaver).to_be_checked()
	early_leaver.uncheck()
	expect(page.get_by_label("Went to sea: 1")).not_to_be_checked()
	expect(page.get_by_text(re.compile(r"\d+ of \d+ learners would have been flagged\."))).to_be_visible()
	page.get_by_role("tab", name="Details").click()
	page.get_by_role("checkbox", name="Switched On").first.check()
	save(page)
	assert site.value("Early Warning Rule", rule, "enabled") == 1
	signal_jobs.evaluate_groups([group])
	raised = site.frappe.get_all("Early Warning Signal", {"rule": rule}, ["student", "status"], as_list=True)
	assert raised == ((away, "Open"),), "whom the preview flagged, and nobody else"


def test_the_threshold_is_moved_and_each_place_says_what_the_server_would(
	site: ModuleType, visit: Opener
) -> None:
	from vsv_app.tests import factories

	names = [f"Line Story {number}" for number in range(1, 13)]
	group, learners = site.named_learners(*names)
	factories.make_bell_schedule(student_group=group)
	for number, learner in enumerate(learners):
		for back in range(1, DAYS_OF_RECORDS):
			gone = back % (number + 2) == 1
			site.absence(learner, group, back, status="Absent" if gone else "Present")
	for learner in learners[:6]:
		site.leave(learner, "Went to sea")
	rule = factories.make_rule(enabled=0, title="Away, and how much", threshold=720)
	seen = visit(site.user("Early Warning Administrator", name="Administrator Story"))
	page = seen.go(f"early-warning-rule/{rule}")
	page.get_by_role("tab", name="Preview").click()
	page.get_by_role("button", name="Show The Past Year").click()
	slider = page.get_by_role("slider", name="Move the threshold and see what changes")
	expect(slider).to_be_visible()
	page.wait_for_function(BARS)
	seen.picture("rule-line", whole=True)
	asked = []
	page.on("request", lambda request: asked.append(request.url))
	for presses in (3, 4, -9):
		for _press in range(abs(presses)):
			slider.press("ArrowRight" if presses > 0 else "ArrowLeft")
		assert [url for url in asked if "/api/method" in url] == [], "nothing is asked for while it moves"
		threshold = float(
			page.locator("[data-fieldname=threshold] input").first.input_value().replace(",", "")
		)
		assert threshold == page.evaluate("cur_frm.doc.threshold")
		told = page.evaluate(TOLD_BY_SERVER)
		expect(page.get_by_text(told["flagged"], exact=True)).to_be_visible()
		assert page.evaluate(SHOWN_BARS) == told["weeks"]
		for sentence in told["sentences"]:
			expect(page.locator(".rule-line").get_by_text(sentence)).to_be_visible()
		asked.clear()
	expect(page.get_by_text("The lists below are still those of 720 minutes.")).to_be_visible()
	(SCREENS / "rule-line-ms.txt").write_text(f"{page.evaluate(TIME_OF_A_MOVE):.0f}", "utf-8")
	seen.picture("rule-line-moved", whole=True)
	page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
	expect(slider).to_be_visible()
	assert slider.bounding_box()["width"] < PHONE[0]
	seen.picture("rule-line-phone", whole=True)
	page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
	page.get_by_label("Talks a week that the school can hold").fill("2")
	page.get_by_label("Talks a week that the school can hold").press("Tab")
	expect(
		page.get_by_text(re.compile(r"With 2 talks a week, \d+ of \d+ alerts lead to a talk"))
	).to_be_visible()
	seen.picture("rule-line-talks", whole=True)


TOLD_BY_SERVER = """async () => {
	const { message: found } = await frappe.call("vsv_app.api.signals.rules.preview_rule", { rule: JSON.stringify(cur_frm.doc) });
	const { precision, recall } = found.shares;
	return {
		flagged: `${found.flagged_total} of ${found.learners} learners would have been flagged.`,
		weeks: found.weeks.map((week) => [week.flagged, week.raised]),
		sentences: [`Of ${precision.of} flagged, ${precision.hits} left`, `Of ${recall.of} who left, ${recall.hits} were flagged before`],
	};
}"""
"""What a preview of the rule as it now stands in the form says, asked of the server anew."""
SHOWN_BARS = """() => {
	const { datasets } = cur_frm.moved_line.chart.data;
	return datasets[0].values.map((flagged, week) => [flagged, datasets[1].values[week]]);
}"""
TIME_OF_A_MOVE = """async () => {
	const slider = document.querySelector(".rule-line input[type=range]");
	const began = performance.now();
	slider.value = Number(slider.value) + 1;
	slider.dispatchEvent(new Event("input"));
	await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
	return performance.now() - began;
}"""


def test_a_rule_that_can_never_fire_is_refused_in_words(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import factories

	rule = factories.make_rule(enabled=0)
	seen = visit(site.user("Early Warning Administrator", name="Administrator Story"))
	page = seen.go(f"early-warning-rule/{rule}")
	threshold = page.locator("[data-fieldname=threshold] input").first
	threshold.fill("1000000")
	threshold.press("Tab")
	expect(page.locator(".indicator-pill:visible", has_text="Not Saved")).to_have_count(1)
	page.get_by_role("button", name="Save", exact=True).click()
	expect(page.locator(".modal.show .msgprint")).to_contain_text("threshold")
	seen.picture("rule-refused")
	assert site.value("Early Warning Rule", rule, "threshold") == 600


def test_an_administrator_gives_a_badge_in_stock_to_a_learner(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import factories

	group, (student,) = site.named_learners("Badge Story")
	factories.make_bell_schedule(student_group=group)
	badge = factories.make_badge(None, label="Blue 17")
	digest = site.frappe.db.get_value("Student Badge", badge, "badge_digest")
	tap = factories.make_check_in(None, badge_digest=digest, outcome="Unknown Badge")
	seen = visit(site.user("Early Warning Administrator", "Instructor", name="Administrator Story"))
	page = seen.go("student-badge?label=Blue 17")
	row = page.locator(".list-row", has_text="Blue 17")
	expect(row.locator(".indicator-pill", has_text="In Stock").first).to_be_visible()
	page.goto(page.url.split("?")[0] + f"/{badge}")
	page.locator("[data-fieldname=student] input").fill("Badge Story")
	page.get_by_role("option", name="Badge Story").first.click()
	save(page)
	seen.picture("badge-enrolled")
	assert site.value("Student Badge", badge, ["student", "student_name"]) == (student, "Badge Story")
	assert site.value("Badge Check In", tap, ["student", "outcome"]) == (student, "Recognised"), (
		"an earlier tap"
	)
	page = seen.go("student-badge?label=Blue 17")
	row = page.locator(".list-row", has_text="Blue 17")
	expect(row.locator(".indicator-pill", has_text="Active").first).to_be_visible()
	expect(row).to_contain_text("Badge Story")


def test_an_installer_sees_a_gateway_come_online(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import factories
	from vsv_app.tests.broker import listening, mosquitto, wait_for
	from vsv_app.tests.gateway_side import Gateway

	name = factories.make_gateway(location="Main door")
	site.commit()
	seen = visit(site.user("Gateway Installer", name="Installer Story"))
	page = seen.go(f"attendance-gateway/{name}")
	page.get_by_role("button", name="Provision").click()
	given = page.locator(".modal.show pre").first
	expect(given).to_contain_text(f"--gateway {name} --code ")
	seen.picture("gateway-provision")
	code = (given.text_content() or "").split("--code ")[1].strip()
	# As a Pi asks, without anybody's session
	answer = requests.post(
		f"{seen.address}/api/method/vsv_app.api.gateway.provision",
		json={"gateway": name, "code": code},
		timeout=30,
	)
	assert answer.ok, answer.text
	site.fresh()
	with mosquitto() as broker, listening():
		gateway = Gateway(name, broker.port)
		gateway.tell("online")
		wait_for(
			lambda: site.value("Attendance Gateway", name, "status") == "Online", "the gateway to be online"
		)
		page = seen.go(f"attendance-gateway/{name}")
		expect(
			page.locator("[data-fieldname=status] .control-value, [data-fieldname=status] select").first
		).to_be_visible()
		expect(page.locator(".indicator-pill, .control-value", has_text="Online").first).to_be_visible()
		seen.picture("gateway-online")
		asked: list[dict[str, object]] = []
		gateway.client.on_message = lambda _client, _data, message: asked.append(json.loads(message.payload))
		gateway.client.subscribe(gateway.topic("command"), qos=1)
		page.get_by_role("button", name="At the Door").click()
		page.get_by_role("link", name="Read New Badges", exact=True).click()
		expect(page.locator(".modal.show")).to_contain_text("Hold new badges to it")
		seen.picture("gateway-read-badges")
		page.locator(".modal.show").get_by_role("button", name="Start").click()
		expect(page.locator(".desk-alert", has_text="The gateway has been asked.")).to_be_visible()
		wait_for(lambda: bool(asked), "the order at the gateway")
		assert (asked[0]["command"], asked[0]["terminal"], asked[0]["seconds"]) == ("enrol", "door", 600)
		side = factories.make_gateway(location="Side door")
		site.commit()
		page = seen.go("attendance-gateway")
		for door, status in ((name, "Online"), (side, "Never Seen")):
			row = page.locator(".list-row", has_text=door)
			expect(row.locator(".indicator-pill", has_text=status).first).to_be_visible()
		seen.picture("gateway-list")
		page = seen.go("query-report/Gateway Health")
		doors = page.locator(".datatable .dt-scrollable .dt-row")
		expect(doors.filter(has_text=side)).to_contain_text("never seen")
		expect(doors.filter(has_text=name)).to_contain_text("Main door")
		seen.picture("gateway-health")
		page.get_by_role("checkbox", name="Only With Trouble").check()
		expect(doors.filter(has_text=name)).to_have_count(0)
		expect(doors.filter(has_text=side)).to_have_count(1)
		gateway.close()


def test_an_administrator_clears_hundreds_of_set_aside_messages(site: ModuleType, visit: Opener) -> None:
	from vsv_app.engine.gateways import messages
	from vsv_app.services.dispatch.inbox import Inbox
	from vsv_app.stores.frappe_store import FrappeStore
	from vsv_app.tests import factories

	name = factories.make_gateway()
	store, inbox = FrappeStore(), Inbox(lambda: datetime.now(timezone.utc))
	topic = f"vsv/v1/{store.single('Early Warning Settings')['school_code']}/{name}/checkins"
	for number in range(125):
		inbox.take(store, topic, messages.sign({"v": 1, "gateway": name, "number": number}, b"another key"))
		inbox.take(store, topic, f"no message {number}".encode())
	seen = visit(site.user("Early Warning Administrator", name="Administrator Story"))
	page = seen.go(f"set-aside-message?gateway={name}&status=Open")
	page.locator(".list-paging-area").get_by_role("button", name="500", exact=True).click()
	row = page.locator(".list-row")
	expect(row).to_have_count(250)
	expect(row.first.locator(".indicator-pill", has_text="Open").first).to_be_visible()
	seen.picture("set-aside-list")
	page.locator(".list-check-all").first.check()
	page.get_by_role("button", name="Actions").click()
	page.locator(".dropdown-menu.show, .actions-btn-group .dropdown-menu").get_by_text(
		"Try Again", exact=True
	).click()
	expect(page.locator(".modal.show .msgprint")).to_contain_text(
		"Processed 0 of 250 messages", timeout=120_000
	)
	page.locator(".modal.show .btn-modal-close").click()
	expect(page.locator(".modal.show")).to_have_count(0)
	page.locator(".list-check-all").first.check()
	page.get_by_role("button", name="Actions").click()
	page.locator(".dropdown-menu.show, .actions-btn-group .dropdown-menu").get_by_text(
		"Dismiss", exact=True
	).click()
	expect(row).to_have_count(0, timeout=120_000)
	seen.picture("set-aside-dismissed")
	assert site.value("Set Aside Message", {"gateway": name, "status": "Open"}, "name") is None


def test_messages_leave_the_list_however_quickly_they_are_dismissed(site: ModuleType, visit: Opener) -> None:
	from vsv_app.services.dispatch.inbox import Inbox
	from vsv_app.stores.frappe_store import FrappeStore
	from vsv_app.tests import factories

	name = factories.make_gateway()
	store, inbox = FrappeStore(), Inbox(lambda: datetime.now(timezone.utc))
	topic = f"vsv/v1/{store.single('Early Warning Settings')['school_code']}/{name}/checkins"
	for number in range(4):
		inbox.take(store, topic, f"no message {number}".encode())
	seen = visit(site.user("Early Warning Administrator", name="Administrator Story"))
	page = seen.go(f"set-aside-message?gateway={name}&status=Open")
	for left in (3, 2, 1, 0):
		page.locator(".list-row .list-row-checkbox").first.check()
		page.get_by_role("button", name="Actions").click()
		page.locator(".actions-btn-group .dropdown-menu").get_by_text("Dismiss", exact=True).click()
		expect(page.locator(".list-row")).to_have_count(left)


def test_an_officer_closes_a_day_by_hand_and_sees_whose_is_missing(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import factories

	group, (here, away) = site.named_learners("Here Story", "Away Story")
	site.named_learners("Bellless Story")
	factories.make_bell_schedule(student_group=group)
	factories.make_gateway(gateway_id="story-planned-door")
	day = factories.school_day(15)
	looking = factories.make_gateway(gateway_id="story-main-door")
	heard = {"status": "Online", "last_seen": site.school_now(), "backlog": 3}
	site.frappe.db.set_value("Attendance Gateway", looking, heard)
	factories.make_check_in(here, school_day=day, gateway=looking)
	seen = visit(site.user("Attendance Officer", name="Officer Story"))
	page = seen.go(f"query-report/Not In Today?day={day}")
	expect(page.locator("[data-fieldname=day] input")).to_have_value(site.frappe.utils.format_date(day))
	page.get_by_role("button", name="Close The Day").click()
	asked = page.locator(".modal.show")
	expect(asked).to_contain_text(f"{looking} still holds 3 check-ins.")
	expect(asked).not_to_contain_text("story-planned-door")
	asked.get_by_role("button", name="Yes").click()
	told = page.locator(".modal.show .msgprint")
	expect(told).to_contain_text("records were written")
	expect(told).to_contain_text("Bellless Story")
	seen.picture("day-closed-by-hand")
	site.fresh()
	assert site.value("Student Attendance", {"student": away, "date": day}, "status") == "Absent"
	assert site.value("Student Attendance", {"student": here, "date": day}, "status") == "Present"


def test_an_administrator_sees_what_is_still_to_do(site: ModuleType, visit: Opener) -> None:
	from vsv_app.tests import factories

	factories.make_academic_year()
	door = factories.make_gateway(gateway_id="story-back-door")
	seen = visit(site.user("Early Warning Administrator", name="Administrator Story"))
	page = seen.go("early-warning-settings")
	todo = page.locator(".form-message", has_text="Still to do")
	expect(todo).to_contain_text(f"{door} was never seen; nothing waits for it.")
	expect(todo).to_contain_text("The listener is not running")
	seen.picture("still-to-do")
