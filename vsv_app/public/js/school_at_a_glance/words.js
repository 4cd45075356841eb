// Figures as people say them: beside last year, or left out where they would tell on somebody.
(() => {
	"use strict";

	/** A number in the reader's own way of writing. */
	const number = (value) => new Intl.NumberFormat(frappe.boot.lang || "en", { maximumFractionDigits: 1 }).format(value);

	const percent = (value) => (value === null || value === undefined ? __("not known") : __("{0} %", [number(value)]));

	const few = (smallest) => __("fewer than {0}", [smallest]);

	/** A count, or that it is about few. */
	const count = (value, smallest) => (value === null || value === undefined ? few(smallest) : number(value));

	/** "last year 91.2 %" */
	const before = (value, year) => {
		if (!year) return __("There is no school year before this one to compare with.");
		return value === null || value === undefined ? __("Of the same weeks of {0} nothing is known, or too little.", [year]) : __("In the same weeks of {0}: {1}.", [year, percent(value)]);
	};

	Object.assign(SchoolAtAGlance, { number, percent, few, count, before });
})();
