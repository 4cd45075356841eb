// The page of the embedded server round the board: which mentor, which language.
(() => {
	"use strict";
	const { token, mentor, lang } = document.body.dataset;
	const board = document.querySelector("mentor-board");
	board.api = MentorBoard.httpApi(`/board/${token}/${encodeURIComponent(mentor)}`);

	const language = document.getElementById("lang");
	language.value = lang;
	const go = () => {
		const chosen = encodeURIComponent(document.getElementById("mentor").value);
		location.href = `/board/${token}/${chosen}?lang=${language.value}`;
	};
	// The next visit begins in the language that was chosen here.
	const remember = () => (document.cookie = `vsv-board-language=${language.value}; path=/; max-age=31536000; samesite=strict`);
	language.addEventListener("change", () => {
		remember();
		go();
	});
	document.getElementById("mentor").addEventListener("change", go);
})();
