// Tables of figures, for those who see them and those who have them read out.
window.SchoolAtAGlance = { ...DeskDom };
(() => {
	"use strict";

	const { el } = SchoolAtAGlance;

	/** A table with a caption for those who do not see it; cells are text. */
	function table(caption, head, rows) {
		return el(
			"table",
			{ class: "table" },
			el("caption", { class: "sr-only" }, caption),
			el("thead", {}, el("tr", {}, head.map((one) => el("th", { scope: "col" }, one)))),
			el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, index) => el(index ? "td" : "th", index ? {} : { scope: "row" }, cell)))))
		);
	}

	SchoolAtAGlance.table = table;
})();
