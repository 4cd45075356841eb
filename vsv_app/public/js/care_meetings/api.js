// How the screen asks the site.
window.CareMeetings = { ...DeskDom };
(() => {
	"use strict";

	const call = (method, type, args = {}) =>
		frappe.call({ method: `vsv_app.api.care.meetings.${method}`, type, args, freeze: type === "POST" }).then(({ message }) => message);

	const api = {
		meetings: () => call("meetings", "GET"),
		plan: (values) => call("plan_meeting", "POST", values),
		overview: (meeting) => call("overview", "GET", { meeting }),
		known: (meeting, student) => call("known", "GET", { meeting, student }),
		learners: () => call("learners_to_put_on", "GET"),
		putOn: (meeting, student) => call("put_on", "POST", { meeting, student }),
		conclude: (meeting, student, note, status) => call("conclude", "POST", { meeting, student, note, status }),
		decide: (meeting, student, values) => call("decide", "POST", { meeting, student, ...values }),
		takeBack: (meeting, decision) => call("take_back", "POST", { meeting, decision }),
		move: (meeting, values) => call("move", "POST", { meeting, ...values }),
		callOff: (meeting) => call("call_off", "POST", { meeting }),
		hold: (meeting) => call("hold", "POST", { meeting }),
	};

	Object.assign(CareMeetings, { api });
})();
