// How the screen asks the site.
(() => {
	"use strict";

	const call = (method, type, args = {}, more = {}) =>
		frappe.call({ method: `vsv_app.api.attendance.badges.${method}`, type, args, ...more }).then(({ message }) => message);

	const api = {
		overview: () => call("overview", "GET"),
		people: (whom) => call("people", "GET", whom),
		readNew: ({ gateway, terminal }) => call("read_new", "POST", { gateway, terminal }, { freeze: true }),
		stop: ({ gateway }) => call("stop_reading", "POST", { gateway }, { silent: true }),
		read: ({ gateway, terminal }, since) => call("read", "GET", { gateway, terminal, since }, { silent: true }),
		give: (badge, student, replacing) => call("give", "POST", { badge, student, replacing: replacing ? 1 : 0 }),
		takeBack: (badge, student, replaced) => call("take_back", "POST", { badge, student, replaced: JSON.stringify(replaced) }, { freeze: true }),
		mark: (badge, status) => call("mark", "POST", { badge, status }, { freeze: true }),
		look: (list) => call("look", "POST", list, { freeze: true }),
		bringIn: (list) => call("bring_in", "POST", list, { freeze: true }),
	};

	Object.assign(HandOutBadges, { api });
})();
