"""The words of explanations, in English and Dutch: facts and periods, and no judgement of anybody."""

from collections.abc import Mapping

from vsv_app.engine.signals.rules import AT_LEAST, AT_MOST, LESS_THAN, MORE_THAN

MONTHS = {
	"en": [
		"January",
		"February",
		"March",
		"April",
		"May",
		"June",
		"July",
		"August",
		"September",
		"October",
		"November",
		"December",
	],
	"nl": [
		"januari",
		"februari",
		"maart",
		"april",
		"mei",
		"juni",
		"juli",
		"augustus",
		"september",
		"oktober",
		"november",
		"december",
	],
}

WEEKDAYS = {
	"en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
	"nl": ("Maandag", "Dinsdag", "Woensdag", "Donderdag", "Vrijdag", "Zaterdag", "Zondag"),
}
ONE_DAY = {"en": "One day of the week", "nl": "Eén dag van de week"}

SENTENCES: Mapping[str, Mapping[str, str]] = {
	"unexcused_minutes": {
		"en": "Away without a known reason for {value} between {start} and {end}; the school looks {bound}.",
		"nl": "{value} afwezig zonder bekende reden tussen {start} en {end}; de school kijkt {bound}.",
	},
	"unexcused_and_late_minutes": {
		"en": "Away without a known reason for {value} between {start} and {end}, with an hour for each time late, as this school counts it; the school looks {bound}.",
		"nl": "{value} afwezig zonder bekende reden tussen {start} en {end}, met een uur voor elke keer te laat, zoals deze school telt; de school kijkt {bound}.",
	},
	"unauthorised_sessions": {
		"en": "Away without a known reason, or in after the register had closed, for {value} between {start} and {end}; the school looks {bound}.",
		"nl": "{value} afwezig zonder bekende reden, of pas binnen nadat de aanwezigheid was afgesloten, tussen {start} en {end}; de school kijkt {bound}.",
	},
	"absence_rate": {
		"en": "Missed {value} of planned school time between {start} and {end}, with or without a reason; the school looks {bound}.",
		"nl": "{value} van de geplande schooltijd gemist tussen {start} en {end}, met of zonder reden; de school kijkt {bound}.",
	},
	"consecutive_days_absent": {
		"en": "Away for {value} in a row, up to and including {end}; the school looks {bound}.",
		"nl": "{value} achter elkaar afwezig, tot en met {end}; de school kijkt {bound}.",
	},
	"times_late": {
		"en": "Late on {value} between {start} and {end}; the school looks {bound}.",
		"nl": "Op {value} te laat tussen {start} en {end}; de school kijkt {bound}.",
	},
	"excused_minutes": {
		"en": "Away with a known reason for {value} between {start} and {end}; the school looks {bound}.",
		"nl": "{value} afwezig met bekende reden tussen {start} en {end}; de school kijkt {bound}.",
	},
	"absence_change": {
		"en": "Missed {value} more of planned school time between {start} and {end} than earlier this year; the school looks {bound}.",
		"nl": "{value} meer van de geplande schooltijd gemist tussen {start} en {end} dan eerder dit jaar; de school kijkt {bound}.",
	},
	"unexcused_half_days": {
		"en": "Away without a known reason for {value} between {start} and {end}; the school looks {bound}.",
		"nl": "{value} afwezig zonder bekende reden tussen {start} en {end}; de school kijkt {bound}.",
	},
	"late_minutes": {
		"en": "Late by {value} in all between {start} and {end}; the school looks {bound}.",
		"nl": "In totaal {value} te laat tussen {start} en {end}; de school kijkt {bound}.",
	},
	"times_left_early": {
		"en": "Left early on {value} between {start} and {end}; the school looks {bound}.",
		"nl": "Op {value} te vroeg weggegaan tussen {start} en {end}; de school kijkt {bound}.",
	},
	"weekday_pattern": {
		"en": "{weekday} was missed {value} more often than the others between {start} and {end}; the school looks {bound}.",
		"nl": "{weekday} werd {value} vaker gemist dan de andere tussen {start} en {end}; de school kijkt {bound}.",
	},
	"one_course_only": {
		"en": "Away from {value} more of one course than of any other, without a known reason, between {start} and {end}; the school looks {bound}.",
		"nl": "{value} van één vak meer gemist dan van elk ander, zonder bekende reden, tussen {start} en {end}; de school kijkt {bound}.",
	},
	"failed_courses": {
		"en": "Below the pass mark in {value} between {start} and {end}; the school looks {bound}.",
		"nl": "Onvoldoende voor {value} tussen {start} en {end}; de school kijkt {bound}.",
	},
	"average_result": {
		"en": "An average result of {value} between {start} and {end}; the school looks {bound}.",
		"nl": "Een gemiddeld resultaat van {value} tussen {start} en {end}; de school kijkt {bound}.",
	},
	"result_drop": {
		"en": "The average result went down by {value} since the term before; the school looks {bound}.",
		"nl": "Het gemiddelde resultaat daalde met {value} sinds de vorige periode; de school kijkt {bound}.",
	},
	"missing_assessments": {
		"en": "No result yet for {value} between {start} and {end}; the school looks {bound}.",
		"nl": "Nog geen resultaat voor {value} tussen {start} en {end}; de school kijkt {bound}.",
	},
	"incidents": {
		"en": "Noted in {value} between {start} and {end}; the school looks {bound}.",
		"nl": "Genoteerd bij {value} tussen {start} en {end}; de school kijkt {bound}.",
	},
	"incident_weight": {
		"en": "Incidents noted between {start} and {end} weigh {value} together; the school looks {bound}.",
		"nl": "Genoteerde incidenten tussen {start} en {end} wegen samen {value}; de school kijkt {bound}.",
	},
	"survey_score": {
		"en": "Gave {value} in the latest well-being survey, between {start} and {end}; the school looks {bound}.",
		"nl": "Gaf {value} in de laatste welbevindenvragenlijst, tussen {start} en {end}; de school kijkt {bound}.",
	},
	"repeats_year": {
		"en": "The school has recorded whether the learner repeats the year: {value}.",
		"nl": "De school heeft vastgelegd of de leerling het jaar overdoet: {value}.",
	},
	"newcomer": {
		"en": "The school has recorded whether the learner is new in the country: {value}.",
		"nl": "De school heeft vastgelegd of de leerling nieuw is in het land: {value}.",
	},
	"other_first_language": {
		"en": "The school has recorded whether the learner has another first language: {value}.",
		"nl": "De school heeft vastgelegd of de leerling een andere eerste taal heeft: {value}.",
	},
	"mentor_talks": {
		"en": "The mentor noted {value} between {start} and {end}; the school looks {bound}.",
		"nl": "De mentor noteerde {value} tussen {start} en {end}; de school kijkt {bound}.",
	},
	"activity_outside": {
		"en": "Takes part in an activity outside the curriculum: {value}.",
		"nl": "Doet mee aan een activiteit buiten het lesprogramma: {value}.",
	},
	"career_plan": {
		"en": "Has a career plan: {value}.",
		"nl": "Heeft een loopbaanplan: {value}.",
	},
	"active_plan": {
		"en": "Has a plan under way: {value}.",
		"nl": "Heeft een lopend plan: {value}.",
	},
	"not_arrived_today": {
		"en": "Not seen at school today, {end}, by the time set for it, and no leave is known.",
		"nl": "Vandaag, {end}, op het afgesproken tijdstip niet gezien op school, en er is geen verlof bekend.",
	},
}

UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
	"en": {
		"minutes": ("minute", "minutes"),
		"school days": ("school day", "school days"),
		"half-days": ("half-day", "half-days"),
		"times": ("day", "days"),
		"lessons": ("lesson", "lessons"),
		"courses": ("course", "courses"),
		"assessments": ("assessment", "assessments"),
		"incidents": ("incident", "incidents"),
		"talks": ("talk", "talks"),
		"points": ("point", "points"),
		"points of 100": ("point of 100", "points of 100"),
		"percentage points": ("percentage point", "percentage points"),
	},
	"nl": {
		"minutes": ("minuut", "minuten"),
		"school days": ("schooldag", "schooldagen"),
		"half-days": ("halve dag", "halve dagen"),
		"times": ("dag", "dagen"),
		"lessons": ("les", "lessen"),
		"courses": ("vak", "vakken"),
		"assessments": ("toets", "toetsen"),
		"incidents": ("incident", "incidenten"),
		"talks": ("gesprek", "gesprekken"),
		"points": ("punt", "punten"),
		"points of 100": ("punt van 100", "punten van 100"),
		"percentage points": ("procentpunt", "procentpunten"),
	},
}

HOURS: Mapping[str, tuple[str, str]] = {"en": ("hour", "hours"), "nl": ("uur", "uur")}

BOUNDS: Mapping[str, Mapping[str, str]] = {
	"en": {
		AT_LEAST: "from {}",
		MORE_THAN: "from more than {}",
		AT_MOST: "at {} or less",
		LESS_THAN: "at less than {}",
	},
	"nl": {
		AT_LEAST: "vanaf {}",
		MORE_THAN: "vanaf meer dan {}",
		AT_MOST: "bij hoogstens {}",
		LESS_THAN: "bij minder dan {}",
	},
}

OTHERS: Mapping[str, tuple[str, str]] = {
	"en": (" One more condition of this rule holds.", " {} more conditions of this rule hold."),
	"nl": (" Nog één voorwaarde van deze regel geldt.", " Nog {} voorwaarden van deze regel gelden."),
}


STAYS: Mapping[str, tuple[str, str]] = {
	"en": (
		" It got better, and is watched until it is above {}.",
		" It got better, and is watched until it is below {}.",
	),
	"nl": (
		" Het gaat beter, en wordt gevolgd tot het boven {} ligt.",
		" Het gaat beter, en wordt gevolgd tot het onder {} ligt.",
	),
}
"""Of a signal that stands although the threshold is no longer met; the second where more is worse."""

CHANGED: Mapping[str, str] = {
	"en": " It was raised under version {} of the rule, which is at version {} now.",
	"nl": " Het is gemeld onder versie {} van de regel, die nu versie {} heeft.",
}

YES: Mapping[str, tuple[str, str]] = {"en": ("no", "yes"), "nl": ("nee", "ja")}
NOT_SEEN: Mapping[str, tuple[str, str]] = {"en": ("seen", "not seen"), "nl": ("gezien", "niet gezien")}
