/** The portal's forms: each names a method; its fields go there by POST, and what came of it is said below the button. */
(() => {
	"use strict";

	const TIMEOUT_MS = 20_000;

	// Parts of the page are replaced, and their forms with them.
	document.addEventListener("submit", (event) => event.target.matches("form.vsv-form") && send(event));

	async function send(event) {
		event.preventDefault();
		const form = event.target;
		const said = form.querySelector(".vsv-said");
		const button = form.querySelector("button[type=submit]");
		button.disabled = true;
		said.textContent = "…";
		const { sentence, answer } = await post(form.dataset.method, valuesOf(form));
		said.textContent = sentence ?? form.dataset.done;
		said.classList.toggle("vsv-wrong", sentence !== null);
		button.disabled = sentence === null;
		if (sentence !== null) return;
		form.dispatchEvent(new CustomEvent("vsv-done", { detail: answer }));
		form.closest("[data-once]")?.querySelectorAll("button").forEach((other) => (other.disabled = true));
		if (form.dataset.reload) window.location.reload();
		if (form.dataset.refreshes && (await refresh(form))) {
			form.querySelectorAll("textarea, [type=checkbox], [type=time]").forEach((field) => {
				field.checked = false;
				if (field.type !== "checkbox") field.value = "";
			});
			button.disabled = false;
		}
	}

	/** Fields whose name ends in [] may be there several times, and are sent as a list. */
	function valuesOf(form) {
		const values = {};
		for (const [name, value] of new FormData(form)) {
			if (name.endsWith("[]")) (values[name.slice(0, -2)] ??= []).push(value);
			else values[name] = value;
		}
		return values;
	}

	/** The parts that a form refreshes, as the page has them now; false where it could not be asked. */
	async function refresh(form) {
		const part = form.dataset.refreshes;
		try {
			const response = await fetch(window.location.pathname, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) });
			if (!response.ok) return false;
			const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
			document.querySelectorAll(`[data-part="${part}"]`).forEach((old) => {
				const now = fresh.getElementById(old.id);
				if (!now) return;
				const held = old.contains(form);
				old.replaceWith(document.adoptNode(now));
				if (held) sayIn(now, form.dataset.done);
			});
			return true;
		} catch {
			return false;
		}
	}

	/** Somebody signed in again in another tab: the page that is open has the token of a session that is gone. */
	async function renewToken() {
		const response = await fetch(window.location.pathname, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS) });
		const token = (await response.text()).match(/frappe\.csrf_token = "(\w+)"/)?.[1];
		if (!token || !window.frappe) return false;
		window.frappe.csrf_token = token;
		return true;
	}

	/** The form is gone with the part that it stood in: what came of it is said there, and whoever reads goes on from there. */
	function sayIn(part, sentence) {
		const said = document.createElement("p");
		said.className = "vsv-said";
		said.setAttribute("role", "status");
		said.textContent = sentence;
		part.append(said);
		part.tabIndex = -1;
		part.focus({ preventScroll: true });
	}

	/** `answer` of the server; `sentence`: null when it was done, else what the server said, for a person to read. */
	async function post(method, values, again = true) {
		try {
			const response = await fetch(`/api/method/${method}`, {
				method: "POST",
				credentials: "same-origin",
				headers: {
					Accept: "application/json",
					// Who is not signed in is answered in the language of the page.
					"Accept-Language": document.documentElement.lang || navigator.language,
					"Content-Type": "application/json",
					"X-Frappe-CSRF-Token": window.frappe?.csrf_token ?? "",
				},
				body: JSON.stringify(values),
				signal: AbortSignal.timeout(TIMEOUT_MS),
			});
			const body = await response.json();
			if (response.ok) return { sentence: null, answer: body.message };
			if (again && body.exc_type === "CSRFTokenError" && (await renewToken())) return post(method, values, false);
			return { sentence: sentenceOf(body) || `${response.status}` };
		} catch (error) {
			return { sentence: String(error.message ?? error) };
		}
	}

	function sentenceOf(body) {
		try {
			return JSON.parse(body._server_messages)
				.map((message) => JSON.parse(message).message)
				.join(" ")
				.replace(/<[^>]*>/g, " ")
				.trim();
		} catch {
			return "";
		}
	}
})();
