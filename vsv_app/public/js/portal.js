/** The portal's forms: each names a method; its fields go there by POST, and what came of it is said below the button. */
(() => {
	"use strict";

	const TIMEOUT_MS = 20_000;

	document.querySelectorAll("form.vsv-form").forEach((form) => form.addEventListener("submit", send));

	async function send(event) {
		event.preventDefault();
		const form = event.currentTarget;
		const said = form.querySelector(".vsv-said");
		const button = form.querySelector("button[type=submit]");
		button.disabled = true;
		said.textContent = "…";
		const sentence = await post(form.dataset.method, Object.fromEntries(new FormData(form)));
		said.textContent = sentence ?? form.dataset.done;
		said.classList.toggle("vsv-wrong", sentence !== null);
		button.disabled = sentence === null;
		if (sentence === null && form.dataset.reload) window.location.reload();
	}

	/** Null when it was done, else what the server said, for a person to read. */
	async function post(method, values) {
		try {
			const response = await fetch(`/api/method/${method}`, {
				method: "POST",
				credentials: "same-origin",
				headers: {
					Accept: "application/json",
					"Content-Type": "application/json",
					"X-Frappe-CSRF-Token": window.frappe?.csrf_token ?? "",
				},
				body: JSON.stringify(values),
				signal: AbortSignal.timeout(TIMEOUT_MS),
			});
			if (response.ok) return null;
			return sentenceOf(await response.json()) || `${response.status}`;
		} catch (error) {
			return String(error.message ?? error);
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
