// Elements made in code, for the pages of Desk: all text from outside becomes a text node.
(() => {
	"use strict";

	/** An element. Strings among `children` become text nodes, null is left out; `on*` functions become listeners. */
	function el(tag, properties = {}, ...children) {
		const element = document.createElement(tag);
		for (const [name, value] of Object.entries(properties)) {
			if (value === null || value === undefined || value === false) continue;
			if (typeof value === "function") element.addEventListener(name.slice(2), value);
			else element.setAttribute(name, value === true ? "" : String(value));
		}
		element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
		return element;
	}

	/** A button of Desk; `about` says to a screen reader what it is about, `main` that it is what one came for. */
	function button(label, onclick, { main = false, about = "", small = false } = {}) {
		return el(
			"button",
			{
				type: "button",
				class: `btn ${main ? "btn-primary" : "btn-default"} ${small ? "btn-xs" : "btn-sm"}`,
				"aria-label": about ? `${label}: ${about}` : null,
				onclick,
			},
			label
		);
	}

	/** A field with its label; `input` is the element that somebody fills in. */
	function field(label, input, properties = {}) {
		return el("label", properties, el("span", {}, label), input);
	}

	window.DeskDom = { el, button, field };
})();
