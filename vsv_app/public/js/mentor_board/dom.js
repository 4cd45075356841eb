// Elements made in code: all text from outside becomes a text node.
(() => {
	"use strict";

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

	Object.assign(MentorBoard, { el, svg, table });
})();
