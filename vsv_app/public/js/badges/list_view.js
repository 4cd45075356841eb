// Card numbers from a list: looked at first, then brought in. The file stays on this computer until then, and is kept nowhere.
(() => {
	"use strict";
	const { el, button, choice, api, words } = HandOutBadges;

	class ListView {
		#formats;
		#close;
		#content = "";
		#asked = {};
		#result = el("div", { class: "result", role: "status", tabindex: "-1" });

		constructor(formats, close) {
			this.#formats = formats;
			this.#close = close;
			const file = el("input", { type: "file", accept: ".csv,.txt,.xlsx", class: "form-control", onchange: () => this.#choose(file.files[0]) });
			this.element = el(
				"section",
				{ class: "bring-in" },
				el("h2", {}, __("Bring In Card Numbers")),
				el("p", {}, __("A spreadsheet (.xlsx) or text file (.csv) with a learner and a card number in each row, and the names of the columns in the first. A learner is named by number, mail address or whole name.")),
				el("p", {}, __("The numbers become fingerprints while they are read. Neither the file nor a number is kept.")),
				el("label", { class: "field" }, el("span", {}, __("File")), file),
				this.#result,
				el("p", {}, button(__("Back To Handing Out"), () => this.#close()))
			);
		}

		async #choose(file) {
			this.#asked = {};
			this.#content = file ? await asBase64(file) : "";
			if (this.#content) await this.#look();
			else this.#result.replaceChildren();
		}

		async #look() {
			const found = await api.look({ content: this.#content, ...this.#asked }).catch(() => null);
			this.#result.replaceChildren(...(found ? this.#shown(found) : []));
			this.#result.focus({ preventScroll: true });
		}

		#shown(found) {
			const columns = found.columns.map((label, value) => ({ value, label: label || `${value + 1}` }));
			const ask = (field) => (value) => {
				this.#asked = { form: found.form, learner_column: found.learner_column, number_column: found.number_column, [field]: value };
				this.#look();
			};
			const returning = el("input", { type: "checkbox" });
			return [
				el(
					"div",
					{ class: "fields" },
					choice(__("Column of the learner"), columns, found.learner_column, ask("learner_column")),
					choice(__("Column of the card number"), columns, found.number_column, ask("number_column")),
					choice(__("How the numbers are written"), this.#formats, found.form, ask("form"))
				),
				el("p", { class: "summary" }, el("b", {}, words.looked(found))),
				...found.warnings.map((one) => el("p", { class: "warning" }, one)),
				found.beside ? el("label", { class: "tick" }, returning, " ", __("Their earlier badges are given back. Learners who have one: {0}", [found.beside])) : null,
				found.ready ? button(__("Bring In {0}", [found.ready]), () => this.#bringIn(found, returning.checked), { main: true }) : null,
				found.refused.length ? this.#refused(found) : null,
			].filter(Boolean);
		}

		#refused(found) {
			const more = found.refused_total - found.refused.length;
			return el(
				"div",
				{ class: "refused" },
				el("h3", {}, __("Left out")),
				el("ul", {}, found.refused.map(({ row, who, why }) => el("li", {}, el("b", {}, __("Row {0}", [row])), " ", who ? `${who}: ` : "", why))),
				more > 0 ? el("p", {}, __("and {0} more", [more])) : null
			);
		}

		async #bringIn(found, returning) {
			const { form, learner_column, number_column } = found;
			const done = await api.bringIn({ content: this.#content, form, learner_column, number_column, returning: returning ? 1 : 0 });
			this.#content = "";
			this.element.querySelector("input[type=file]").value = "";
			this.#result.replaceChildren(el("p", { class: "done" }, words.broughtIn(done)));
			this.#result.focus({ preventScroll: true });
		}
	}

	function asBase64(file) {
		return new Promise((done, failed) => {
			const reader = new FileReader();
			reader.onload = () => done(String(reader.result).split(",", 2)[1] || "");
			reader.onerror = () => failed(reader.error);
			reader.readAsDataURL(file);
		});
	}

	Object.assign(HandOutBadges, { ListView });
})();
