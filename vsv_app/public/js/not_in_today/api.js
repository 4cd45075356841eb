// How the screen asks the site.
window.NotInToday = { ...DeskDom };
(() => {
	"use strict";

	const call = (method, type, args = {}, freeze = type === "POST") =>
		frappe.call({ method: `vsv_app.api.attendance.not_in_today.${method}`, type, args, freeze }).then(({ message }) => message);

	const api = {
		overview: (day) => call("overview", "GET", { day }),
		giveReason: (students, day, reason) => call("give_reason", "POST", { students: JSON.stringify(students), day, reason }),
		noteCall: (students, day, outcome) => call("note_call", "POST", { students: JSON.stringify(students), day, outcome }),
		cameAfterAll: (students, day) => call("came_after_all", "POST", { students: JSON.stringify(students), day }),
		find: (text) => call("find", "GET", { text }),
		checkIn: (student) => call("check_in", "POST", { student }),
		undo: (day, what) => call("undo", "POST", { day, what: JSON.stringify(what) }),
	};

	Object.assign(NotInToday, { api });
})();
