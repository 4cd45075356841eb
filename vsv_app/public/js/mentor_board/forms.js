// One modal dialog that asks for what an action still needs. Esc, the close button and the backdrop leave it.
(() => {
	"use strict";
	const { el, hasModifier, icon, isTyping } = MentorBoard;

	class Forms {
		constructor(dialog, language) {
			this.dialog = dialog;
			this.language = language;
		}

		say(key, values) {
			return this.language.say(key, values);
		}

		/** Resolves with {reason, note}, or null when left. */
		dismiss(learner, signal, reasons, keysOn) {
			return this.open("dismiss_title", `${learner.name} · ${signal.rule_title}`, (done) => {
				const note = this.note("note_for_other");
				const choose = (reason) => {
					if (reason === "Other" && !note.value()) note.refuse("note_missing");
					else done({ reason, note: note.value() });
				};
				const buttons = reasons.map((reason, index) =>
					el(
						"button",
						{ class: "button", type: "button", "data-reason": reason, onclick: () => choose(reason) },
						keysOn && el("kbd", { "aria-hidden": "true" }, String(index + 1)),
						el("span", {}, this.language.codeText("reason", reason))
					)
				);
				return {
					body: [note.element, el("fieldset", {}, el("legend", {}, this.say("dismiss_why")), el("div", { class: "reasons" }, buttons))],
					onkeydown: (event) => {
						const reason = reasons[Number(event.key) - 1];
						if (!keysOn || !reason || isTyping(event) || hasModifier(event)) return;
						event.preventDefault();
						choose(reason);
					},
				};
			});
		}

		/** Resolves with {signals: [names]}, or null. */
		plan(learner) {
			return this.open("plan_title", learner.name, (done) => {
				const boxes = learner.signals.map((signal) =>
					el(
						"label",
						{ class: "choice wide" },
						el("input", { type: "checkbox", name: "signal", value: signal.name, checked: true, "aria-describedby": "plan-wrong" }),
						signal.rule_title
					)
				);
				const wrong = el("p", { class: "wrong", id: "plan-wrong", role: "alert" });
				return {
					body: [
						el("p", {}, this.say("plan_intro")),
						el("fieldset", {}, el("legend", {}, this.say("plan_from")), el("div", { class: "reasons" }, boxes), wrong),
					],
					submit: "plan_save",
					submitFocus: true,
					onsubmit: (form) => {
						const signals = Array.from(form.querySelectorAll("[name=signal]:checked"), (box) => box.value);
						if (signals.length) done({ signals });
						else wrong.textContent = this.say("plan_missing");
					},
				};
			});
		}

		/** Resolves with {note}, or null. */
		contest(learner, record) {
			const context = [learner.name, this.language.date(record.date), record.fact].filter(Boolean).join(" · ");
			return this.open("contest_title", context, (done) => {
				const note = this.note("contest_note", true);
				return {
					body: [el("p", {}, this.say("contest_intro")), note.element],
					submit: "contest_save",
					onsubmit: () => (note.value() ? done({ note: note.value() }) : note.refuse("note_missing")),
				};
			});
		}

		/** Resolves with null; `onKeys(on)` is told when single keys are switched. */
		help(keysOn, onKeys) {
			return this.open("help_title", this.say("help_intro"), () => {
				const keys = [
					[["j", "↓"], "help_next"],
					[["k", "↑"], "help_previous"],
					[["Enter"], "help_open"],
					[["a"], "help_acknowledge"],
					[["d"], "help_dismiss"],
					[["t"], "help_talk"],
					[["p"], "help_plan"],
					[["u"], "help_undo"],
					[["/"], "help_search"],
					[["?"], "help_help"],
					[["Esc"], "help_escape"],
				];
				const shift = this.say("shift");
				const atOnce = [
					[[`${shift} 1–5`], "help_dismiss_now"],
					[[`${shift} t`], "help_talk_now"],
					[[`${shift} p`], "help_plan_now"],
				];
				const list = (some) =>
					el(
						"dl",
						{ class: "help" },
						some.flatMap(([names, word]) => [
							el("dt", {}, names.map((name, index) => [index > 0 && ` ${this.say("or")} `, el("kbd", {}, name)]).flat()),
							el("dd", {}, this.say(word)),
						])
					);
				const box = el("input", { type: "checkbox", checked: keysOn, onchange: () => onKeys(box.checked) });
				return { body: [list(keys), el("p", { class: "label" }, this.say("help_at_once")), list(atOnce), el("label", { class: "choice wide" }, box, this.say("help_enabled"))], cancel: "close" };
			});
		}

		open(title, context, build) {
			return new Promise((resolve) => {
				let answer = null;
				const { dialog } = this;
				// A browser tells a moment later that a form was left; by then another may be asked for.
				dialog.onclose?.();
				const done = (value) => {
					answer = value;
					dialog.close();
				};
				const { body, submit, submitFocus, onsubmit, onkeydown, cancel = "cancel" } = build(done);
				const leave = (word, content, properties) => el("button", { type: "button", "aria-label": word, onclick: () => done(null), ...properties }, content);
				const form = el(
					"form",
					{ class: "form", method: "dialog", novalidate: true, onkeydown: onkeydown ?? null, onsubmit: (event) => (event.preventDefault(), onsubmit?.(form)) },
					el(
						"header",
						{},
						el("div", {}, el("h3", { id: "dialog-title", tabindex: -1 }, this.say(title)), el("p", {}, context)),
						leave(this.say("close"), icon("close"), { class: "button plain only" })
					),
					body,
					el(
						"footer",
						{},
						leave(null, this.say(cancel), { class: "button" }),
						submit && el("button", { class: "button main", type: "submit", autofocus: submitFocus }, this.say(submit))
					)
				);
				dialog.replaceChildren(form);
				dialog.onclick = (event) => {
					if (event.target === dialog) done(null); // the backdrop
				};
				dialog.onclose = () => {
					if (dialog.open) return; // told of the form before this one
					dialog.onclose = null;
					dialog.replaceChildren();
					resolve(answer);
				};
				dialog.showModal();
				(form.querySelector("[autofocus]") ?? form.querySelector("h3")).focus();
			});
		}

		/** A text area with its label, hint and error. */
		note(label, focus = false, hint = "note_hint", maxlength = 2000) {
			const wrong = el("p", { class: "wrong", id: "note-wrong", role: "alert" });
			const area = el("textarea", { id: "note", rows: 3, maxlength, "aria-describedby": "note-hint note-wrong", autofocus: focus });
			return {
				element: el(
					"div",
					{},
					el("label", { class: "label", for: "note" }, this.say(label)),
					area,
					el("p", { class: "hint", id: "note-hint" }, this.say(hint)),
					wrong
				),
				value: () => area.value.trim(),
				refuse: (word) => {
					area.setAttribute("aria-invalid", "true");
					wrong.textContent = this.say(word);
					area.focus();
				},
			};
		}

		/** One line of text that may stay empty. */
		line(id, label, properties = {}) {
			return this.field(id, label, { type: "text", maxlength: 500, ...properties });
		}

		/** A calendar day; its value is as the server writes days. */
		day(id, label, properties) {
			return this.field(id, label, { type: "date", ...properties });
		}

		field(id, label, properties) {
			const wrong = el("p", { class: "wrong", id: `${id}-wrong`, role: "alert" });
			const input = el("input", { id, "aria-describedby": `${id}-wrong`, ...properties });
			return {
				element: el("div", {}, el("label", { class: "label", for: id }, this.say(label)), input, wrong),
				input,
				value: () => input.value.trim(),
				refuse: (word) => {
					input.setAttribute("aria-invalid", "true");
					wrong.textContent = this.say(word);
					input.focus();
				},
			};
		}
	}

	Object.assign(MentorBoard, { Forms });
})();
