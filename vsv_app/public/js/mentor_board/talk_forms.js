// Dialogs in which something is promised: a talk with its next step, an answer to a family, when to look again, being away.
(() => {
	"use strict";
	const { Forms, el } = MentorBoard;

	const CHANNELS = ["In Person", "Phone Call", "Message", "Home Visit", "Video Call"];
	const WITH_WHOM = ["Learner", "Guardian", "Other Family", "Teacher", "Partner", "Other"];

	class TalkForms extends Forms {
		/** Resolves with what log_talk takes, or null. Everything has a default: saving at once is a talk with the learner, now. */
		talk(learner, about, now) {
			return this.open("talk_title", learner.name, (done) => {
				const note = this.note("talk_note");
				const name = this.line("talk-name", "talk_name", { autocomplete: "off" });
				const agreed = this.line("talk-agreed", "talk_agreed");
				const step = this.line("talk-step", "talk_step");
				const day = this.day("talk-step-on", "talk_step_on", { min: now.today, value: now.nextStep });
				const when = this.day("talk-on", "talk_on", { max: now.today, value: now.today });
				const select = this.about(learner, about);
				const late = el("div", { hidden: true }, day.element);
				step.input.addEventListener("input", () => (late.hidden = !step.value()));
				const whom = this.choices("talk_with", "with_whom", WITH_WHOM, (value) => this.language.codeText("whom", value), {
					focus: true,
					onchange: (value) => (name.element.hidden = value === "Learner"),
				});
				name.element.hidden = true;
				return {
					body: [
						whom,
						name.element,
						this.choices("talk_how", "channel", CHANNELS, (value) => this.language.codeText("channel", value)),
						this.choices("talk_reached", "reached", ["yes", "no"], (value) => this.language.codeText("reached", value)),
						when.element,
						learner.signals.length > 0 && el("div", {}, el("label", { class: "label", for: "talk-about" }, this.say("talk_about")), select),
						note.element,
						agreed.element,
						step.element,
						late,
					],
					submit: "talk_save",
					onsubmit: ({ elements }) => {
						const [on, stepOn] = [when.value() || now.today, day.value()];
						if (on > now.today) return when.refuse("talk_not_ahead");
						if (step.value() && stepOn < now.today) return day.refuse("day_ahead");
						done({
							with_whom: elements.with_whom.value,
							person_name: name.element.hidden ? "" : name.value(),
							channel: elements.channel.value,
							reached: elements.reached.value === "yes",
							contact_on: on === now.today ? null : on,
							signal: select.value || null,
							note: note.value(),
							agreed: agreed.value(),
							next_step: step.value(),
							next_step_on: step.value() ? stepOn : null,
						});
					},
				};
			});
		}

		about(learner, about) {
			return el(
				"select",
				{ id: "talk-about" },
				el("option", { value: "" }, this.say("talk_about_none")),
				learner.signals.map((signal) => el("option", { value: signal.name, selected: signal === about }, signal.rule_title))
			);
		}

		/** Resolves with {answer}, or null. */
		answer(learner, item) {
			return this.open("answer_title", learner.name, (done) => {
				const answer = this.note("answer_text", true, "answer_hint");
				return {
					body: [el("blockquote", {}, [item.title, item.text].filter(Boolean).map((text) => el("p", {}, text))), answer.element],
					submit: "answer_save",
					onsubmit: () => (answer.value() ? done({ answer: answer.value() }) : answer.refuse("answer_missing")),
				};
			});
		}

		/** Resolves with {note, answer}: for the school, and what the learner reads on the own page, which may stay empty; or null. */
		closeHelp(learner) {
			return this.open("close_title", learner.name, (done) => {
				const note = this.note("close_note", true);
				const answer = this.line("close-answer", "close_answer", { maxlength: 2000 });
				return {
					body: [note.element, answer.element],
					submit: "close_save",
					onsubmit: () => (note.value() ? done({ note: note.value(), answer: answer.value() }) : note.refuse("close_missing")),
				};
			});
		}

		/** Resolves with {note}: why what was asked is not done; or null. */
		notDone(learner) {
			return this.open("not_done_title", learner.name, (done) => {
				const note = this.note("not_done_note", true, "note_hint", 500);
				return { body: [note.element], submit: "close_save", onsubmit: () => (note.value() ? done({ note: note.value() }) : note.refuse("not_done_missing")) };
			});
		}

		/** Resolves with {look_again_on}, or null. */
		lookAgain(learner, signal, now) {
			return this.open("look_title", `${learner.name} · ${signal.rule_title}`, (done) => {
				const day = this.day("look-on", "look_on", { min: now.tomorrow, value: now.lookAgain, autofocus: true });
				return {
					body: [el("p", {}, this.say("look_intro")), day.element],
					submit: "look_save",
					onsubmit: () => (day.value() >= now.tomorrow ? done({ look_again_on: day.value() }) : day.refuse("day_ahead")),
				};
			});
		}

		/** Resolves with {substitute, from_date, to_date, note}, or null. */
		away(colleagues, now) {
			return this.open("away_title", this.say("away_intro"), (done) => {
				const who = el(
					"select",
					{ id: "away-who", autofocus: true, "aria-describedby": "away-who-wrong" },
					el("option", { value: "" }, this.say("away_choose")),
					colleagues.map(({ user, name }) => el("option", { value: user }, name))
				);
				const wrong = el("p", { class: "wrong", id: "away-who-wrong", role: "alert" });
				const from = this.day("away-from", "away_from", { min: now.today, value: now.today });
				const to = this.day("away-to", "away_to", { min: now.today, value: now.today });
				const note = this.note("away_note", false, "away_note_hint");
				return {
					body: [
						el("div", {}, el("label", { class: "label", for: "away-who" }, this.say("away_who")), who, wrong),
						el("div", { class: "pair" }, from.element, to.element),
						note.element,
					],
					submit: "away_save",
					onsubmit: () => {
						if (!who.value) return (who.setAttribute("aria-invalid", "true"), (wrong.textContent = this.say("away_who_missing")), who.focus());
						if (to.value() < from.value()) return to.refuse("away_backwards");
						done({ substitute: who.value, from_date: from.value(), to_date: to.value(), note: note.value() });
					},
				};
			});
		}

		/** Radio buttons in a row, the first chosen; `word` names a value. */
		choices(legend, name, values, word, { focus = false, onchange = null } = {}) {
			const boxes = values.map((value, index) =>
				el(
					"label",
					{ class: "choice" },
					el("input", { type: "radio", name, value, checked: index === 0, autofocus: focus && index === 0, onchange: onchange && (() => onchange(value)) }),
					word(value)
				)
			);
			return el("fieldset", {}, el("legend", {}, this.say(legend)), el("div", { class: "choices" }, boxes));
		}
	}

	Object.assign(MentorBoard, { CHANNELS, TalkForms });
})();
