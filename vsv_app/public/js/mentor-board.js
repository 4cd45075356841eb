/**
 * <mentor-board lang="nl|en" theme="light|dark|auto">: a mentor's learners, ordered by who needs the mentor first.
 *
 * A classic script without dependencies: the same file serves Frappe Desk and the embedded server.
 *
 *   const board = document.querySelector("mentor-board");
 *   board.api = MentorBoard.httpApi("", { token });      // the embedded server
 *   board.api = MentorBoard.frappeApi();                 // Frappe Desk
 *
 * An api is { overview({lang}), act(action, {lang}), subscribe?(onChange) → unsubscribe, link?(kind, name) → URL or null }.
 * `overview` gives what the board shows (needs_me: the more, the sooner; a week's rate: percentage missed), `act` answers {signal, status, message?}; both reject with a BoardError
 * or anything else. The board changes what it shows at once and takes it back when `act` rejects.
 *
 * All text from outside goes through text nodes; the styles through adoptedStyleSheets. No request of its own.
 */
(() => {
	"use strict";

	if (customElements.get("mentor-board")) return;

	const REQUEST_TIMEOUT_MS = 20_000;
	const REFRESH_DELAY_MS = 300; // several signals raised together ask for one refresh
	const STALE_AFTER_MS = 60_000; // a board that comes back into view after this long asks anew
	const TOAST_MS = 6_000;
	const WEEKS_IN_STRIP = 22; // a longer year is drawn as several strips, so that a day stays a visible square
	const KEYS_SETTING = "vsv-board-keys";

	const SEVERITIES = ["Urgent", "Concern", "Watch", "Info"];
	const DAY_KINDS = ["present", "late", "part", "absent_unexcused", "absent_excused", "leave", "none"];
	const CHANNELS = ["In Person", "Phone Call", "Message", "Home Visit", "Video Call"];
	const STANDING = ["Open", "Acknowledged", "In Plan"];

	// ---------------------------------------------------------------- words

	const WORDS = {
		en: {
			title: "My learners",
			search: "Find a learner",
			refresh: "Refresh",
			keys: "Keys",
			tally_need: { one: "{n} needs you now", other: "{n} need you now" },
			tally_on_it: "{n} you are on",
			tally_quiet: "{n} nothing open",
			section_need: "Needs you now",
			section_on_it: "You are on it",
			section_quiet: "Nothing open",
			show_quiet: { one: "Show {n} learner with nothing open", other: "Show {n} learners with nothing open" },
			hide_quiet: "Hide learners with nothing open",
			loading: "Loading your learners…",
			empty_title: "Nobody needs you now",
			empty_text: "No signal is waiting for you. A new one appears here by itself.",
			no_learners_title: "No learners yet",
			no_learners_text: "You are not a mentor of anybody today. The coordinator assigns learners to mentors.",
			no_match: "No learner of yours is called “{text}”.",
			error_title: "Your learners cannot be shown",
			stale: "Could not refresh. You see what was known at {time}.",
			retry: "Try again",
			close: "Close",
			cancel: "Cancel",
			error_network: "The school's server cannot be reached. Check the connection and try again.",
			error_timeout: "The school's server took too long. It may or may not have been saved; look before you try again.",
			error_forbidden: "You are signed out, or this learner is no longer yours. Sign in again.",
			error_server: "Something went wrong at the school's server. Nothing was changed here.",
			error_data: "The school's server gave an answer that this page does not understand. Reload the page.",
			not_done: "Not done: {what}.",
			severity_Urgent: "Urgent",
			severity_Concern: "Concern",
			severity_Watch: "Watch",
			severity_Info: "For information",
			status_Open: "Open",
			status_Acknowledged: "Acknowledged",
			"status_In Plan": "In a plan",
			new_mark: "New",
			signals: "Signals",
			more_signals: { one: "{n} more signal", other: "{n} more signals" },
			raised: "raised {when}",
			observed: "Observed",
			threshold: "The school looks from",
			raised_on: "Raised",
			support: "Support",
			tier_0: "for all learners",
			tier_1: "keep an eye on it",
			tier_2: "targeted help",
			tier_3: "intensive help",
			advice: "What may help",
			basis: "Why this rule: {basis}",
			basis_opens: "(opens in a new tab)",
			evidence: { one: "The fact behind it ({n})", other: "The facts behind it ({n})" },
			evidence_caption: "Records behind “{rule}”",
			evidence_date: "Date",
			evidence_fact: "What is recorded",
			evidence_doubt: "In doubt",
			contested: "Contested",
			contest: "Not right?",
			contest_label: "Say that this record is not right: {fact}, {date}",
			acknowledge: "Acknowledge",
			dismiss: "Dismiss…",
			log_talk: "Log a talk…",
			start_plan: "Start a plan…",
			year: "Attendance this year",
			year_summary: "Since {start}: {present} of {total} school days fully present.",
			year_also: "Also {list}.",
			kind_present: "Present",
			kind_late: "Late",
			kind_part: "Part of the day",
			kind_absent_unexcused: "Absent, no known reason",
			kind_absent_excused: "Absent, reason known",
			kind_leave: "Leave",
			kind_none: "Nothing recorded",
			count_late: { one: "{n} day late", other: "{n} days late" },
			count_part: { one: "{n} day partly missed", other: "{n} days partly missed" },
			count_absent_unexcused: {
				one: "{n} day absent without a known reason",
				other: "{n} days absent without a known reason",
			},
			count_absent_excused: {
				one: "{n} day absent with a known reason",
				other: "{n} days absent with a known reason",
			},
			count_leave: { one: "{n} day of leave", other: "{n} days of leave" },
			count_none: { one: "{n} day not recorded", other: "{n} days not recorded" },
			as_table: "As a table",
			hide_table: "Hide the table",
			year_caption: "School days that were not simply present, newest first",
			year_all_present: "Present on every recorded school day.",
			day: "Day",
			what: "What",
			time: "Time",
			hours_minutes: "{h} h {m} min",
			hours: "{h} h",
			minutes: "{m} min",
			trend: "Present, week by week",
			trend_summary: "{last} in week {week}; {before} on average in the weeks before.",
			trend_now: "{last} this week so far; {before} on average in the weeks before.",
			trend_single: "{last} in week {week}.",
			plan: "Plan",
			plan_none: "No plan.",
			plan_starting: "Being started…",
			planned_Draft: "draft",
			planned_Proposed: "proposed",
			planned_Agreed: "agreed",
			planned_Active: "active",
			"planned_In Review": "in review",
			planned_Closed: "closed",
			contact: "Last contact",
			contact_none: "No talk logged yet.",
			contact_text: "{when}, {channel}",
			"channel_In Person": "In person",
			"channel_Phone Call": "By phone",
			channel_Message: "By message",
			"channel_Home Visit": "Home visit",
			"channel_Video Call": "Video call",
			talk_meta: "last talk {when}",
			no_talk_meta: "no talk logged yet",
			dismiss_title: "Dismiss this signal",
			dismiss_why: "Why? Choosing a reason dismisses the signal.",
			"reason_Known and handled": "Known and handled",
			"reason_Facts are wrong": "The facts are wrong",
			"reason_Excused afterwards": "Excused afterwards",
			"reason_Not a concern for this learner": "Not a concern for this learner",
			reason_Other: "Other: see my note",
			note_optional: "Note (optional)",
			note_for_other: "Note (needed for “Other”)",
			note_missing: "Say in a few words why.",
			note_hint: "Write facts only. The learner may read this.",
			talk_title: "Log a talk",
			talk_how: "How",
			talk_about: "About",
			talk_about_none: "No signal in particular",
			talk_save: "Save the talk",
			plan_title: "Start a plan",
			plan_intro: "The plan starts as a draft. It counts only when the learner or family and the school have agreed to it.",
			plan_from: "From these signals",
			plan_missing: "Choose at least one signal.",
			plan_save: "Start the plan",
			contest_title: "This record is not right",
			contest_intro: "It is marked as contested at once, and the attendance officer is asked to look at it.",
			contest_note: "What is not right?",
			contest_save: "Contest the record",
			done_acknowledge: "Acknowledged: {rule}, {name}.",
			done_dismiss: "Dismissed: {rule}, {name}.",
			done_log_talk: "Talk with {name} logged.",
			done_start_plan: "A plan for {name} is started.",
			done_contest: "Contested: {fact}, {name}.",
			undone_acknowledge: "the signal is not acknowledged",
			undone_dismiss: "the signal is not dismissed",
			undone_log_talk: "the talk is not logged",
			undone_start_plan: "the plan is not started",
			undone_contest: "the record is not contested",
			handled: "Nothing open any more.",
			new_signal: { one: "New signal: {names}.", other: "{n} new signals: {names}." },
			refreshed: "Up to date.",
			choose_first: "Choose a learner first, with j or k.",
			nothing_to_acknowledge: "{name} has no open signal.",
			nothing_to_dismiss: "{name} has no signal to dismiss.",
			nothing_to_plan: "{name} has no signal to start a plan from.",
			has_plan: "{name} has a plan already.",
			help_title: "Keys",
			help_intro: "The keys work while the board has the focus.",
			help_next: "next learner",
			help_previous: "previous learner",
			help_open: "open or close the learner",
			help_acknowledge: "acknowledge the signal",
			help_dismiss: "dismiss it, then 1 to 5 for the reason",
			help_talk: "log a talk",
			help_plan: "start a plan",
			help_at_once: "At once, without a window:",
			help_dismiss_now: "dismiss for that reason",
			help_talk_now: "log a talk in person",
			help_plan_now: "start a plan from all signals",
			shift: "Shift",
			help_search: "find a learner",
			help_help: "these keys",
			help_escape: "close",
			help_enabled: "Use single keys",
			or: "or",
		},
		nl: {
			title: "Mijn leerlingen",
			search: "Zoek een leerling",
			refresh: "Verversen",
			keys: "Toetsen",
			tally_need: { one: "{n} heeft je nu nodig", other: "{n} hebben je nu nodig" },
			tally_on_it: "{n} pak je al op",
			tally_quiet: "{n} niets open",
			section_need: "Heeft je nu nodig",
			section_on_it: "Pak je al op",
			section_quiet: "Niets open",
			show_quiet: {
				one: "Toon {n} leerling bij wie niets openstaat",
				other: "Toon {n} leerlingen bij wie niets openstaat",
			},
			hide_quiet: "Verberg leerlingen bij wie niets openstaat",
			loading: "Je leerlingen worden geladen…",
			empty_title: "Niemand heeft je nu nodig",
			empty_text: "Er wacht geen signaal op je. Een nieuw signaal verschijnt hier vanzelf.",
			no_learners_title: "Nog geen leerlingen",
			no_learners_text: "Je bent vandaag van niemand mentor. De coördinator wijst leerlingen aan mentoren toe.",
			no_match: "Geen van je leerlingen heet “{text}”.",
			error_title: "Je leerlingen kunnen niet worden getoond",
			stale: "Verversen lukte niet. Je ziet wat om {time} bekend was.",
			retry: "Probeer opnieuw",
			close: "Sluiten",
			cancel: "Annuleren",
			error_network: "De server van de school is niet bereikbaar. Controleer de verbinding en probeer het opnieuw.",
			error_timeout: "De server van de school deed er te lang over. Misschien is het wel bewaard; kijk eerst, voor je het opnieuw probeert.",
			error_forbidden: "Je bent afgemeld, of deze leerling is niet meer van jou. Meld je opnieuw aan.",
			error_server: "Er ging iets mis op de server van de school. Hier is niets veranderd.",
			error_data: "De server van de school gaf een antwoord dat deze pagina niet begrijpt. Laad de pagina opnieuw.",
			not_done: "Niet gelukt: {what}.",
			severity_Urgent: "Dringend",
			severity_Concern: "Zorg",
			severity_Watch: "Volgen",
			severity_Info: "Ter informatie",
			status_Open: "Open",
			status_Acknowledged: "Opgepakt",
			"status_In Plan": "In een plan",
			new_mark: "Nieuw",
			signals: "Signalen",
			more_signals: { one: "nog {n} signaal", other: "nog {n} signalen" },
			raised: "gemeld {when}",
			observed: "Gezien",
			threshold: "De school kijkt vanaf",
			raised_on: "Gemeld",
			support: "Ondersteuning",
			tier_0: "voor alle leerlingen",
			tier_1: "in het oog houden",
			tier_2: "gerichte hulp",
			tier_3: "intensieve hulp",
			advice: "Wat kan helpen",
			basis: "Waarom deze regel: {basis}",
			basis_opens: "(opent in een nieuw tabblad)",
			evidence: { one: "Het feit erachter ({n})", other: "De feiten erachter ({n})" },
			evidence_caption: "Gegevens achter “{rule}”",
			evidence_date: "Datum",
			evidence_fact: "Wat er vastligt",
			evidence_doubt: "Betwijfelen",
			contested: "Betwist",
			contest: "Klopt niet?",
			contest_label: "Zeg dat dit gegeven niet klopt: {fact}, {date}",
			acknowledge: "Ik pak het op",
			dismiss: "Afwijzen…",
			log_talk: "Gesprek noteren…",
			start_plan: "Plan starten…",
			year: "Aanwezigheid dit jaar",
			year_summary: "Sinds {start}: {present} van {total} schooldagen volledig aanwezig.",
			year_also: "Daarnaast {list}.",
			kind_present: "Aanwezig",
			kind_late: "Te laat",
			kind_part: "Deel van de dag",
			kind_absent_unexcused: "Afwezig, reden onbekend",
			kind_absent_excused: "Afwezig, reden bekend",
			kind_leave: "Verlof",
			kind_none: "Niets vastgelegd",
			count_late: { one: "{n} dag te laat", other: "{n} dagen te laat" },
			count_part: { one: "{n} dag deels gemist", other: "{n} dagen deels gemist" },
			count_absent_unexcused: {
				one: "{n} dag afwezig zonder bekende reden",
				other: "{n} dagen afwezig zonder bekende reden",
			},
			count_absent_excused: {
				one: "{n} dag afwezig met bekende reden",
				other: "{n} dagen afwezig met bekende reden",
			},
			count_leave: { one: "{n} dag verlof", other: "{n} dagen verlof" },
			count_none: { one: "{n} dag niet vastgelegd", other: "{n} dagen niet vastgelegd" },
			as_table: "Als tabel",
			hide_table: "Verberg de tabel",
			year_caption: "Schooldagen die niet gewoon aanwezig waren, nieuwste eerst",
			year_all_present: "Aanwezig op elke vastgelegde schooldag.",
			day: "Dag",
			what: "Wat",
			time: "Tijd",
			hours_minutes: "{h} u {m} min",
			hours: "{h} u",
			minutes: "{m} min",
			trend: "Aanwezig, week na week",
			trend_summary: "{last} in week {week}; gemiddeld {before} in de weken ervoor.",
			trend_now: "{last} tot nu toe deze week; gemiddeld {before} in de weken ervoor.",
			trend_single: "{last} in week {week}.",
			plan: "Plan",
			plan_none: "Geen plan.",
			plan_starting: "Wordt gestart…",
			planned_Draft: "concept",
			planned_Proposed: "voorgesteld",
			planned_Agreed: "afgesproken",
			planned_Active: "loopt",
			"planned_In Review": "wordt besproken",
			planned_Closed: "gesloten",
			contact: "Laatste contact",
			contact_none: "Nog geen gesprek genoteerd.",
			contact_text: "{when}, {channel}",
			"channel_In Person": "Persoonlijk",
			"channel_Phone Call": "Telefonisch",
			channel_Message: "Per bericht",
			"channel_Home Visit": "Huisbezoek",
			"channel_Video Call": "Videogesprek",
			talk_meta: "laatste gesprek {when}",
			no_talk_meta: "nog geen gesprek genoteerd",
			dismiss_title: "Dit signaal afwijzen",
			dismiss_why: "Waarom? Door een reden te kiezen wijs je het signaal af.",
			"reason_Known and handled": "Bekend en afgehandeld",
			"reason_Facts are wrong": "De feiten kloppen niet",
			"reason_Excused afterwards": "Achteraf verontschuldigd",
			"reason_Not a concern for this learner": "Geen zorg bij deze leerling",
			reason_Other: "Anders: zie mijn notitie",
			note_optional: "Notitie (mag leeg blijven)",
			note_for_other: "Notitie (nodig bij “Anders”)",
			note_missing: "Zeg in een paar woorden waarom.",
			note_hint: "Schrijf alleen feiten op. De leerling mag dit lezen.",
			talk_title: "Gesprek noteren",
			talk_how: "Hoe",
			talk_about: "Waarover",
			talk_about_none: "Geen bepaald signaal",
			talk_save: "Gesprek bewaren",
			plan_title: "Plan starten",
			plan_intro: "Het plan begint als concept. Het telt pas als leerling of gezin en school ermee hebben ingestemd.",
			plan_from: "Vanuit deze signalen",
			plan_missing: "Kies minstens één signaal.",
			plan_save: "Plan starten",
			contest_title: "Dit gegeven klopt niet",
			contest_intro: "Het wordt meteen als betwist gemarkeerd en de verzuimcoördinator wordt gevraagd ernaar te kijken.",
			contest_note: "Wat klopt er niet?",
			contest_save: "Gegeven betwisten",
			done_acknowledge: "Opgepakt: {rule}, {name}.",
			done_dismiss: "Afgewezen: {rule}, {name}.",
			done_log_talk: "Gesprek met {name} genoteerd.",
			done_start_plan: "Er is een plan voor {name} gestart.",
			done_contest: "Betwist: {fact}, {name}.",
			undone_acknowledge: "het signaal is niet opgepakt",
			undone_dismiss: "het signaal is niet afgewezen",
			undone_log_talk: "het gesprek is niet genoteerd",
			undone_start_plan: "het plan is niet gestart",
			undone_contest: "het gegeven is niet betwist",
			handled: "Er staat niets meer open.",
			new_signal: { one: "Nieuw signaal: {names}.", other: "{n} nieuwe signalen: {names}." },
			refreshed: "Bijgewerkt.",
			choose_first: "Kies eerst een leerling, met j of k.",
			nothing_to_acknowledge: "{name} heeft geen open signaal.",
			nothing_to_dismiss: "{name} heeft geen signaal om af te wijzen.",
			nothing_to_plan: "{name} heeft geen signaal om een plan vanuit te starten.",
			has_plan: "{name} heeft al een plan.",
			help_title: "Toetsen",
			help_intro: "De toetsen werken zolang het bord de focus heeft.",
			help_next: "volgende leerling",
			help_previous: "vorige leerling",
			help_open: "leerling openen of sluiten",
			help_acknowledge: "het signaal oppakken",
			help_dismiss: "het afwijzen, daarna 1 tot 5 voor de reden",
			help_talk: "gesprek noteren",
			help_plan: "plan starten",
			help_at_once: "Meteen, zonder venster:",
			help_dismiss_now: "afwijzen om die reden",
			help_talk_now: "persoonlijk gesprek noteren",
			help_plan_now: "plan starten vanuit alle signalen",
			shift: "Shift",
			help_search: "leerling zoeken",
			help_help: "deze toetsen",
			help_escape: "sluiten",
			help_enabled: "Losse toetsen gebruiken",
			or: "of",
		},
	};

	/** Texts, dates and numbers of one language. */
	class Language {
		constructor(code) {
			this.code = code in WORDS ? code : "en";
			this.words = WORDS[this.code];
			this.locale = { en: "en-GB", nl: "nl-NL" }[this.code];
		}

		/** The text of a key, `{placeholders}` filled in; where it has a plural, by `values.n`. */
		say(key, values = {}) {
			let text = this.words[key];
			if (text === undefined) throw new Error(`mentor-board has no text ${key}`);
			if (typeof text === "object") text = values.n === 1 ? text.one : text.other;
			return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
		}

		/** The text of a code from the server, or the code itself where the board does not know it. */
		codeText(family, code) {
			return this.words[`${family}_${code}`] ?? String(code ?? "");
		}

		/** "2026-11-23" or a timestamp as "23 November". */
		date(value, options = { day: "numeric", month: "long" }) {
			const day = asDay(value);
			return day ? new Intl.DateTimeFormat(this.locale, { ...options, timeZone: "UTC" }).format(day) : String(value ?? "");
		}

		/** "today", "yesterday", "5 days ago", and further back the date itself. */
		ago(value, today) {
			const [then, now] = [asDay(value), asDay(today)];
			const days = then && now ? Math.round((then - now) / 86_400_000) : NaN;
			if (!(days <= 0 && days > -14)) return this.date(value);
			return new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" }).format(days, "day");
		}

		percent(value) {
			return new Intl.NumberFormat(this.locale, { style: "percent", maximumFractionDigits: 0 }).format(value / 100);
		}

		duration(minutes) {
			if (!minutes) return "";
			const [h, m] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
			return this.say(h && m ? "hours_minutes" : h ? "hours" : "minutes", { h, m });
		}

		list(items) {
			return new Intl.ListFormat(this.locale).format(items);
		}
	}

	/** The calendar day of "2026-11-23…" as a UTC Date, or null. */
	function asDay(value) {
		const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(String(value ?? ""));
		return parts ? new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]))) : null;
	}

	// ---------------------------------------------------------------- elements

	/** An element. Strings among `children` become text nodes, null is left out; `on*` functions become listeners. */
	function el(tag, properties = {}, ...children) {
		return furnish(document.createElement(tag), properties, children);
	}

	function svg(tag, properties = {}, ...children) {
		return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
	}

	function furnish(element, properties, children) {
		for (const [name, value] of Object.entries(properties)) {
			if (value === null || value === undefined || value === false) continue;
			if (typeof value === "function") element.addEventListener(name.slice(2), value);
			else element.setAttribute(name, value === true ? "" : String(value));
		}
		element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
		return element;
	}

	const ICONS = {
		Urgent: ["M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z", "M12 7v6", "M12 16.6v.4"],
		Concern: ["M12 3 22 20.5H2z", "M12 9.5v5", "M12 17.3v.3"],
		Watch: ["M1.8 12S5.5 5 12 5s10.2 7 10.2 7-3.7 7-10.2 7S1.8 12 1.8 12z", "M12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z"],
		Info: ["M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19z", "M12 11v6", "M12 7.2v.3"],
		chevron: ["M8 5l7 7-7 7"],
		check: ["M4.5 12.5l5 5L19.5 7"],
		talk: ["M4 4.5h16v11H11l-4.5 4v-4H4z"],
		plan: ["M5 3.5h14v17H5z", "M8.5 8.5h7", "M8.5 12h7", "M8.5 15.5h4"],
		refresh: ["M20 11a8 8 0 1 0-2.3 6.3", "M20.5 5v6h-6"],
		close: ["M5.5 5.5l13 13", "M18.5 5.5l-13 13"],
		search: ["M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z", "M15.5 15.5 20.5 20.5"],
		flag: ["M6 21V4", "M6 4.5h11l-2.5 4 2.5 4H6"],
		calm: ["M12 21v-9", "M12 13c0-4.5 3-7 8-7 0 5-3 7.5-8 7z", "M12 16.5c0-3.6-2.6-5.7-7-5.7 0 4 2.6 6.1 7 5.7z"],
		keyboard: ["M2.5 6h19v12h-19z", "M6 10h.5M10 10h.5M14 10h.5M18 10h.5M7.5 14.3h9"],
	};

	function icon(name) {
		const paths = (ICONS[name] ?? ICONS.Info).map((d) => svg("path", { d }));
		return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, paths);
	}

	// ---------------------------------------------------------------- pictures

	/** The year to date as strips of weeks: one square a school day, told apart by shape as well as colour. */
	function heatmap(days, language) {
		const weeks = byWeek(days);
		const strips = Math.ceil(weeks.length / WEEKS_IN_STRIP);
		const length = Math.ceil(weeks.length / strips);
		const rows = Math.max(5, ...days.map((day) => weekday(day.date) + 1));
		return Array.from({ length: strips }, (_, n) =>
			strip(weeks.slice(n * length, (n + 1) * length), rows, strips > 1 ? length : 0, language)
		);
	}

	/** [{monday, days: [by weekday]}] without gaps between the first and the last school day. */
	function byWeek(days) {
		const weeks = new Map();
		const mondays = days.map((day) => +asDay(day.date) - weekday(day.date) * 86_400_000);
		for (let at = Math.min(...mondays); at <= Math.max(...mondays); at += 7 * 86_400_000) weeks.set(at, []);
		days.forEach((day, index) => (weeks.get(mondays[index])[weekday(day.date)] = day));
		return Array.from(weeks, ([monday, of]) => ({ monday: new Date(monday), days: of }));
	}

	/** 0 for Monday to 6 for Sunday. */
	function weekday(date) {
		return (asDay(date).getUTCDay() + 6) % 7;
	}

	/** "2026-W48" for a day in it. */
	function isoWeek(date) {
		const thursday = new Date(+asDay(date) + (3 - weekday(date)) * 86_400_000);
		const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
		return `${thursday.getUTCFullYear()}-W${String(Math.floor((thursday - first) / 604_800_000) + 1).padStart(2, "0")}`;
	}

	const CELL = 16;
	const SCALE = 1.25; // drawn units to pixels, where there is room

	function strip(weeks, rows, columns, language) {
		const left = 18;
		const width = left + Math.max(columns, weeks.length, 12) * CELL;
		const names = new Intl.DateTimeFormat(language.locale, { weekday: "narrow", timeZone: "UTC" });
		const months = new Intl.DateTimeFormat(language.locale, { month: "short", timeZone: "UTC" });
		const parts = [];
		for (let row = 0; row < rows; row += 2) {
			const label = names.format(new Date(Date.UTC(2024, 0, 1 + row)));
			parts.push(svg("text", { x: 0, y: 14 + row * CELL + 11.5, class: "axis" }, label));
		}
		let shown = null;
		weeks.forEach((week, column) => {
			const x = left + column * CELL;
			const month = week.monday.getUTCMonth();
			const room = column === 0 ? weeks[1]?.monday.getUTCMonth() === month || weeks.length === 1 : true;
			if (month !== shown && room) {
				parts.push(svg("text", { x, y: 9, class: "axis" }, months.format(week.monday)));
				shown = month;
			}
			week.days.forEach((day, row) => parts.push(square(day, x, 14 + row * CELL, language)));
		});
		return svg("svg", { class: "heat", width: width * SCALE, viewBox: `0 0 ${width} ${14 + rows * CELL}`, "aria-hidden": "true" }, parts);
	}

	function square(day, x, y, language) {
		const kind = DAY_KINDS.includes(day.kind) ? day.kind : "none";
		const time = language.duration(day.minutes);
		const title = `${language.date(day.date, { weekday: "long", day: "numeric", month: "long" })}: ${language.say(`kind_${kind}`)}`;
		return svg(
			"g",
			{ class: `day ${kind}`, transform: `translate(${x} ${y})` },
			svg("title", {}, time ? `${title}, ${time}` : title),
			...glyph(kind)
		);
	}

	/** The shape of a kind of day in a box of 14 by 14. */
	function glyph(kind) {
		const box = svg("rect", { class: "box", x: 0.75, y: 0.75, width: 12.5, height: 12.5, rx: 2.5 });
		const marks = {
			late: [svg("path", { class: "fill", d: "M1.5 9h11v2.5a1.2 1.2 0 0 1-1.2 1.2H2.7a1.2 1.2 0 0 1-1.2-1.2z" })],
			part: [svg("path", { class: "fill", d: "M1.3 12.7V1.3L12.7 12.7z" })],
			absent_unexcused: [svg("path", { class: "mark", d: "M4.2 4.2l5.6 5.6M9.8 4.2L4.2 9.8" })],
			absent_excused: [svg("path", { class: "mark", d: "M4 10L10 4" })],
			leave: [svg("circle", { class: "fill", cx: 7, cy: 7, r: 2.4 })],
		};
		if (kind === "none") return [svg("circle", { class: "fill", cx: 7, cy: 7, r: 1.2 })];
		return [box, ...(marks[kind] ?? [])];
	}

	/** A line of the weekly shares present, between a floor and 100 %, with the last one named. */
	function trendLine(trend, language) {
		const [width, height, top, right] = [300, 78, 8, 40];
		const rates = trend.map((week) => week.present);
		const floor = Math.max(0, Math.min(80, Math.floor((Math.min(...rates) - 5) / 20) * 20));
		const x = (index) => 4 + (rates.length > 1 ? (index * (width - right - 8)) / (rates.length - 1) : 0);
		const y = (rate) => top + ((100 - rate) * (height - top - 8)) / (100 - floor);
		const points = rates.map((rate, index) => `${x(index).toFixed(1)},${y(rate).toFixed(1)}`);
		const last = rates.length - 1;
		const guides = [100, floor].map((rate) => [
			svg("path", { class: "guide", d: `M4 ${y(rate)}H${width - right}` }),
			Math.abs(y(rate) - y(rates[last])) > 13 &&
				svg("text", { class: "axis", x: width - right + 8, y: y(rate) + 3.5 }, language.percent(rate)),
		]);
		const area = `M${points[0]} L${points.join(" ")} L${x(last)},${y(floor)} L${x(0)},${y(floor)} Z`;
		return svg(
			"svg",
			{ class: "trend", width: width * SCALE, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
			guides.flat().filter(Boolean),
			svg("path", { class: "area", d: area }),
			svg("polyline", { class: "line", points: points.join(" ") }),
			svg("circle", { class: "end", cx: x(last), cy: y(rates[last]), r: 4 }),
			svg("text", { class: "axis now", x: width - right + 8, y: y(rates[last]) + 3.5 }, language.percent(rates[last]))
		);
	}

	// ---------------------------------------------------------------- looks

	const DARK = `
		color-scheme: dark;
		--page: #11171b; --card: #192126; --raised: #212b31; --line: #2e3a41; --edge: #75858f;
		--ink: #e8edef; --muted: #a8b5bc; --accent: #86cfd2; --on-accent: #0c2427; --accent-tint: #17343a;
		--urgent: #ffa39c; --urgent-tint: #3b2122; --concern: #f0bf78; --concern-tint: #35290f;
		--watch: #97c6f4; --watch-tint: #1a2d3d; --info: #b6c2c9; --info-tint: #263036;
		--day: #2f5a57; --day-edge: #3d716d; --absent: #ef7f77; --absent-mark: #2a0f0d;
		--excused: #5f8fbb; --excused-mark: #0b1a28; --late: #e0a84f; --shade: 0 1px 2px rgb(0 0 0 / 40%);
		--float: 0 12px 40px rgb(0 0 0 / 60%); --backdrop: rgb(4 8 10 / 65%);`;

	const STYLE = `
		:host {
			color-scheme: light;
			--page: #f5f4f0; --card: #ffffff; --raised: #f7f7f4; --line: #e1e3df; --edge: #77848c;
			--ink: #1c272e; --muted: #53616b; --accent: #145f68; --on-accent: #ffffff; --accent-tint: #e3f0f0;
			--urgent: #a1262b; --urgent-tint: #fbeceb; --concern: #824800; --concern-tint: #fcf1df;
			--watch: #1d588a; --watch-tint: #e8f1f9; --info: #4b5963; --info-tint: #eef1f1;
			--day: #cfe4df; --day-edge: #b4d2cb; --absent: #b8383b; --absent-mark: #ffffff;
			--excused: #5b8db8; --excused-mark: #ffffff; --late: #b3700f; --shade: 0 1px 2px rgb(28 39 46 / 7%);
			--float: 0 16px 48px rgb(28 39 46 / 24%); --backdrop: rgb(28 39 46 / 45%);
			display: block; color: var(--ink); background: var(--page);
			font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Helvetica Neue", sans-serif;
			text-align: start; -webkit-text-size-adjust: 100%;
		}
		:host([theme="dark"]) { ${DARK} }
		@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
		:host([hidden]) { display: none; }
		*, *::before, *::after { box-sizing: border-box; }
		h2, h3, h4, h5, p, ol, ul, dl, dd, figure { margin: 0; padding: 0; }
		ol, ul { list-style: none; }
		[hidden] { display: none !important; }
		.board { container-type: inline-size; position: relative; max-width: 68rem; margin: 0 auto; padding: 24px 20px 40px; }
		.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
		.muted { color: var(--muted); }
		.small { font-size: 13px; }
		.icon { width: 18px; height: 18px; flex: none; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }

		button, input, select, textarea { font: inherit; color: inherit; }
		button { cursor: pointer; }
		button, input, a { scroll-margin-block: 12px 84px; } /* what has the focus is not under the toast */
		:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
		.button {
			display: inline-flex; align-items: center; justify-content: center; gap: 7px; min-height: 36px; padding: 5px 13px;
			border: 1px solid var(--edge); border-radius: 9px; background: var(--card); font-size: 14px; font-weight: 550; line-height: 1.25;
		}
		.button .icon { width: 16px; height: 16px; }
		.button:hover { background: var(--accent-tint); border-color: var(--accent); }
		.button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
		.button.main:hover { background: color-mix(in srgb, var(--accent) 86%, var(--ink)); }
		.button.plain { border-color: transparent; background: none; color: var(--accent); padding-inline: 8px; }
		.button.plain:hover { background: var(--accent-tint); }
		.button[aria-disabled="true"] { opacity: .55; cursor: progress; }
		.button.only { padding: 5px 9px; }
		@media (pointer: coarse) { .button { min-height: 44px; } }

		.top { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 12px 20px; }
		.top h2 { font-size: 27px; line-height: 1.2; font-weight: 680; letter-spacing: -.015em; }
		.tools { display: flex; gap: 8px; align-items: center; }
		.find { position: relative; display: block; }
		.find .icon { position: absolute; left: 10px; top: 50%; translate: 0 -50%; width: 16px; height: 16px; color: var(--muted); pointer-events: none; }
		.find input { width: 13rem; min-height: 36px; padding: 5px 10px 5px 33px; border: 1px solid var(--edge); border-radius: 9px; background: var(--card); }
		.find input::placeholder { color: var(--muted); opacity: 1; }
		.tally { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 14px; font-size: 14px; color: var(--muted); }
		.tally li { display: flex; align-items: center; gap: 7px; }
		.tally .dot { width: 10px; height: 10px; border-radius: 50%; border: 2px solid var(--edge); }
		.tally .need { color: var(--ink); font-weight: 620; }
		.tally .need .dot { background: var(--urgent); border-color: var(--urgent); }
		.tally .on .dot { background: linear-gradient(90deg, var(--accent) 50%, transparent 50%); border-color: var(--accent); }

		.section { margin-top: 26px; }
		.section > h3 { display: flex; align-items: baseline; gap: 8px; margin-bottom: 10px; font-size: 15px; font-weight: 640; }
		.section > h3 .n { color: var(--muted); font-weight: 450; }
		.cards, .row, .signals, .signal, .about { grid-template-columns: minmax(0, 1fr); }
		.cards { display: grid; gap: 10px; }
		.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shade); overflow: clip; position: relative; }
		.card::before { content: ""; position: absolute; inset: 0 auto 0 0; width: 4px; background: var(--tone, transparent); }
		.tone-Urgent { --tone: var(--urgent); --tint: var(--urgent-tint); }
		.tone-Concern { --tone: var(--concern); --tint: var(--concern-tint); }
		.tone-Watch { --tone: var(--watch); --tint: var(--watch-tint); }
		.tone-Info { --tone: var(--info); --tint: var(--info-tint); }
		.row { padding: 13px 16px 14px 18px; display: grid; gap: 9px; }
		.head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
		.head h4 { font-size: 16.5px; font-weight: 640; line-height: 1.3; min-width: 0; }
		.name {
			display: inline-flex; align-items: center; gap: 6px; min-height: 30px; margin-left: -6px; padding: 2px 8px 2px 4px; border: 0; border-radius: 8px;
			background: none; font: inherit; text-align: start; overflow-wrap: anywhere;
		}
		.name::after { content: ""; position: absolute; inset: 0; }
		.name:hover { color: var(--accent); }
		.name .icon { width: 17px; height: 17px; color: var(--muted); transition: rotate .16s; }
		.name[aria-expanded="true"] .icon { rotate: 90deg; }
		.row { position: relative; }
		.row .acts, .row .problem, .row a { position: relative; }
		.group { color: var(--muted); font-size: 14px; }
		.pill {
			display: inline-flex; align-items: center; gap: 5px; padding: 1px 9px 1px 7px; min-height: 24px; border-radius: 99px; font-size: 13px; font-weight: 600;
			color: var(--tone, var(--muted)); background: var(--tint, var(--info-tint)); white-space: nowrap;
		}
		.pill .icon { width: 15px; height: 15px; }
		.pill.quiet { color: var(--muted); background: none; border: 1px solid var(--line); font-weight: 500; padding-inline: 9px; }
		.pill.fresh { color: var(--accent); background: var(--accent-tint); padding-inline: 9px; }
		.end { margin-inline-start: auto; }
		.why { max-width: 46rem; text-wrap: pretty; }
		.meta { font-size: 13.5px; color: var(--muted); }
		.meta::first-letter { text-transform: uppercase; }
		.meta span + span::before { content: " · "; }
		.acts { display: flex; flex-wrap: wrap; gap: 7px; }
		.card.slim .row { grid-template-columns: 1fr auto; align-items: center; padding-block: 8px; }

		.problem { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 9px 12px; border: 1px solid var(--urgent); border-radius: 10px; background: var(--urgent-tint); }
		.problem .icon { color: var(--urgent); }
		.problem p { flex: 1 1 16rem; }
		.banner { margin-top: 16px; }

		.detail { display: grid; grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); gap: 26px; padding: 18px; border-top: 1px solid var(--line); background: var(--raised); }
		.detail h5 { font-size: 13.5px; font-weight: 640; color: var(--muted); margin-bottom: 8px; }
		.signals { display: grid; gap: 12px; align-content: start; }
		.signals > h5 { margin-bottom: -4px; }
		.signal { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px; display: grid; gap: 10px; }
		.signal h6 { margin: 0; font-size: 15px; font-weight: 640; line-height: 1.35; }
		.facts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 14px; padding: 10px 12px; border-radius: 9px; background: var(--raised); }
		.facts dt { overflow-wrap: anywhere; font-size: 12.5px; color: var(--muted); }
		.facts dd { font-weight: 560; font-variant-numeric: tabular-nums; }
		.fold { margin-inline-start: -8px; justify-self: start; }
		.fold .icon { transition: rotate .16s; }
		.fold[aria-expanded="true"] .icon { rotate: 90deg; }
		.advice { padding-inline-start: 11px; border-inline-start: 3px solid var(--accent); }
		.advice b { display: block; font-size: 12.5px; font-weight: 600; color: var(--muted); }
		a { color: var(--accent); text-underline-offset: 2px; overflow-wrap: anywhere; }
		.wrap { overflow-x: auto; }
		table { width: 100%; border-collapse: collapse; font-size: 14px; }
		caption { text-align: start; font-size: 12.5px; color: var(--muted); padding-bottom: 5px; }
		th { text-align: start; font-size: 12.5px; font-weight: 600; color: var(--muted); }
		th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; text-align: start; }
		td:last-child, th:last-child { padding-inline-end: 0; }
		td.date { white-space: nowrap; font-variant-numeric: tabular-nums; }
		td .small { display: block; overflow-wrap: anywhere; }
		td .button { min-height: 28px; padding: 2px 6px; font-size: 13px; }
		.contested { display: inline-flex; gap: 5px; align-items: center; color: var(--concern); font-weight: 600; font-size: 13px; min-height: 28px; }
		.contested .icon { width: 14px; height: 14px; }

		.about { display: grid; gap: 20px; align-content: start; }
		.heat { display: block; max-width: 100%; height: auto; margin-top: 8px; overflow: visible; }
		.axis { font-size: 10px; fill: var(--muted); }
		.axis.now { font-weight: 700; fill: var(--ink); }
		.box { fill: var(--card); stroke: var(--edge); stroke-width: 1; }
		.fill { fill: var(--edge); }
		.mark { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; }
		.present .box { fill: var(--day); stroke: var(--day-edge); }
		.late .box, .part .box { stroke: var(--late); }
		.late .fill, .part .fill { fill: var(--late); }
		.absent_unexcused .box { fill: var(--absent); stroke: var(--absent); }
		.absent_unexcused .mark { stroke: var(--absent-mark); }
		.absent_excused .box { fill: var(--excused); stroke: var(--excused); }
		.absent_excused .mark { stroke: var(--excused-mark); }
		.leave .box { stroke: var(--excused); stroke-dasharray: 2.4 1.6; }
		.leave .fill { fill: var(--excused); }
		.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 9px; font-size: 12.5px; color: var(--muted); }
		.legend li { display: flex; align-items: center; gap: 6px; }
		.legend svg { width: 14px; height: 14px; }
		.trend { display: block; max-width: 100%; height: auto; margin-top: 6px; }
		.guide { stroke: var(--line); stroke-width: 1; fill: none; }
		.line { fill: none; stroke: var(--accent); stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
		.area { fill: var(--accent); opacity: .1; }
		.trend .end { fill: var(--accent); }
		.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 20px; }
		.handled { display: flex; align-items: center; gap: 8px; color: var(--muted); }

		.empty { margin-top: 26px; padding: 44px 20px; text-align: center; background: var(--card); border: 1px solid var(--line); border-radius: 16px; }
		.empty > .icon { width: 42px; height: 42px; stroke-width: 1.5; color: var(--accent); margin-bottom: 10px; }
		.empty h3 { font-size: 19px; font-weight: 640; margin-bottom: 4px; }
		.empty p { color: var(--muted); max-width: 34rem; margin: 0 auto; }
		.empty .button { margin-top: 16px; }
		.bones { margin-top: 28px; display: grid; gap: 10px; }
		.bone { height: 104px; border-radius: 14px; background: var(--card); border: 1px solid var(--line); animation: breathe 1.6s ease-in-out infinite alternate; }
		@keyframes breathe { to { opacity: .45; } }

		dialog {
			width: min(34rem, calc(100vw - 24px)); max-height: calc(100dvh - 24px); padding: 0; border: 1px solid var(--line); border-radius: 16px; overflow: auto;
			background: var(--card); color: var(--ink); box-shadow: var(--float);
		}
		dialog::backdrop { background: var(--backdrop); }
		.form { padding: 20px; display: grid; gap: 16px; }
		.form header { display: flex; gap: 12px; align-items: start; justify-content: space-between; }
		.form h3 { font-size: 19px; font-weight: 660; line-height: 1.3; }
		.form h3:focus { outline: none; }
		.form header p { color: var(--muted); overflow-wrap: anywhere; }
		.form fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
		.form legend, .form .label { display: block; padding: 0; margin-bottom: 7px; font-weight: 600; font-size: 14px; }
		.form textarea, .form select { width: 100%; padding: 8px 11px; border: 1px solid var(--edge); border-radius: 9px; background: var(--card); }
		.form textarea { min-height: 5rem; resize: vertical; display: block; }
		.form select { min-height: 40px; }
		.form [aria-invalid="true"] { border-color: var(--urgent); border-width: 2px; }
		.hint { margin-top: 5px; font-size: 13px; color: var(--muted); }
		.wrong { display: flex; gap: 6px; margin-top: 5px; font-size: 14px; font-weight: 560; color: var(--urgent); }
		.reasons { display: grid; gap: 7px; }
		.reasons .button { justify-content: flex-start; min-height: 44px; text-align: start; }
		kbd {
			display: inline-block; min-width: 24px; padding: 0 6px; border: 1px solid var(--edge); border-bottom-width: 2px; border-radius: 6px; background: var(--raised);
			font: 600 13px/21px ui-monospace, Menlo, Consolas, monospace; text-align: center; color: var(--ink);
		}
		.choices { display: flex; flex-wrap: wrap; gap: 7px; }
		.choice { position: relative; display: inline-flex; align-items: center; gap: 8px; min-height: 40px; padding: 5px 13px; border: 1px solid var(--edge); border-radius: 9px; cursor: pointer; }
		.choice.wide { display: flex; width: 100%; }
		.choice input { width: 18px; height: 18px; margin: 0; flex: none; accent-color: var(--accent); }
		.choice:has(:checked) { border-color: var(--accent); background: var(--accent-tint); }
		.choice:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
		.choice input:focus-visible { outline: none; }
		.form footer { display: flex; flex-wrap: wrap; gap: 8px; justify-content: flex-end; }
		.help { display: grid; grid-template-columns: auto 1fr; gap: 8px 16px; align-items: baseline; }
		.help dt { white-space: nowrap; }

		.toast {
			position: sticky; bottom: 14px; z-index: 3; width: fit-content; max-width: 100%; margin: 18px auto 0; padding: 9px 16px; border-radius: 10px;
			background: var(--ink); color: var(--page); box-shadow: var(--float); font-size: 14px; transition: opacity .25s;
		}
		.toast:empty, .toast.gone { opacity: 0; pointer-events: none; }

		@container (max-width: 46rem) {
			.detail { grid-template-columns: minmax(0, 1fr); padding: 16px 14px; }
		}
		@container (max-width: 34rem) {
			.tools { width: 100%; }
			.find { flex: 1; }
			.find input { width: 100%; }
			.row { padding-inline: 16px 12px; }
			.head .end { margin-inline-start: 0; }
			.acts { display: grid; grid-template-columns: 1fr 1fr; }
			.slim .acts { display: flex; }
			.acts .button { padding-inline: 6px; font-size: 13.5px; }
			.acts .button:not(.main) .icon { display: none; }
			.slim .acts .button .icon { display: block; }
			.slim .acts .label { position: absolute; clip-path: inset(50%); white-space: nowrap; width: 1px; overflow: hidden; }
			.signal { padding: 12px; }
			.pill { white-space: normal; }
			th, td { padding-inline-end: 6px; }
			td .button { padding-inline: 0; text-align: start; }
			.wide-only { display: none; }
		}
		@media (max-width: 34rem) {
			.board { padding: 16px 10px 32px; }
			dialog { width: 100vw; max-width: none; margin: auto 0 0; border-radius: 16px 16px 0 0; border-width: 1px 0 0; }
			.form { padding: 18px 16px; }
			.form footer .button { flex: 1; }
		}
		@media (prefers-reduced-motion: reduce) {
			*, *::before, *::after { animation: none !important; transition: none !important; }
		}
		@media (forced-colors: active) {
			.box, .fill, .line, .end { forced-color-adjust: none; }
			.card::before { background: CanvasText; }
		}
	`;

	let sheet = null;

	/** One constructed sheet for all boards: it needs no "unsafe-inline" in the host's content security policy. */
	function styles() {
		if (!sheet) {
			sheet = new CSSStyleSheet();
			sheet.replaceSync(STYLE);
		}
		return sheet;
	}

	// ---------------------------------------------------------------- errors and adapters

	/** Why an api call failed. `kind`: network, timeout, forbidden, refused, server or data; `sentence`: the server's own. */
	class BoardError extends Error {
		constructor(kind, sentence = "") {
			super(sentence || kind);
			this.name = "BoardError";
			this.kind = kind;
			this.sentence = sentence;
		}
	}

	function kindOfStatus(status) {
		if (status === 401 || status === 403) return "forbidden";
		return status >= 400 && status < 500 ? "refused" : "server";
	}

	/** The embedded server: GET api/board, POST api/board/act, server-sent events at api/board/events. */
	function httpApi(base = "", { token = "" } = {}) {
		const root = String(base).replace(/\/+$/, "");
		const headers = { Accept: "application/json", ...(token ? { "X-VSV-Token": token } : {}) };
		return {
			overview: ({ lang = "en" } = {}) => request(`${root}/api/board?lang=${encodeURIComponent(lang)}`, { headers }),
			act: (action, { lang = "en" } = {}) =>
				request(`${root}/api/board/act`, {
					method: "POST",
					headers: { ...headers, "Accept-Language": lang, "Content-Type": "application/json" },
					body: JSON.stringify(action),
				}),
			subscribe(onChange) {
				const events = new EventSource(`${root}/api/board/events`);
				events.onmessage = onChange;
				events.addEventListener("vsv_signal", onChange);
				return () => events.close();
			},
		};
	}

	async function request(url, options) {
		let response;
		try {
			response = await fetch(url, { ...options, credentials: "same-origin", signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
		} catch (error) {
			throw new BoardError(error.name === "TimeoutError" ? "timeout" : "network");
		}
		const body = await response.json().catch(() => null);
		if (!response.ok) throw new BoardError(kindOfStatus(response.status), sentenceOf(body));
		if (body === null) throw new BoardError("data");
		return body;
	}

	function sentenceOf(body) {
		const said = body?.message ?? body?.error;
		return typeof said === "string" ? said : "";
	}

	/** Frappe Desk: whitelisted methods by frappe.call, changes by frappe.realtime. */
	function frappeApi() {
		const desk = window.frappe;
		return {
			overview: ({ lang = "en" } = {}) => frappeCall("vsv_app.api.board.overview", "GET", { lang }),
			act: (action) => frappeCall("vsv_app.api.board.act", "POST", action),
			subscribe(onChange) {
				desk.realtime.on("vsv_signal", onChange);
				return () => desk.realtime.off("vsv_signal", onChange);
			},
			link(kind, name) {
				const route = { plan: "support-plan", learner: "student" }[kind];
				return route ? `/app/${route}/${encodeURIComponent(name)}` : null;
			},
		};
	}

	async function frappeCall(method, type, args) {
		// Without a connection frappe.call answers with the page itself instead of failing.
		if (!navigator.onLine) throw new BoardError("network");
		let answer;
		try {
			answer = await window.frappe.call({ method, type, args, silent: true });
		} catch (failure) {
			if (!failure?.status) throw new BoardError("network");
			throw new BoardError(kindOfStatus(failure.status), frappeSentence(failure.responseJSON));
		}
		if (!answer?.message) throw new BoardError("data");
		return answer.message;
	}

	/** What frappe.throw said, without its markup. */
	function frappeSentence(body) {
		try {
			const messages = JSON.parse(body._server_messages).map((message) => JSON.parse(message).message);
			return messages.join(" ").replace(/<[^>]*>/g, "");
		} catch {
			return "";
		}
	}

	// ---------------------------------------------------------------- learners and signals

	const NEED = "need";
	const ON_IT = "on_it";
	const QUIET = "quiet";

	/** The overview with what may be left out filled in, ordered by who needs the mentor first; refuses another shape. */
	function readOverview(answer) {
		if (answer?.v !== 1 || !Array.isArray(answer.learners)) throw new BoardError("data");
		const learners = answer.learners.map((learner) => ({
			...learner,
			signals: (learner.signals ?? []).filter((signal) => STANDING.includes(signal.status)).sort(bySeverity),
			heatmap: (learner.heatmap ?? []).filter((day) => asDay(day.date)),
			trend: (learner.trend ?? []).map(({ week, rate }) => ({ week, present: Math.max(0, Math.min(100, 100 - rate)) })),
		}));
		learners.sort((a, b) => b.needs_me - a.needs_me);
		return { ...answer, learners, can: answer.can ?? [], dismiss_reasons: answer.dismiss_reasons ?? [] };
	}

	function bySeverity(a, b) {
		return (
			(b.status === "Open") - (a.status === "Open") || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
		);
	}

	function sectionOf(learner) {
		if (learner.signals.some((signal) => signal.status === "Open")) return NEED;
		return learner.signals.length ? ON_IT : QUIET;
	}

	const firstOpen = (learner) => learner.signals.find((signal) => signal.status === "Open");
	const hasPlan = (learner) => Boolean(learner.plan) && learner.plan.status !== "Closed";

	// ---------------------------------------------------------------- views

	/** Draws learners. `board` answers what is open, allowed and wrong, and takes what a person does. */
	class Views {
		constructor(board, language, overview) {
			this.board = board;
			this.language = language;
			this.overview = overview;
		}

		say(key, values) {
			return this.language.say(key, values);
		}

		can(ability) {
			return this.overview.can.includes(ability);
		}

		card(learner, index) {
			const open = this.board.isOpen(learner);
			const first = learner.signals[0];
			const quiet = !first && !this.board.problemOf(learner) && !this.board.isTouched(learner);
			return el(
				"li",
				{ class: `card ${first ? `tone-${first.severity}` : ""} ${quiet ? "slim" : ""}`, "data-student": learner.student },
				el("div", { class: "row" }, this.head(learner, index, open), ...this.summary(learner, open, quiet)),
				open && this.detail(learner, index)
			);
		}

		head(learner, index, open) {
			const [first] = learner.signals;
			const toggle = el(
				"button",
				{
					class: "name",
					type: "button",
					"aria-expanded": String(open),
					"aria-controls": open ? `learner-${index}` : null,
					"data-key": `name ${learner.student}`,
					onclick: () => this.board.toggle(learner),
				},
				icon("chevron"),
				el("span", {}, learner.name)
			);
			return el(
				"div",
				{ class: "head" },
				el("h4", {}, toggle),
				el("span", { class: "group" }, learner.group ?? ""),
				this.board.isFresh(learner) && el("span", { class: "pill fresh" }, this.say("new_mark")),
				first && this.severity(first, "end"),
				first && first.status !== "Open" && el("span", { class: "pill quiet" }, this.language.codeText("status", first.status))
			);
		}

		severity(signal, place = "") {
			const text = this.language.codeText("severity", signal.severity);
			return el("span", { class: `pill tone-${signal.severity} ${place}` }, icon(signal.severity), text);
		}

		summary(learner, open, quiet) {
			const [first] = learner.signals;
			const more = learner.signals.length - 1;
			const handled = !first && !quiet;
			return [
				first && !open && el("p", { class: "why" }, first.explanation ?? ""),
				handled && el("p", { class: "handled" }, icon("check"), this.say("handled")),
				!quiet && el("p", { class: "meta" }, this.meta(learner, first, more).map((text) => el("span", {}, text))),
				this.problem(learner),
				this.buttons(learner, open ? null : first),
			];
		}

		meta(learner, first, more) {
			const today = this.overview.today;
			return [
				more > 0 && this.say("more_signals", { n: more }),
				first?.raised_on && this.say("raised", { when: this.language.ago(first.raised_on, today) }),
				learner.last_contact
					? this.say("talk_meta", { when: this.language.ago(learner.last_contact.on, today) })
					: this.say("no_talk_meta"),
				hasPlan(learner) && `${this.say("plan")}: ${this.planText(learner.plan)}`,
			].filter(Boolean);
		}

		planText(plan) {
			return plan.starting ? this.say("plan_starting") : [plan.title, plan.status && this.language.codeText("planned", plan.status)].filter(Boolean).join(", ");
		}

		/** What failed for this learner, with a way to try it again. */
		problem(learner) {
			const problem = this.board.problemOf(learner);
			if (!problem) return null;
			return el(
				"div",
				{ class: "problem", role: "alert" },
				icon("Concern"),
				el("p", {}, problem.text),
				this.button("retry", "", `retry ${learner.student}`, problem.retry, { class: "button main" }),
				this.button("close", "", `close ${learner.student}`, () => this.board.forgive(learner), { class: "button plain" })
			);
		}

		/** What can be done with a learner; with `signal`, the steps of that signal too. */
		buttons(learner, signal) {
			const { student, name } = learner;
			const buttons = [
				...(signal ? this.signalButtons(learner, signal, "card") : []),
				this.can("log_talk") &&
					this.button("log_talk", name, `talk ${student}`, () => this.board.talk(learner), {}, "talk"),
				this.can("start_plan") &&
					learner.signals.length > 0 &&
					!hasPlan(learner) &&
					this.button("start_plan", name, `plan ${student}`, () => this.board.plan(learner), {}, "plan"),
			].filter(Boolean);
			return buttons.length > 0 && el("div", { class: "acts" }, buttons);
		}

		signalButtons(learner, signal, place) {
			const about = `${signal.rule_title}, ${learner.name}`;
			return [
				this.can("acknowledge") &&
					signal.status === "Open" &&
					this.button("acknowledge", about, `acknowledge ${place} ${signal.name}`, () => this.board.acknowledge(learner, signal), { class: "button main" }, "check"),
				this.can("dismiss") &&
					this.button("dismiss", about, `dismiss ${place} ${signal.name}`, () => this.board.dismiss(learner, signal), {}),
			].filter(Boolean);
		}

		/** A button whose name for a screen reader goes on with what it is about. */
		button(word, about, key, onclick, properties = {}, picture = null) {
			return el(
				"button",
				{ class: "button", type: "button", "data-key": key, onclick, ...properties },
				picture && icon(picture),
				el("span", { class: "label" }, this.say(word), about && el("span", { class: "sr" }, ` ${about}`))
			);
		}

		detail(learner, index) {
			return el(
				"div",
				{ class: "detail", id: `learner-${index}`, role: "group", "aria-label": learner.name },
				el(
					"div",
					{ class: "signals" },
					el("h5", {}, this.say("signals")),
					learner.signals.length
						? learner.signals.map((signal) => this.signal(learner, signal))
						: el("p", { class: "handled" }, icon("check"), this.say("handled"))
				),
				el("div", { class: "about" }, this.year(learner), this.trend(learner), el("div", { class: "pair" }, this.plan(learner), this.contact(learner)))
			);
		}

		signal(learner, signal) {
			const buttons = this.signalButtons(learner, signal, "signal");
			return el(
				"article",
				{ class: "signal", "data-signal": signal.name, "aria-label": signal.rule_title },
				el(
					"div",
					{ class: "head" },
					el("h6", {}, signal.rule_title),
					this.severity(signal, "end"),
					el("span", { class: "pill quiet" }, this.language.codeText("status", signal.status))
				),
				el("p", {}, signal.explanation ?? ""),
				this.figures(signal),
				signal.advice && el("p", { class: "advice" }, el("b", {}, this.say("advice")), signal.advice),
				this.basis(signal),
				this.evidence(learner, signal),
				buttons.length > 0 && el("div", { class: "acts" }, buttons)
			);
		}

		figures(signal) {
			const pairs = [
				["observed", signal.value_text],
				["threshold", signal.threshold_text],
				["raised_on", signal.raised_on && this.language.ago(signal.raised_on, this.overview.today)],
				["support", [0, 1, 2, 3].includes(signal.tier) && this.say(`tier_${signal.tier}`)],
			].filter(([, text]) => text);
			return el("dl", { class: "facts" }, pairs.map(([key, text]) => el("div", {}, el("dt", {}, this.say(key)), el("dd", {}, text))));
		}

		basis(signal) {
			if (!signal.basis) return null;
			const text = this.say("basis", { basis: signal.basis });
			if (!/^https?:\/\//.test(signal.basis_url ?? "")) return el("p", { class: "small muted" }, text);
			const opens = el("span", { class: "sr" }, ` ${this.say("basis_opens")}`);
			return el("p", { class: "small" }, el("a", { href: signal.basis_url, target: "_blank", rel: "noopener noreferrer" }, text, opens));
		}

		evidence(learner, signal) {
			const records = signal.evidence ?? [];
			if (!records.length) return null;
			const shown = this.board.showsEvidence(signal);
			return el(
				"div",
				{},
				el(
					"button",
					{
						class: "button plain fold",
						type: "button",
						"aria-expanded": String(shown),
						"data-key": `evidence ${signal.name}`,
						onclick: () => this.board.toggleEvidence(learner, signal),
					},
					icon("chevron"),
					this.say("evidence", { n: records.length })
				),
				shown &&
					table(
						this.say("evidence_caption", { rule: signal.rule_title }),
						["evidence_date", "evidence_fact", "evidence_doubt"].map((key) => this.say(key)),
						records.map((record) => this.record(learner, signal, record))
					)
			);
		}

		record(learner, signal, record) {
			const small = [record.value_text, record.record].filter(Boolean).join(" · ");
			return [
				this.language.date(record.date, { weekday: "short", day: "numeric", month: "short" }),
				[record.fact ?? "", small && el("span", { class: "small muted" }, small)],
				[record.contested ? el("span", { class: "contested" }, icon("flag"), this.say("contested")) : this.contestButton(learner, signal, record)],
			];
		}

		contestButton(learner, signal, record) {
			if (!record.contestable || !this.can("contest")) return "";
			const label = this.say("contest_label", { fact: record.fact, date: this.language.date(record.date) });
			return this.button("contest", `: ${label}`, `contest ${signal.name} ${record.record}`, () => this.board.contest(learner, signal, record), {
				class: "button plain",
			});
		}

		year(learner) {
			const days = learner.heatmap;
			if (!days.length) return null;
			const kinds = DAY_KINDS.filter((kind) => days.some((day) => day.kind === kind));
			const shown = this.board.showsTable(learner);
			return el(
				"section",
				{},
				el("h5", {}, this.say("year")),
				el("p", {}, this.yearSentence(days)),
				heatmap(days, this.language),
				el("ul", { class: "legend", "aria-hidden": "true" }, kinds.map((kind) => this.legend(kind))),
				el(
					"button",
					{
						class: "button plain fold",
						type: "button",
						"aria-expanded": String(shown),
						"data-key": `table ${learner.student}`,
						onclick: () => this.board.toggleTable(learner),
					},
					icon("chevron"),
					this.say(shown ? "hide_table" : "as_table"),
					el("span", { class: "sr" }, `: ${this.say("year")}, ${learner.name}`)
				),
				shown && this.yearTable(days)
			);
		}

		legend(kind) {
			const shape = svg("svg", { viewBox: "0 0 14 14" }, svg("g", { class: `day ${kind}` }, ...glyph(kind)));
			return el("li", {}, shape, this.say(`kind_${kind}`));
		}

		yearSentence(days) {
			const count = (kind) => days.filter((day) => day.kind === kind).length;
			const present = this.say("year_summary", { start: this.language.date(days[0].date), present: count("present"), total: days.length });
			const others = DAY_KINDS.filter((kind) => kind !== "present" && count(kind)).map((kind) => this.say(`count_${kind}`, { n: count(kind) }));
			return others.length ? `${present} ${this.say("year_also", { list: this.language.list(others) })}` : present;
		}

		yearTable(days) {
			const exceptions = days.filter((day) => day.kind !== "present").reverse();
			if (!exceptions.length) return el("p", { class: "muted" }, this.say("year_all_present"));
			return table(
				this.say("year_caption"),
				["day", "what", "time"].map((key) => this.say(key)),
				exceptions.map((day) => [
					this.language.date(day.date, { weekday: "short", day: "numeric", month: "short" }),
					this.language.codeText("kind", day.kind),
					this.language.duration(day.minutes),
				])
			);
		}

		trend(learner) {
			const weeks = learner.trend;
			if (!weeks.length) return null;
			const last = weeks.at(-1);
			const before = weeks.slice(0, -1);
			const average = before.reduce((sum, week) => sum + week.present, 0) / before.length;
			const values = { last: this.language.percent(last.present), week: Number(String(last.week).split("W")[1]) || last.week };
			const sentence = before.length
				? this.say(last.week === isoWeek(this.overview.today) ? "trend_now" : "trend_summary", { ...values, before: this.language.percent(average) })
				: this.say("trend_single", values);
			return el("section", {}, el("h5", {}, this.say("trend")), el("p", {}, sentence), before.length > 0 && trendLine(weeks, this.language));
		}

		plan(learner) {
			const { plan } = learner;
			const href = plan?.name ? this.board.link("plan", plan.name) : null;
			const text = plan ? this.planText(plan) : this.say("plan_none");
			return el("section", {}, el("h5", {}, this.say("plan")), el("p", { class: plan ? "" : "muted" }, href ? el("a", { href }, text) : text));
		}

		contact(learner) {
			const contact = learner.last_contact;
			const text = contact
				? this.say("contact_text", { when: this.language.date(contact.on), channel: this.language.codeText("channel", contact.channel).toLowerCase() })
				: this.say("contact_none");
			return el("section", {}, el("h5", {}, this.say("contact")), el("p", { class: contact ? "" : "muted" }, text));
		}
	}

	function table(caption, heads, rows) {
		const cells = (row) => row.map((cell, column) => el("td", { class: column === 0 ? "date" : null }, ...[cell].flat()));
		return el(
			"div",
			{ class: "wrap" },
			el(
				"table",
				{},
				el("caption", {}, caption),
				el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
				el("tbody", {}, rows.map((row) => el("tr", {}, cells(row))))
			)
		);
	}

	// ---------------------------------------------------------------- forms

	/** One modal dialog that asks for what an action still needs. Esc, the close button and the backdrop leave it. */
	class Forms {
		constructor(dialog, language) {
			this.dialog = dialog;
			this.language = language;
		}

		say(key, values) {
			return this.language.say(key, values);
		}

		/** Resolves with {reason, note}, or null when left. */
		dismiss(learner, signal, reasons, keysOn) {
			return this.open("dismiss_title", `${learner.name} · ${signal.rule_title}`, (done) => {
				const note = this.note("note_for_other");
				const choose = (reason) => {
					if (reason === "Other" && !note.value()) note.refuse("note_missing");
					else done({ reason, note: note.value() });
				};
				const buttons = reasons.map((reason, index) =>
					el(
						"button",
						{ class: "button", type: "button", "data-reason": reason, onclick: () => choose(reason) },
						keysOn && el("kbd", { "aria-hidden": "true" }, String(index + 1)),
						el("span", {}, this.language.codeText("reason", reason))
					)
				);
				return {
					body: [note.element, el("fieldset", {}, el("legend", {}, this.say("dismiss_why")), el("div", { class: "reasons" }, buttons))],
					onkeydown: (event) => {
						const reason = reasons[Number(event.key) - 1];
						if (!keysOn || !reason || isTyping(event) || hasModifier(event)) return;
						event.preventDefault();
						choose(reason);
					},
				};
			});
		}

		/** Resolves with {channel, signal, note}, or null. */
		talk(learner, about) {
			return this.open("talk_title", learner.name, (done) => {
				const note = this.note("note_optional");
				const channels = CHANNELS.map((channel, index) =>
					el(
						"label",
						{ class: "choice" },
						el("input", { type: "radio", name: "channel", value: channel, checked: index === 0, autofocus: index === 0 }),
						this.language.codeText("channel", channel)
					)
				);
				const select = el(
					"select",
					{ id: "talk-about" },
					el("option", { value: "" }, this.say("talk_about_none")),
					learner.signals.map((signal) => el("option", { value: signal.name, selected: signal === about }, signal.rule_title))
				);
				return {
					body: [
						el("fieldset", {}, el("legend", {}, this.say("talk_how")), el("div", { class: "choices" }, channels)),
						learner.signals.length > 0 && el("div", {}, el("label", { class: "label", for: "talk-about" }, this.say("talk_about")), select),
						note.element,
					],
					submit: "talk_save",
					onsubmit: (form) => done({ channel: form.elements.channel.value, signal: select.value || null, note: note.value() }),
				};
			});
		}

		/** Resolves with {signals: [names]}, or null. */
		plan(learner) {
			return this.open("plan_title", learner.name, (done) => {
				const boxes = learner.signals.map((signal) =>
					el(
						"label",
						{ class: "choice wide" },
						el("input", { type: "checkbox", name: "signal", value: signal.name, checked: true, "aria-describedby": "plan-wrong" }),
						signal.rule_title
					)
				);
				const wrong = el("p", { class: "wrong", id: "plan-wrong", role: "alert" });
				return {
					body: [
						el("p", {}, this.say("plan_intro")),
						el("fieldset", {}, el("legend", {}, this.say("plan_from")), el("div", { class: "reasons" }, boxes), wrong),
					],
					submit: "plan_save",
					submitFocus: true,
					onsubmit: (form) => {
						const signals = Array.from(form.querySelectorAll("[name=signal]:checked"), (box) => box.value);
						if (signals.length) done({ signals });
						else wrong.textContent = this.say("plan_missing");
					},
				};
			});
		}

		/** Resolves with {note}, or null. */
		contest(learner, record) {
			const context = [learner.name, this.language.date(record.date), record.fact].filter(Boolean).join(" · ");
			return this.open("contest_title", context, (done) => {
				const note = this.note("contest_note", true);
				return {
					body: [el("p", {}, this.say("contest_intro")), note.element],
					submit: "contest_save",
					onsubmit: () => (note.value() ? done({ note: note.value() }) : note.refuse("note_missing")),
				};
			});
		}

		/** Resolves with null; `onKeys(on)` is told when single keys are switched. */
		help(keysOn, onKeys) {
			return this.open("help_title", this.say("help_intro"), () => {
				const keys = [
					[["j", "↓"], "help_next"],
					[["k", "↑"], "help_previous"],
					[["Enter"], "help_open"],
					[["a"], "help_acknowledge"],
					[["d"], "help_dismiss"],
					[["t"], "help_talk"],
					[["p"], "help_plan"],
					[["/"], "help_search"],
					[["?"], "help_help"],
					[["Esc"], "help_escape"],
				];
				const shift = this.say("shift");
				const atOnce = [
					[[`${shift} 1–5`], "help_dismiss_now"],
					[[`${shift} t`], "help_talk_now"],
					[[`${shift} p`], "help_plan_now"],
				];
				const list = (some) =>
					el(
						"dl",
						{ class: "help" },
						some.flatMap(([names, word]) => [
							el("dt", {}, names.map((name, index) => [index > 0 && ` ${this.say("or")} `, el("kbd", {}, name)]).flat()),
							el("dd", {}, this.say(word)),
						])
					);
				const box = el("input", { type: "checkbox", checked: keysOn, onchange: () => onKeys(box.checked) });
				return { body: [list(keys), el("p", { class: "label" }, this.say("help_at_once")), list(atOnce), el("label", { class: "choice wide" }, box, this.say("help_enabled"))], cancel: "close" };
			});
		}

		open(title, context, build) {
			return new Promise((resolve) => {
				let answer = null;
				const { dialog } = this;
				const done = (value) => {
					answer = value;
					dialog.close();
				};
				const { body, submit, submitFocus, onsubmit, onkeydown, cancel = "cancel" } = build(done);
				const leave = (word, content, properties) => el("button", { type: "button", "aria-label": word, onclick: () => done(null), ...properties }, content);
				const form = el(
					"form",
					{ class: "form", method: "dialog", novalidate: true, onkeydown: onkeydown ?? null, onsubmit: (event) => (event.preventDefault(), onsubmit?.(form)) },
					el(
						"header",
						{},
						el("div", {}, el("h3", { id: "dialog-title", tabindex: -1 }, this.say(title)), el("p", {}, context)),
						leave(this.say("close"), icon("close"), { class: "button plain only" })
					),
					body,
					el(
						"footer",
						{},
						leave(null, this.say(cancel), { class: "button" }),
						submit && el("button", { class: "button main", type: "submit", autofocus: submitFocus }, this.say(submit))
					)
				);
				dialog.replaceChildren(form);
				dialog.onclick = (event) => {
					if (event.target === dialog) done(null); // the backdrop
				};
				dialog.onclose = () => {
					dialog.replaceChildren();
					resolve(answer);
				};
				dialog.showModal();
				(form.querySelector("[autofocus]") ?? form.querySelector("h3")).focus();
			});
		}

		/** A text area with its label, hint and error. */
		note(label, focus = false) {
			const wrong = el("p", { class: "wrong", id: "note-wrong", role: "alert" });
			const area = el("textarea", { id: "note", rows: 3, maxlength: 2000, "aria-describedby": "note-hint note-wrong", autofocus: focus });
			return {
				element: el(
					"div",
					{},
					el("label", { class: "label", for: "note" }, this.say(label)),
					area,
					el("p", { class: "hint", id: "note-hint" }, this.say("note_hint")),
					wrong
				),
				value: () => area.value.trim(),
				refuse: (word) => {
					area.setAttribute("aria-invalid", "true");
					wrong.textContent = this.say(word);
					area.focus();
				},
			};
		}
	}

	function isTyping(event) {
		const target = event.composedPath()[0];
		return target instanceof Element && (target.matches("textarea, select, input:not([type=radio], [type=checkbox])") || target.isContentEditable);
	}

	function hasModifier(event) {
		return event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
	}

	// ---------------------------------------------------------------- the element

	class MentorBoard extends HTMLElement {
		static observedAttributes = ["lang"];
		static words = WORDS;
		static httpApi = httpApi;
		static frappeApi = frappeApi;
		static BoardError = BoardError;

		#api = null;
		#language = new Language("en");
		#overview = null;
		#failure = null; // why the newest load failed
		#loadedAt = null;
		#loading = 0; // number of the newest load: an older answer that comes late is not shown
		#refreshTimer = 0;
		#toastTimer = 0;
		#unsubscribe = null;
		#sections = new Map(); // student → section; a learner that was acted on stays in place until the next refresh
		#current = null; // student that the keys act on
		#open = new Set(); // students
		#evidence = new Set(); // signals
		#tables = new Set(); // students
		#touched = new Set(); // students acted on since the last refresh
		#fresh = new Set(); // students with a signal that came while the board was open
		#problems = new Map(); // student → {text, retry}
		#pending = new Set(); // actions under way
		#quietShown = false;
		#filter = "";
		#parts = null;

		constructor() {
			super();
			this.attachShadow({ mode: "open" }).adoptedStyleSheets = [styles()];
		}

		connectedCallback() {
			this.#language = new Language(this.#languageCode());
			document.addEventListener("keydown", this.#onKey);
			document.addEventListener("visibilitychange", this.#onVisible);
			this.#frame();
			this.#subscribe();
			if (this.#api) this.refresh();
		}

		disconnectedCallback() {
			document.removeEventListener("keydown", this.#onKey);
			document.removeEventListener("visibilitychange", this.#onVisible);
			clearTimeout(this.#refreshTimer);
			this.#unsubscribe?.();
			this.#unsubscribe = null;
		}

		attributeChangedCallback() {
			if (!this.isConnected || this.#languageCode() === this.#language.code) return;
			this.#language = new Language(this.#languageCode());
			this.#frame();
			if (this.#api) this.refresh(); // explanations come from the server in its language
		}

		get api() {
			return this.#api;
		}

		set api(api) {
			this.#api = api;
			this.#overview = null;
			if (!this.isConnected) return;
			this.#subscribe();
			this.refresh();
		}

		/** Asks the api for the overview and shows it; never rejects. */
		async refresh() {
			const load = ++this.#loading;
			if (!this.#overview) this.#render();
			try {
				const overview = readOverview(await this.#api.overview({ lang: this.#language.code }));
				if (load !== this.#loading) return;
				if (this.#pending.size) return this.#refreshSoon();
				this.#arrive(overview);
			} catch (error) {
				if (load !== this.#loading) return;
				this.#failure = this.#sentence(error);
			}
			this.#render();
		}

		// What the views ask.
		isOpen = (learner) => this.#open.has(learner.student);
		isFresh = (learner) => this.#fresh.has(learner.student);
		isTouched = (learner) => this.#touched.has(learner.student);
		showsEvidence = (signal) => this.#evidence.has(signal.name);
		showsTable = (learner) => this.#tables.has(learner.student);
		problemOf = (learner) => this.#problems.get(learner.student);
		link = (kind, name) => this.#api.link?.(kind, name) ?? null;

		// What a person does.
		toggle(learner) {
			flip(this.#open, learner.student);
			this.#current = learner.student;
			this.#renderCard(learner);
		}

		toggleEvidence(learner, signal) {
			flip(this.#evidence, signal.name);
			this.#renderCard(learner);
		}

		toggleTable(learner) {
			flip(this.#tables, learner.student);
			this.#renderCard(learner);
		}

		forgive(learner) {
			this.#problems.delete(learner.student);
			this.#renderCard(learner);
		}

		acknowledge(learner, signal) {
			return this.#act(learner, { action: "acknowledge", signal: signal.name }, { rule: signal.rule_title }, (now) => {
				now.signals.find((one) => one.name === signal.name).status = "Acknowledged";
			});
		}

		async dismiss(learner, signal) {
			const answer = await this.#ask(learner, (forms) => forms.dismiss(learner, signal, this.#overview.dismiss_reasons, this.#keysOn));
			if (answer) await this.#dismissFor(learner, signal, answer);
		}

		#dismissFor(learner, signal, { reason, note = "" }) {
			return this.#act(learner, { action: "dismiss", signal: signal.name, reason, note }, { rule: signal.rule_title }, (now) => {
				now.signals = now.signals.filter((one) => one.name !== signal.name);
			});
		}

		async talk(learner, about = firstOpen(learner) ?? null) {
			const answer = await this.#ask(learner, (forms) => forms.talk(learner, about));
			if (answer) await this.#logTalk(learner, answer);
		}

		#logTalk(learner, { signal, channel, note = "" }) {
			return this.#act(learner, { action: "log_talk", student: learner.student, signal, channel, note }, {}, (now) => {
				now.last_contact = { on: this.#overview.today, channel };
			});
		}

		async plan(learner) {
			const answer = await this.#ask(learner, (forms) => forms.plan(learner));
			if (answer) await this.#planFrom(learner, answer.signals);
		}

		async #planFrom(learner, signals) {
			const started = await this.#act(learner, { action: "start_plan", student: learner.student, signals }, {}, (now) => {
				for (const signal of now.signals) if (signals.includes(signal.name)) signal.status = "In Plan";
				now.plan = { name: null, status: "Draft", title: "", starting: true };
			});
			if (started) this.#refreshSoon(); // for the name of the new plan
		}

		async contest(learner, signal, record) {
			const answer = await this.#ask(learner, (forms) => forms.contest(learner, record));
			if (!answer) return;
			const action = { action: "contest", signal: signal.name, record: record.record, note: answer.note };
			await this.#act(learner, action, { fact: record.fact }, (now) => {
				for (const one of now.signals) for (const of of one.evidence ?? []) if (of.record === record.record) of.contested = true;
			});
		}

		/** Shows the change at once, sends the action once, and takes the change back when it fails. Whether it was done. */
		async #act(learner, action, values, change) {
			const key = JSON.stringify(action);
			if (this.#pending.has(key)) return false;
			const overview = this.#overview;
			const before = structuredClone(this.#find(learner.student));
			const words = { name: learner.name, ...values };
			this.#pending.add(key);
			this.#problems.delete(learner.student);
			this.#touched.add(learner.student);
			this.#fresh.delete(learner.student);
			change(this.#find(learner.student));
			this.#renderCard(learner);
			try {
				const answer = await this.#api.act(action, { lang: this.#language.code });
				this.#settle(learner.student, answer);
				this.#announce(answer?.message || this.#language.say(`done_${action.action}`, words));
				this.dispatchEvent(new CustomEvent("vsv-action", { bubbles: true, composed: true, detail: action }));
				return true;
			} catch (error) {
				if (this.#overview === overview) this.#replace(before);
				const text = `${this.#language.say("not_done", { what: this.#language.say(`undone_${action.action}`) })} ${this.#sentence(error)}`;
				const retry = () => this.#act(learner, action, values, change);
				this.#problems.set(learner.student, { text, retry });
				// Somebody else may have been first: show what is true now, beside the sentence that says so.
				if (["refused", "timeout"].includes(error?.kind)) this.#refreshSoon();
				return false;
			} finally {
				this.#pending.delete(key);
				if (this.#find(learner.student)) this.#renderCard(learner);
			}
		}

		/** The server has the last word on a status. */
		#settle(student, answer) {
			const learner = this.#find(student);
			const signal = learner?.signals.find((one) => one.name === answer?.signal);
			if (!signal || !answer.status) return;
			if (STANDING.includes(answer.status)) signal.status = answer.status;
			else learner.signals = learner.signals.filter((one) => one !== signal);
		}

		async #ask(learner, show) {
			const { dialog } = this.#parts;
			if (dialog.open) return null;
			this.#current = learner.student;
			const back = this.shadowRoot.activeElement?.dataset.key ?? `name ${learner.student}`;
			const answer = await show(new Forms(dialog, this.#language));
			this.#focus(back, learner.student);
			return answer && this.#find(learner.student) ? answer : null;
		}

		#find(student) {
			return this.#overview?.learners.find((learner) => learner.student === student);
		}

		#replace(learner) {
			const { learners } = this.#overview;
			learners[learners.findIndex((one) => one.student === learner.student)] = learner;
		}

		#arrive(overview) {
			const known = this.#overview && new Set(this.#overview.learners.flatMap((learner) => learner.signals.map((signal) => signal.name)));
			const fresh = known
				? overview.learners.filter((learner) => learner.signals.some((signal) => signal.status === "Open" && !known.has(signal.name)))
				: [];
			fresh.forEach((learner) => this.#fresh.add(learner.student));
			this.#overview = overview;
			this.#failure = null;
			this.#loadedAt = new Date();
			this.#touched.clear();
			this.#sections = new Map(overview.learners.map((learner) => [learner.student, sectionOf(learner)]));
			if (fresh.length) this.#announce(this.#language.say("new_signal", { n: fresh.length, names: this.#language.list(fresh.map((learner) => learner.name)) }));
		}

		#sentence(error) {
			if (error?.sentence) return error.sentence;
			const kind = { refused: "server" }[error?.kind] ?? error?.kind;
			return this.#language.say(`error_${kind}` in this.#language.words ? `error_${kind}` : "error_server");
		}

		#subscribe() {
			this.#unsubscribe?.();
			this.#unsubscribe = this.#api?.subscribe?.(() => this.#refreshSoon()) ?? null;
		}

		#refreshSoon() {
			clearTimeout(this.#refreshTimer);
			this.#refreshTimer = setTimeout(() => this.refresh(), REFRESH_DELAY_MS);
		}

		#onVisible = () => {
			const stale = this.#loadedAt && Date.now() - this.#loadedAt > STALE_AFTER_MS;
			if (document.visibilityState === "visible" && stale) this.#refreshSoon();
		};

		#languageCode() {
			const asked = (this.getAttribute("lang") || document.documentElement.lang || "en").slice(0, 2).toLowerCase();
			return asked in WORDS ? asked : "en";
		}

		// The page.

		/** The parts that stay while learners are drawn anew: tools, live region, dialog. */
		#frame() {
			const say = (key) => this.#language.say(key);
			const search = el("input", {
				type: "search",
				"data-key": "search",
				"aria-label": say("search"),
				placeholder: say("search"),
				autocomplete: "off",
				oninput: (event) => {
					this.#filter = event.target.value.trim();
					this.#renderList();
				},
			});
			search.value = this.#filter;
			const tool = (word, picture, key, onclick) =>
				el("button", { class: "button", type: "button", "data-key": key, onclick }, icon(picture), el("span", { class: "wide-only" }, say(word)), null);
			const refresh = tool("refresh", "refresh", "refresh", () => this.refresh().then(() => this.#failure || this.#announce(say("refreshed"))));
			const keys = tool("keys", "keyboard", "keys", () => this.#help());
			refresh.setAttribute("aria-label", say("refresh"));
			keys.setAttribute("aria-label", say("keys"));
			this.#parts = {
				subtitle: el("p", { class: "muted" }),
				tally: el("ul", { class: "tally" }),
				list: el("div", { class: "list" }),
				banner: el("div", { class: "banner", hidden: true }),
				dialog: el("dialog", { "aria-labelledby": "dialog-title" }),
				toast: el("p", { class: "toast", role: "status", "aria-live": "polite" }),
				tools: el("div", { class: "tools" }, el("span", { class: "find" }, icon("search"), search), refresh, keys),
				search,
			};
			const { subtitle, tally, list, banner, dialog, toast, tools } = this.#parts;
			const top = el("header", { class: "top" }, el("div", {}, el("h2", {}, say("title")), subtitle), tools);
			const board = el("div", { class: "board", lang: this.#language.code }, top, tally, banner, list, toast, dialog);
			this.shadowRoot.replaceChildren(board);
			this.#render();
		}

		#render() {
			if (!this.#parts) return;
			const { tools, subtitle, banner, list } = this.#parts;
			const overview = this.#overview;
			tools.hidden = !overview;
			list.setAttribute("aria-busy", String(!overview && !this.#failure));
			subtitle.textContent = overview
				? [this.#language.date(overview.today, { weekday: "long", day: "numeric", month: "long", year: "numeric" }), overview.mentor?.name].filter(Boolean).join(" · ")
				: "";
			banner.hidden = !(overview && this.#failure);
			banner.replaceChildren(...(banner.hidden ? [] : [this.#staleNotice()]));
			this.#renderList();
		}

		#staleNotice() {
			const time = new Intl.DateTimeFormat(this.#language.locale, { hour: "2-digit", minute: "2-digit" }).format(this.#loadedAt);
			const text = `${this.#language.say("stale", { time })} ${this.#failure}`;
			return el("div", { class: "problem", role: "alert" }, icon("Concern"), el("p", {}, text), this.#retryButton());
		}

		#retryButton() {
			return el("button", { class: "button main", type: "button", "data-key": "retry", onclick: () => this.#retry() }, this.#language.say("retry"));
		}

		#retry() {
			this.#failure = null;
			this.#render();
			return this.refresh();
		}

		#renderList() {
			this.#keepingFocus(() => {
				this.#renderTally();
				this.#parts.list.replaceChildren(...this.#contents());
			});
		}

		#contents() {
			const say = (key, values) => this.#language.say(key, values);
			if (!this.#overview && this.#failure) return [this.#notice("Concern", say("error_title"), this.#failure, this.#retryButton(), "alert")];
			if (!this.#overview) {
				const bones = Array.from({ length: 3 }, () => el("div", { class: "bone" }));
				return [el("p", { class: "sr", role: "status" }, say("loading")), el("div", { class: "bones", "aria-hidden": "true" }, bones)];
			}
			const { learners } = this.#overview;
			if (!learners.length) return [this.#notice("calm", say("no_learners_title"), say("no_learners_text"))];
			const wanted = this.#filter.toLocaleLowerCase(this.#language.code);
			const matching = learners.filter((learner) => `${learner.name} ${learner.group ?? ""}`.toLocaleLowerCase(this.#language.code).includes(wanted));
			if (!matching.length) return [this.#notice("search", say("no_match", { text: this.#filter }), "")];
			const nobody = !wanted && !learners.some((learner) => this.#sections.get(learner.student) === NEED);
			return [nobody && this.#notice("calm", say("empty_title"), say("empty_text")), ...[NEED, ON_IT, QUIET].map((section) => this.#section(section, matching))].filter(Boolean);
		}

		#notice(picture, title, text, button = null, role = null) {
			return el("div", { class: "empty", role }, icon(picture), el("h3", {}, title), text && el("p", {}, text), button);
		}

		#section(section, matching) {
			const learners = matching.filter((learner) => this.#sections.get(learner.student) === section);
			if (!learners.length) return null;
			const folded = section === QUIET && !this.#quietShown && !this.#filter;
			const views = this.#views();
			const cards = folded ? [] : learners.map((learner) => views.card(learner, this.#overview.learners.indexOf(learner)));
			const count = learners.length;
			return el(
				"section",
				{ class: "section", "aria-labelledby": `section-${section}` },
				el("h3", { id: `section-${section}` }, this.#language.say(`section_${section}`), el("span", { class: "n" }, String(count))),
				cards.length > 0 && el("ol", { class: "cards", role: "list" }, cards),
				section === QUIET && !this.#filter && this.#quietToggle(count)
			);
		}

		#quietToggle(count) {
			const word = this.#quietShown ? "hide_quiet" : "show_quiet";
			return el(
				"button",
				{
					class: "button plain",
					type: "button",
					"data-key": "quiet",
					"aria-expanded": String(this.#quietShown),
					onclick: () => {
						this.#quietShown = !this.#quietShown;
						this.#renderList();
					},
				},
				this.#language.say(word, { n: count })
			);
		}

		#views() {
			return new Views(this, this.#language, this.#overview);
		}

		#renderCard({ student }) {
			const card = this.#cardOf(student);
			const learner = this.#find(student);
			if (!card || !learner) return this.#renderList();
			this.#keepingFocus(() => {
				card.replaceWith(this.#views().card(learner, this.#overview.learners.indexOf(learner)));
				this.#renderTally();
			});
		}

		#renderTally() {
			const count = (section) => this.#overview.learners.filter((learner) => sectionOf(learner) === section).length;
			const rows = [
				[NEED, "need"],
				[ON_IT, "on"],
				[QUIET, "quiet"],
			];
			const items = this.#overview
				? rows.map(([section, name]) => el("li", { class: name }, el("span", { class: "dot", "aria-hidden": "true" }), this.#language.say(`tally_${section}`, { n: count(section) })))
				: [];
			this.#parts.tally.replaceChildren(...items);
			this.#parts.tally.hidden = !items.length;
		}

		#cardOf(student) {
			return this.shadowRoot.querySelector(`.card[data-student="${CSS.escape(student)}"]`);
		}

		/** Draws, then gives the focus back to what had it, or else to the learner it was in. */
		#keepingFocus(draw) {
			const focused = this.#parts.list.contains(this.shadowRoot.activeElement) ? this.shadowRoot.activeElement : null;
			const student = focused?.closest(".card")?.dataset.student;
			draw();
			if (focused && !focused.isConnected) this.#focus(focused.dataset.key, student);
		}

		#focus(key, student) {
			const byKey = key && this.shadowRoot.querySelector(`[data-key="${CSS.escape(key)}"]`);
			const target = byKey || (student && this.shadowRoot.querySelector(`[data-key="${CSS.escape(`name ${student}`)}"]`));
			target?.focus();
		}

		/** Says it where it is seen for a while, and to a screen reader. */
		#announce(text) {
			const { toast } = this.#parts;
			clearTimeout(this.#toastTimer);
			toast.textContent = text;
			toast.classList.remove("gone");
			this.#toastTimer = setTimeout(() => toast.classList.add("gone"), TOAST_MS);
		}

		// The keys.

		get #keysOn() {
			try {
				return localStorage.getItem(KEYS_SETTING) !== "off";
			} catch {
				return true; // storage is closed to this page: the keys work, and the choice lasts as long as the page
			}
		}

		#setKeys(on) {
			try {
				localStorage.setItem(KEYS_SETTING, on ? "on" : "off");
			} catch {
				this.#announce(this.#language.say("help_intro"));
			}
		}

		#help() {
			new Forms(this.#parts.dialog, this.#language).help(this.#keysOn, (on) => this.#setKeys(on)).then(() => this.#focus("keys"));
		}

		#onKey = (event) => {
			if (event.defaultPrevented || hasModifier(event) || this.#parts.dialog.open || !this.#overview) return;
			const inside = event.composedPath().includes(this);
			if (!inside && document.activeElement !== document.body) return;
			if (!this.checkVisibility()) return;
			const handled = event.key === "Escape" ? this.#escape() : !isTyping(event) && this.#press(event);
			if (!handled) return;
			event.preventDefault();
			event.stopPropagation();
		};

		#press({ key, code, shiftKey }) {
			const arrows = this.shadowRoot.activeElement?.matches(".name");
			if (arrows && key === "ArrowDown") return this.#move(1);
			if (arrows && key === "ArrowUp") return this.#move(-1);
			if (!this.#keysOn) return false;
			// Shift and a digit gives another character on each keyboard.
			const digit = shiftKey && /^Digit([1-9])$/.exec(code);
			if (digit) return this.#onCurrent("dismiss", (learner, signal) => this.#dismissNow(learner, signal, Number(digit[1])));
			const keys = {
				j: () => this.#move(1),
				k: () => this.#move(-1),
				a: () => this.#onCurrent("acknowledge", (learner, signal) => this.#acknowledgeFirst(learner, signal)),
				d: () => this.#onCurrent("dismiss", (learner, signal) => this.#dismissFirst(learner, signal)),
				t: () => this.#onCurrent("log_talk", (learner, signal) => this.talk(learner, signal ?? firstOpen(learner) ?? null)),
				p: () => this.#onCurrent("start_plan", (learner) => this.#startPlan(learner, () => this.plan(learner))),
				T: () => this.#onCurrent("log_talk", (learner, signal) => this.#logTalk(learner, { signal: (signal ?? firstOpen(learner))?.name ?? null, channel: CHANNELS[0] })),
				P: () => this.#onCurrent("start_plan", (learner) => this.#startPlan(learner, () => this.#planFrom(learner, learner.signals.map((one) => one.name)))),
				"?": () => (this.#help(), true),
				"/": () => (this.#parts.search.focus(), true),
			};
			return keys[shiftKey ? key : key.toLowerCase()]?.() ?? false; // capitals by Caps Lock are no Shift
		}

		#move(step) {
			const names = Array.from(this.shadowRoot.querySelectorAll(".name"));
			const at = names.findIndex((name) => name.closest(".card").dataset.student === this.#currentStudent());
			const next = at < 0 ? names[0] : names[Math.max(0, Math.min(names.length - 1, at + step))];
			if (!next) return false;
			next.focus();
			next.closest(".card").scrollIntoView({ block: "nearest" });
			this.#current = next.closest(".card").dataset.student;
			return true;
		}

		#currentStudent() {
			return this.shadowRoot.activeElement?.closest(".card")?.dataset.student ?? this.#current;
		}

		/** Runs `step` with the learner and the signal that have the focus; the signal may be undefined. */
		#onCurrent(ability, step) {
			if (!this.#overview.can.includes(ability)) return false;
			const learner = this.#cardOf(this.#currentStudent() ?? "") && this.#find(this.#currentStudent());
			if (!learner) {
				this.#announce(this.#language.say("choose_first"));
				return true;
			}
			const name = this.shadowRoot.activeElement?.closest(".signal")?.dataset.signal;
			step(learner, learner.signals.find((signal) => signal.name === name));
			return true;
		}

		#acknowledgeFirst(learner, focused) {
			const signal = focused?.status === "Open" ? focused : firstOpen(learner);
			if (signal) this.acknowledge(learner, signal);
			else this.#announce(this.#language.say("nothing_to_acknowledge", { name: learner.name }));
		}

		#dismissFirst(learner, focused) {
			const signal = focused ?? learner.signals[0];
			if (signal) this.dismiss(learner, signal);
			else this.#announce(this.#language.say("nothing_to_dismiss", { name: learner.name }));
		}

		/** What still needs words is asked for. */
		#dismissNow(learner, focused, number) {
			const signal = focused ?? learner.signals[0];
			const reason = this.#overview.dismiss_reasons[number - 1];
			if (!signal || !reason || reason === "Other") this.#dismissFirst(learner, focused);
			else this.#dismissFor(learner, signal, { reason });
		}

		#startPlan(learner, start) {
			if (hasPlan(learner)) this.#announce(this.#language.say("has_plan", { name: learner.name }));
			else if (!learner.signals.length) this.#announce(this.#language.say("nothing_to_plan", { name: learner.name }));
			else start();
		}

		#escape() {
			if (this.shadowRoot.activeElement === this.#parts.search && this.#filter) {
				this.#parts.search.value = this.#filter = "";
				this.#renderList();
				return true;
			}
			const student = this.#currentStudent();
			if (!this.#open.has(student) || !this.#cardOf(student)) return false;
			this.toggle(this.#find(student));
			this.#focus(`name ${student}`);
			return true;
		}
	}

	function flip(set, value) {
		if (!set.delete(value)) set.add(value);
	}

	customElements.define("mentor-board", MentorBoard);
	window.MentorBoard = MentorBoard;
})();
