// What the views of a learner share. `board` answers what is open, allowed and wrong, and takes what a person does.
(() => {
	"use strict";
	const { el, icon } = MentorBoard;

	class View {
		constructor(board) {
			this.board = board;
			this.language = board.language;
		}

		say(key, values) {
			return this.language.say(key, values);
		}

		can(ability) {
			return this.board.state.overview.can.includes(ability);
		}

		/** A button whose name for a screen reader goes on with what it is about. */
		button(word, about, key, onclick, properties = {}, picture = null) {
			return el(
				"button",
				{ class: "button", type: "button", "data-key": key, onclick, ...properties },
				picture && icon(picture),
				el("span", { class: "label" }, this.say(word), about && el("span", { class: "sr" }, ` ${about}`))
			);
		}

		severity(signal, place = "") {
			const text = this.language.codeText("severity", signal.severity);
			return el("span", { class: `pill tone-${signal.severity} ${place}` }, icon(signal.severity), text);
		}
	}

	Object.assign(MentorBoard, { View });
})();
