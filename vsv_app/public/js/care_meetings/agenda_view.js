// The agenda: who is spoken about, and why.
(() => {
	"use strict";
	const { el, statusOf } = CareMeetings;

	/** A list of learners; `open(student)` shows one. */
	function agendaView({ learners }, chosen, open) {
		if (!learners.length) return el("p", { class: "nothing" }, __("Nothing stands unanswered, and nobody was put on the agenda."));
		return el(
			"ol",
			{ class: "agenda", "aria-label": __("Agenda") },
			learners.map((one) =>
				el(
					"li",
					{ class: one.status === "To Discuss" ? "" : "ended" },
					el(
						"button",
						{ type: "button", "aria-current": one.student === chosen ? "true" : null, onclick: () => open(one.student) },
						el("b", {}, one.name),
						el("small", {}, [one.group, one.status === "To Discuss" ? "" : statusOf(one.status)].filter(Boolean).join(" · ")),
						el("span", { class: "chips" }, labels(one).map((label) => el("span", { class: "chip" }, label)))
					)
				)
			)
		);
	}

	const labels = (one) => [...new Set(one.reasons.length ? one.reasons.map(({ label }) => label) : one.why)];

	Object.assign(CareMeetings, { agendaView });
})();
