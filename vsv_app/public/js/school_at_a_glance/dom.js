// Elements made in code: all text from outside becomes a text node.
window.SchoolAtAGlance = {};
(() => {
	"use strict";

	/** An element. Strings among `children` become text nodes, null is left out. */
	function el(tag, properties = {}, ...children) {
		const element = document.createElement(tag);
		for (const [name, value] of Object.entries(properties)) {
			if (value === null || value === undefined || value === false) continue;
			element.setAttribute(name, value === true ? "" : String(value));
		}
		element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
		return element;
	}

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

	Object.assign(SchoolAtAGlance, { el, table });
})();
