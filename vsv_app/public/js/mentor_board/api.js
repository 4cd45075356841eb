// How the board asks its host: httpApi for the embedded server, frappeApi for Frappe Desk. See element.js for what an api is.
(() => {
	"use strict";

	const REQUEST_TIMEOUT_MS = 20_000;

	/** Why an api call failed. `kind`: network, timeout, forbidden, refused, server or data; `sentence`: the server's own. */
	class BoardError extends Error {
		constructor(kind, sentence = "") {
			super(sentence || kind);
			this.name = "BoardError";
			this.kind = kind;
			this.sentence = sentence;
		}
	}

	function kindOfStatus(status) {
		if (status === 401 || status === 403) return "forbidden";
		return status >= 400 && status < 500 ? "refused" : "server";
	}

	/** The embedded server: GET api/board, POST api/board/act, server-sent events at api/board/events. */
	function httpApi(base = "", { token = "" } = {}) {
		const root = String(base).replace(/\/+$/, "");
		const headers = { Accept: "application/json", ...(token ? { "X-VSV-Token": token } : {}) };
		return {
			overview: ({ lang = "en" } = {}) => request(`${root}/api/board?lang=${encodeURIComponent(lang)}`, { headers }),
			act: (action, { lang = "en" } = {}) =>
				request(`${root}/api/board/act`, {
					method: "POST",
					headers: { ...headers, "Accept-Language": lang, "Content-Type": "application/json" },
					body: JSON.stringify(action),
				}),
			timeline: (student, { lang = "en" } = {}) =>
				request(`${root}/api/board/timeline?lang=${encodeURIComponent(lang)}&student=${encodeURIComponent(student)}`, { headers }),
			help: (concern, { lang = "en" } = {}) =>
				request(`${root}/api/board/help?lang=${encodeURIComponent(lang)}&concern=${encodeURIComponent(concern)}`, { headers }),
			subscribe(onChange) {
				const events = new EventSource(`${root}/api/board/events`);
				events.onmessage = onChange;
				events.addEventListener("vsv_signal", onChange);
				return () => events.close();
			},
		};
	}

	async function request(url, options) {
		let response;
		try {
			response = await fetch(url, { ...options, credentials: "same-origin", signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
		} catch (error) {
			throw new BoardError(error.name === "TimeoutError" ? "timeout" : "network");
		}
		const body = await response.json().catch(() => null);
		if (!response.ok) throw new BoardError(kindOfStatus(response.status), sentenceOf(body));
		if (body === null) throw new BoardError("data");
		return body;
	}

	function sentenceOf(body) {
		const said = body?.message ?? body?.error;
		return typeof said === "string" ? said : "";
	}

	/** Frappe Desk: whitelisted methods by frappe.call, changes by frappe.realtime. */
	function frappeApi() {
		const desk = window.frappe;
		return {
			overview: ({ lang = "en", ...scope } = {}) => frappeCall("vsv_app.api.care.board.overview", "GET", { lang, ...scope }),
			act: (action) => frappeCall("vsv_app.api.care.board.act", "POST", action),
			help: (concern, { lang = "en" } = {}) => frappeCall("vsv_app.api.care.board.call_for_help", "GET", { concern, lang }),
			timeline: (student, { lang = "en" } = {}) => frappeCall("vsv_app.api.care.board.timeline", "GET", { student, lang }),
			subscribe(onChange) {
				desk.realtime.on("vsv_signal", onChange);
				return () => desk.realtime.off("vsv_signal", onChange);
			},
			link(kind, name) {
				const doctype = { plan: "Support Plan", learner: "Student" }[kind];
				return doctype ? desk.utils.get_form_link(doctype, name) : null;
			},
			linkTo: ({ route, doctype, name }) => (route?.startsWith("/") ? route : doctype && name ? desk.utils.get_form_link(doctype, name) : null),
			go(kind, name) {
				desk.set_route("Form", { plan: "Support Plan" }[kind], name);
				return true;
			},
		};
	}

	async function frappeCall(method, type, args) {
		// Without a connection frappe.call answers with the page itself instead of failing.
		if (!navigator.onLine) throw new BoardError("network");
		let answer;
		try {
			answer = await window.frappe.call({ method, type, args, silent: true });
		} catch (failure) {
			if (!failure?.status) throw new BoardError("network");
			throw new BoardError(kindOfStatus(failure.status), frappeSentence(failure.responseJSON));
		}
		if (!answer?.message) throw new BoardError("data");
		return answer.message;
	}

	/** What frappe.throw said, without its markup. */
	function frappeSentence(body) {
		try {
			const messages = JSON.parse(body._server_messages).map((message) => JSON.parse(message).message);
			return messages.join(" ").replace(/<[^>]*>/g, "");
		} catch {
			return "";
		}
	}

	Object.assign(MentorBoard, { BoardError, frappeApi, httpApi });
})();
