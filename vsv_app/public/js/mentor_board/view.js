// What the views of a learner share. `board` answers what is open, allowed and wrong, and takes what a person does.
(() => {
	"use strict";
	const { Part, el, icon } = MentorBoard;

	class View extends Part {
		can(ability) {
			return this.state.overview.can.includes(ability);
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
