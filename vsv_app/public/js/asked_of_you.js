// What is asked of somebody who has no mentor board, with its answer in place: a section of the officer's and the leader's page.
window.AskedOfYou = (() => {
	"use strict";
	const { el, button } = DeskDom;

	const ANSWERS = {
		decision: ["vsv_app.api.care.meetings.answer", "decision"],
		action: ["vsv_app.api.care.asked.answer_action", "action"],
	};

	class Section {
		/** `none`: what to say where nothing waits; without it the section is not there then. */
		constructor(none = "") {
			this.element = el("section", { class: "asked-of-you", hidden: true, tabindex: "-1", "aria-label": __("Asked of you") });
			this.none = none;
		}

		async refresh() {
			const { message } = await frappe.call({ method: "vsv_app.api.care.asked.of_me", type: "GET" });
			this.element.hidden = !message.length && !this.none;
			this.element.replaceChildren(
				el("h3", {}, __("Asked of you: {0}", [message.length])),
				message.length ? el("ul", { class: "list-unstyled" }, message.map((one) => this.#item(one))) : el("p", {}, this.none)
			);
		}

		#item(one) {
			const title = [one.title, one.about].filter(Boolean).join(", ");
			const when = one.overdue ? __("was due on {0}", [one.due]) : __("by {0}", [one.due]);
			return el(
				"li",
				{ style: "margin: 0.5rem 0" },
				one.link ? el("a", { href: one.link, style: "text-decoration: underline" }, title) : el("b", {}, title),
				`: ${[one.text, when].filter(Boolean).join(", ")} `,
				one.answer
					? [button(__("Done"), () => this.#answer(one, 1), { about: title }), " ", button(__("Could Not Be Done"), () => this.#answer(one, 0), { about: title })]
					: null
			);
		}

		#answer({ answer, name }, done) {
			const [method, about] = ANSWERS[answer];
			const label = done ? __("Done") : __("Could Not Be Done");
			const asked = { fieldname: "words", fieldtype: "Small Text", label: done ? __("What came of it?") : __("Why was it not done?"), reqd: !done };
			DeskAsk.ask(label, __("Save"), [asked], async ({ words }) => {
				await frappe.call({ method, type: "POST", args: { [about]: name, done, words: words || "" } });
				frappe.show_alert({ message: __("Thank you. Who asked was told."), indicator: "green" });
				await this.refresh();
				this.element.focus();
			});
		}
	}

	return { Section };
})();
