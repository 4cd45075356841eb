// What belongs to a board, and reaches the rest of it through the board.
(() => {
	"use strict";

	class Part {
		constructor(board) {
			this.board = board;
		}

		get state() {
			return this.board.state;
		}

		get page() {
			return this.board.page;
		}

		get language() {
			return this.board.language;
		}

		say(key, values) {
			return this.language.say(key, values);
		}
	}

	Object.assign(MentorBoard, { Part });
})();
