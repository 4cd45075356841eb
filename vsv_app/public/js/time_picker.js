// Frappe hides the seconds of its own time picker. A picker without them, as npm's, would stop each form with a time.
(() => {
	"use strict";

	const picker = $.fn.datepicker?.Timepicker?.prototype;
	if (picker && !("$seconds" in picker)) Object.assign(picker, { $seconds: $(), $secondsText: $() });
})();
