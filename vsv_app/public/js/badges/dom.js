// Elements made in code: all text from outside becomes a text node.
window.HandOutBadges = {};
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
		element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
		return element;
	}

	function button(label, onclick, { main = false, about = "", small = false } = {}) {
		const kind = `btn ${main ? "btn-primary" : "btn-default"} ${small ? "btn-xs" : "btn-sm"}`;
		return el("button", { type: "button", class: kind, "aria-label": about ? `${label}: ${about}` : null, onclick }, label);
	}

	/** A field with its label above it; options are {value, label}. */
	function choice(label, options, chosen, onchange) {
		const select = el(
			"select",
			{ class: "form-control", onchange: () => onchange(select.value) },
			options.map((one) => el("option", { value: one.value, selected: String(one.value) === String(chosen) }, one.label))
		);
		return el("label", { class: "field" }, el("span", {}, label), select);
	}

	Object.assign(HandOutBadges, { el, button, choice });
})();
