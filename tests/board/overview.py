"""A believable board of one mentor on Monday 23 November 2026: thirteen learners, five of whom need something."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from vsv_app.engine.signals import signal_lifecycle as life
from vsv_app.engine.signals.explanation import history
from vsv_app.engine.signals.signal_lifecycle import Measured, Step

TODAY = date(2026, 11, 23)
FIRST_DAY = date(2026, 8, 24)
AUTUMN_BREAK = (date(2026, 10, 19), date(2026, 10, 23))
KINDS = {
	".": ("present", 0),
	"l": ("late", 14),
	"p": ("part", 120),
	"A": ("absent_unexcused", 360),
	"e": ("absent_excused", 360),
	"v": ("leave", 360),
	"-": ("none", 0),
}
REASONS = [
	"Known and handled",
	"Facts are wrong",
	"Excused afterwards",
	"Not a concern for this learner",
	"Other",
]
LEERPLICHTWET = "Leerplichtwet 1969, art. 21a"
LEERPLICHTWET_URL = "https://wetten.overheid.nl/BWBR0002628/"

# One letter a school day since 24 August; see KINDS. Twelve weeks of five days and today.
SLIDING = "..... ..l.. ..... .l... ..A.. ....l .lA.. ..p.A .A.lA A..AA ..AAp .AA.A A"
ILL = "..... ..... ..l.. ..... ..... ..... ..... .eeee e.... ..... ..... ...ee e"
LATE = ".l..l ..l.. l...l ..l.. .l..l l..l. ..l.l .l... l.l.l ..ll. l..l. .l.ll l"
MONDAYS = "..... A.... ..... A...v ..... A..l. ..... A.... ..... A.... A.... ..... A"
STEADY = "..... ..... ....l ..... ..... ..e.. ..... ..... ..... ..... .v... ..... ."

WORDS: dict[str, dict[str, str]] = {
	"en": {
		"unexcused": "Unexcused absence",
		"unexcused_text": "Away without a known reason for 17 hours between 27 October and 23 November; the school looks from 16 hours.",
		"unexcused_advice": "Talk with the learner today and ask what is going on; call home together.",
		"rate": "Much school time missed",
		"rate_text": "Missed 21% of planned school time between 14 September and 23 November, with or without a reason; the school looks from 10%.",
		"row": "Several days away in a row",
		"row_text": "Away for 3 school days in a row, up to and including 23 November; the school looks from 3 school days.",
		"row_advice": "Ask how it goes and what the learner needs to catch up.",
		"late": "Often late",
		"late_text": "Late on 9 days between 26 October and 23 November; the school looks from 6 days.",
		"today": "Not arrived today",
		"today_text": "Not seen at school today, 23 November, by the time set for it, and no leave is known.",
		"absent": "Absent, no reason known",
		"late_fact": "Late",
		"ill": "Absent, reported by the family",
		"hours": "6 hours",
		"minutes": "14 minutes",
	},
	"nl": {
		"unexcused": "Ongeoorloofd afwezig",
		"unexcused_text": "17 uur afwezig zonder bekende reden tussen 27 oktober en 23 november; de school kijkt vanaf 16 uur.",
		"unexcused_advice": "Praat vandaag met de leerling en vraag wat er speelt; bel samen naar huis.",
		"rate": "Veel schooltijd gemist",
		"rate_text": "21 % van de geplande schooltijd gemist tussen 14 september en 23 november, met of zonder reden; de school kijkt vanaf 10 %.",
		"row": "Meerdere dagen achter elkaar weg",
		"row_text": "3 schooldagen achter elkaar afwezig, tot en met 23 november; de school kijkt vanaf 3 schooldagen.",
		"row_advice": "Vraag hoe het gaat en wat de leerling nodig heeft om bij te komen.",
		"late": "Vaak te laat",
		"late_text": "Op 9 dagen te laat tussen 26 oktober en 23 november; de school kijkt vanaf 6 dagen.",
		"today": "Vandaag niet aangekomen",
		"today_text": "Vandaag, 23 november, op het afgesproken tijdstip niet gezien op school, en er is geen verlof bekend.",
		"absent": "Afwezig, geen reden bekend",
		"late_fact": "Te laat",
		"ill": "Afwezig, gemeld door het gezin",
		"hours": "6 uur",
		"minutes": "14 minuten",
	},
}


MINUTES = Measured("unexcused_minutes", 990, 960, 1, "Urgent", 1)
MORE = Measured("unexcused_minutes", 1050, 960, 2, "Urgent", 1)
MENTOR, GUARDIAN = "a.dewit@school.example", "s.demir@family.example"
STEPS = (
	Step(life.RAISED, datetime.fromisoformat("2026-11-02T09:05"), measured=MINUTES),
	Step(life.ACKNOWLEDGED, datetime.fromisoformat("2026-11-04T09:05"), MENTOR, measured=MINUTES),
	Step(life.UPDATED, datetime.fromisoformat("2026-11-10T04:20"), measured=MORE),
	Step(life.PUT_IN_PLAN, datetime.fromisoformat("2026-11-12T11:40"), MENTOR, plan="PLAN-1", measured=MORE),
	Step(
		life.CONTESTED,
		datetime.fromisoformat("2026-11-18T16:30"),
		GUARDIAN,
		note="She was at the dentist.",
		record="ATT",
	),
)
"""How a signal about unexcused absence came to be in a plan."""


def overview(language: str = "en") -> dict[str, Any]:
	"""What the server answers, in English or Dutch. Learners out of order, as a board must not rely on it."""
	words = WORDS[language]
	learners = [
		_learner("EDU-STU-2026-00041", "Lotte Hoekstra", "3B", 4, LATE, [_late(words)]),
		_learner(
			"EDU-STU-2026-00017",
			"Yara Demir",
			"3B",
			18,
			SLIDING,
			[_rate(words), _unexcused(words)],
			contact=("2026-11-03", "Phone Call"),
		),
		_learner(
			"EDU-STU-2026-00063",
			"Jesse van den Oosterhuis",
			"3A",
			8,
			MONDAYS,
			[_today(words)],
			contact=("2026-11-20", "In Person"),
		),
		_learner(
			"EDU-STU-2026-00052",
			"Mohamed El Haddad-Benali",
			"3B",
			1,
			ILL,
			[_row(words)],
			contact=("2026-11-22", "Message"),
		),
		_learner(
			"EDU-STU-2026-00029",
			"Zoë Kowalski",
			"3A",
			0.5,
			SLIDING,
			[_in_plan(words)],
			contact=("2026-11-18", "Home Visit"),
			plan={"name": "PLAN-2026-00004", "status": "Active", "title": "Back on track"},
		),
	]
	steady = ("Bilal Peeters", "Fleur Dijkstra", "Hamza Yilmaz", "Ilse Postma", "Kaan Sahin", "Maja Nguyen")
	for number, name in enumerate((*steady, "Ruben Verhoeven", "Sofie Achterberg"), start=70):
		learners.append(_learner(f"EDU-STU-2026-{number:05}", name, "3A" if number % 2 else "3B", 0, "", []))
	return {
		"v": 1,
		"today": TODAY.isoformat(),
		"mentor": {"user": MENTOR, "name": "Anna de Wit"},
		"can": ["acknowledge", "dismiss", "take_back", "log_talk", "start_plan", "contest"],
		"dismiss_reasons": REASONS,
		"learners": learners,
	}


def heatmap(letters: str) -> list[dict[str, Any]]:
	"""A day for each letter, from FIRST_DAY on, without weekends and the autumn break."""
	day, days = FIRST_DAY, []
	for letter in letters.replace(" ", ""):
		while day.weekday() > 4 or AUTUMN_BREAK[0] <= day <= AUTUMN_BREAK[1]:
			day += timedelta(days=1)
		kind, minutes = KINDS[letter]
		days.append({"date": day.isoformat(), "kind": kind, "minutes": minutes})
		day += timedelta(days=1)
	return days


def _trend(days: list[dict[str, Any]]) -> list[dict[str, Any]]:
	weeks: dict[str, list[int]] = {}
	for day in days:
		iso = date.fromisoformat(day["date"]).isocalendar()
		weeks.setdefault(f"{iso.year}-W{iso.week:02}", []).append(day["minutes"])
	return [
		{"week": week, "rate": round(100 * sum(missed) / (360 * len(missed)), 1)}
		for week, missed in weeks.items()
	]


def _learner(
	student: str,
	name: str,
	group: str,
	needs_me: float,
	letters: str,
	signals: list[dict[str, Any]],
	*,
	contact: tuple[str, str] | None = None,
	plan: dict[str, str] | None = None,
) -> dict[str, Any]:
	days = heatmap(letters)
	return {
		"student": student,
		"name": name,
		"group": group,
		"needs_me": needs_me,
		"signals": signals,
		"heatmap": days,
		"trend": _trend(days),
		"last_contact": {"on": contact[0], "channel": contact[1]} if contact else None,
		"plan": plan,
	}


def _signal(name: str, severity: str, tier: int, title: str, text: str, **more: Any) -> dict[str, Any]:
	return {
		"name": name,
		"status": "Open",
		"severity": severity,
		"tier": tier,
		"rule": f"rule-{name}",
		"rule_title": title,
		"explanation": text,
		"basis": None,
		"basis_url": None,
		"advice": None,
		"raised_on": "2026-11-23 09:05",
		"value_text": "",
		"threshold_text": "",
		"evidence": [],
		**more,
	}


def told(steps: Sequence[Step], words: dict[str, str]) -> list[dict[str, Any]]:
	"""The history of a signal, as the server tells it."""
	language = "nl" if words is WORDS["nl"] else "en"
	people = {MENTOR: "Anna de Wit", GUARDIAN: "Selma Demir"}
	return [
		{"step": entry.kind, "on": str(entry.on), "text": entry.text, "note": entry.note}
		for entry in history.tell(steps, language, people, {"ATT": date(2026, 11, 17)}, today=TODAY)
	]


def _fact(number: int, day: str, fact: str, value_text: str, *, contested: bool = False) -> dict[str, Any]:
	return {
		"record": f"EDU-ATT-2026-{number:05}",
		"date": day,
		"fact": fact,
		"value_text": value_text,
		"contested": contested,
		"contestable": True,
	}


def _unexcused(words: dict[str, str]) -> dict[str, Any]:
	return _signal(
		"SIG-0001",
		"Urgent",
		2,
		words["unexcused"],
		words["unexcused_text"],
		basis=LEERPLICHTWET,
		basis_url=LEERPLICHTWET_URL,
		advice=words["unexcused_advice"],
		value_text="17 " + words["hours"].split()[1],
		threshold_text="16 " + words["hours"].split()[1],
		evidence=[
			_fact(4410, "2026-11-23", words["absent"], words["hours"]),
			_fact(4322, "2026-11-20", words["absent"], words["hours"]),
			_fact(4290, "2026-11-18", words["absent"], words["hours"], contested=True),
		],
		history=told(STEPS[:1], words),
	)


def _rate(words: dict[str, str]) -> dict[str, Any]:
	return _signal(
		"SIG-0002",
		"Concern",
		2,
		words["rate"],
		words["rate_text"],
		raised_on="2026-11-19 09:05",
		value_text="21 %",
		threshold_text="10 %",
		evidence=[_fact(4322, "2026-11-20", words["absent"], words["hours"])],
	)


def _today(words: dict[str, str]) -> dict[str, Any]:
	return _signal(
		"SIG-0003",
		"Concern",
		1,
		words["today"],
		words["today_text"],
		evidence=[_fact(4433, "2026-11-23", words["absent"], words["hours"])],
	)


def _late(words: dict[str, str]) -> dict[str, Any]:
	return _signal(
		"SIG-0004",
		"Watch",
		1,
		words["late"],
		words["late_text"],
		raised_on="2026-11-20 09:05",
		value_text="9",
		threshold_text="6",
		evidence=[
			_fact(4440, "2026-11-23", words["late_fact"], words["minutes"]),
			_fact(4321, "2026-11-20", words["late_fact"], words["minutes"]),
		],
	)


def _row(words: dict[str, str]) -> dict[str, Any]:
	return _signal(
		"SIG-0005",
		"Watch",
		1,
		words["row"],
		words["row_text"],
		status="Acknowledged",
		advice=words["row_advice"],
		value_text="3",
		threshold_text="3",
		evidence=[_fact(4450, "2026-11-23", words["ill"], words["hours"])],
	)


def _in_plan(words: dict[str, str]) -> dict[str, Any]:
	return {
		**_unexcused(words),
		"name": "SIG-0006",
		"status": "In Plan",
		"raised_on": "2026-11-02 09:05",
		"severity": "Concern",
		"history": told(STEPS, words),
	}


HELP = {
	"kind": "Call For Help",
	"name": "CON-1",
	"doctype": "Concern",
	"student": "EDU-STU-2026-00063",
	"student_name": "Jesse van den Oosterhuis",
	"since": "2026-11-23 08:05:00",
	"due": "2026-11-23",
	"days_left": 0,
	"urgent": True,
	"overdue": False,
	"route": "/form/concern/CON-1",
}
MESSAGE = {
	"kind": "Message",
	"name": "MSG-1",
	"doctype": "Family Message",
	"student": "EDU-STU-2026-00070",
	"student_name": "Bilal Peeters",
	"since": "2026-11-20",
	"due": "2026-11-23",
	"days_left": 0,
	"route": "/form/family-message/MSG-1",
}
LOOK_AGAIN = {
	"kind": "Look Again",
	"name": "SIG-0005",
	"doctype": "Early Warning Signal",
	"student": "EDU-STU-2026-00052",
	"student_name": "Mohamed El Haddad-Benali",
	"since": "2026-11-09",
	"due": "2026-11-20",
	"days_left": -3,
	"overdue": True,
}
REVIEW = {
	"kind": "Review",
	"name": "PLAN-2026-00004",
	"doctype": "Support Plan",
	"student": "EDU-STU-2026-00029",
	"student_name": "Zoë Kowalski",
	"due": "2026-11-26",
	"days_left": 3,
	"route": "/form/support-plan/PLAN-2026-00004",
}
NEXT_STEP = {
	"kind": "Next Step",
	"name": "TALK-1",
	"doctype": "Contact Log",
	"student": "EDU-STU-2026-00071",
	"student_name": "Fleur Dijkstra",
	"due": "2026-11-24",
	"days_left": 1,
}
SETTLED = {
	"kind": "Contest Answered",
	"name": "CR-1",
	"doctype": "Contested Record",
	"student": "EDU-STU-2026-09999",
	"student_name": "Milan Left",
	"since": "2026-11-20",
}
CONFIDED = "I don't dare to go home tonight."
SAID = {
	"en": {
		"CON-1": ("Asks for help", ""),
		"MSG-1": ("A message of the family", "Yusuf Peeters: can Bilal leave at two on Thursday?"),
		"SIG-0005": ("Look at a signal again", "Several days away in a row"),
		"PLAN-2026-00004": ("Review of the plan", "With Zoë and her family"),
		"TALK-1": ("Next step", "Call her mother about the bus"),
		"CR-1": ("A contested record was answered", "The record of 17 November is corrected."),
		"emergency": "Call 112. Then the school's safeguarding lead: 06 1234 5678.",
	},
	"nl": {
		"CON-1": ("Vraagt om hulp", ""),
		"MSG-1": ("Een bericht van het gezin", "Yusuf Peeters: mag Bilal donderdag om twee uur weg?"),
		"SIG-0005": ("Kijk opnieuw naar een signaal", "Meerdere dagen achter elkaar weg"),
		"PLAN-2026-00004": ("Bespreking van het plan", "Met Zoë en haar gezin"),
		"TALK-1": ("Volgende stap", "Haar moeder bellen over de bus"),
		"CR-1": ("Een betwist gegeven is beantwoord", "Het gegeven van 17 november is verbeterd."),
		"emergency": "Bel 112. Daarna de aandachtsfunctionaris van de school: 06 1234 5678.",
	},
}


def busy(language: str = "en") -> dict[str, Any]:
	"""The same mentor on a day on which more waits than signals."""
	said = SAID[language]
	waiting = (MESSAGE, REVIEW, LOOK_AGAIN, NEXT_STEP, SETTLED, HELP)
	return {
		**overview(language),
		"now": "2026-11-23 09:15:30",
		"can": [
			*overview(language)["can"],
			"look_again",
			"take_help",
			"close_help",
			"answer_message",
			"next_step_done",
			"answer_seen",
			"go_away",
			"come_back",
		],
		"waiting": [{**one, "title": said[one["name"]][0], "text": said[one["name"]][1]} for one in waiting],
		"emergency_text": said["emergency"],
		"colleagues": [
			{"user": "b.smit@school.example", "name": "Bas Smit"},
			{"user": "c.vos@school.example", "name": "Carla Vos"},
		],
	}
