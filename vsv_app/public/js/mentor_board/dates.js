// Calendar days as the server writes them: 2026-11-23.
(() => {
	"use strict";

	/** The calendar day of "2026-11-23…" as a UTC Date, or null. */
	function asDay(value) {
		const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(String(value ?? ""));
		return parts ? new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]))) : null;
	}

	/** "2026-11-23 14:05…" as milliseconds by the clock it was written with, or null where no hour is said. */
	function asMoment(value) {
		const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?/.exec(String(value ?? ""));
		return parts ? Date.parse(`${parts[1]}T${parts[2]}${parts[3] ?? ":00"}Z`) : null;
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

	Object.assign(MentorBoard, { asDay, asMoment, weekday, isoWeek });
})();
