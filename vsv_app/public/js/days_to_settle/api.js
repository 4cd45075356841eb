// How the screen asks the site.
window.DaysToSettle = { ...DeskDom };
(() => {
	"use strict";

	const call = (method, type, args = {}) =>
		frappe.call({ method: `vsv_app.api.attendance.settling.${method}`, type, args, freeze: type === "POST" }).then(({ message }) => message);

	const api = {
		overview: () => call("overview", "GET"),
		closing: (holds) => call("closing", "GET", { holds: JSON.stringify(holds) }),
		settle: (holds, answer, reason = "") => call("settle", "POST", { holds: JSON.stringify(holds), answer, reason }),
		dateTaps: (taps, day) => call("date_taps", "POST", { taps: JSON.stringify(taps), day }),
		undo: () => call("undo", "POST"),
	};

	Object.assign(DaysToSettle, { api });
})();
