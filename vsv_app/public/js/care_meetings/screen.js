// The screen: the meetings, one of them with its agenda, and one learner of it.
(() => {
	"use strict";
	const { el, button, api, agendaView, knownView, decideView, progress, reasonLine } = CareMeetings;
	const ROUTE = "care-meetings";

	class Screen {
		#root;
		#page;
		#said = el("div", { class: "said", role: "status", tabindex: "-1" });
		#body = el("div", {});
		#meeting = null;
		#draft = new Map();

		constructor(root, page) {
			this.#root = el("div", { class: "care-meetings" }, this.#said, this.#body);
			this.#page = page;
			root.append(this.#root);
		}

		/** What the address says: no meeting, a meeting, or a learner of it. */
		async show([, meeting, student]) {
			this.#tell("");
			if (!meeting) return this.#showList(await api.meetings());
			this.#meeting = await api.overview(meeting);
			await this.#showMeeting(student);
		}

		#showList({ planned, held, may_lead: lead }) {
			this.#meeting = null;
			this.#page.clear_actions();
			this.#page.clear_menu();
			if (lead) this.#page.set_primary_action(__("Plan A Meeting"), () => this.#plan());
			const list = (title, some, nothing) =>
				el(
					"section",
					{},
					el("h2", {}, title),
					some.length
						? el(
								"ul",
								{ class: "meetings" },
								some.map((one) =>
									el("li", {}, el("a", { href: frappe.router.make_url([ROUTE, one.name]) }, one.date), ` ${[one.starts_at, one.place].filter(Boolean).join(" · ")}`)
								)
						  )
						: el("p", { class: "quiet" }, nothing)
				);
			this.#body.replaceChildren(
				list(__("Planned"), planned, __("No meeting is planned.")),
				...(held.length ? [list(__("Held"), held, "")] : [])
			);
		}

		#plan() {
			frappe.prompt(
				[
					{ fieldname: "meeting_on", fieldtype: "Date", label: __("Day"), default: frappe.datetime.get_today(), reqd: 1 },
					{ fieldname: "starts_at", fieldtype: "Data", label: __("Starts At"), default: "14:00" },
					{ fieldname: "place", fieldtype: "Data", label: __("Place") },
				],
				async (values) => frappe.set_route(ROUTE, await api.plan(values)),
				__("Plan A Meeting"),
				__("Plan")
			);
		}

		async #showMeeting(student) {
			const meeting = this.#meeting;
			this.#actions(meeting);
			const one = meeting.learners.find((learner) => learner.student === student);
			const known = one ? await api.known(meeting.name, one.student) : null;
			this.#body.replaceChildren(
				this.#head(meeting),
				el(
					"div",
					{ class: one ? "both with-learner" : "both" },
					el("div", { class: "side" }, agendaView(meeting, student, (chosen) => frappe.set_route(ROUTE, meeting.name, chosen)), this.#putOn(meeting)),
					one ? this.#learner(meeting, one, known) : this.#hint(meeting)
				)
			);
		}

		#head(meeting) {
			const there = meeting.people.map(({ name, partner }) => (partner ? `${name} (${partner})` : name)).join(", ");
			return el(
				"header",
				{},
				el("a", { class: "back", href: frappe.router.make_url([ROUTE]) }, __("All meetings")),
				el("h2", {}, [meeting.date, meeting.starts_at, meeting.place].filter(Boolean).join(" · ")),
				el(
					"p",
					{},
					meeting.called_off ? __("This meeting was called off.") : meeting.held ? __("This meeting was held.") : progress(meeting.learners),
					there ? ` · ${there}` : "",
					meeting.may_lead ? [" · ", el("a", { href: frappe.utils.get_form_link("Care Meeting", meeting.name) }, __("Who is there"))] : null
				)
			);
		}

		#actions(meeting) {
			this.#page.clear_actions();
			this.#page.clear_menu();
			if (!meeting.may_lead) return;
			if (meeting.held || meeting.learners.some((one) => one.status !== "To Discuss")) this.#page.set_secondary_action(__("Minutes"), () => this.#print(meeting));
			if (!meeting.held && !meeting.called_off) {
				this.#page.add_menu_item(__("Move The Meeting"), () => this.#move(meeting));
				this.#page.add_menu_item(__("Call Off The Meeting"), () => this.#callOff(meeting));
			}
			if (!meeting.held && !meeting.called_off && !meeting.ahead)
				this.#page.set_primary_action(__("Close The Meeting"), () =>
					frappe.confirm(__("The minutes then stand as they are. Who was not spoken about comes back by itself as long as something stands."), async () => {
						await api.hold(meeting.name);
						this.#meeting = await api.overview(meeting.name);
						await this.#showMeeting();
						this.#tell(__("Closed. Everybody who does something was told."));
					})
				);
		}

		#move(meeting) {
			frappe.prompt(
				[
					{ fieldname: "meeting_on", fieldtype: "Date", label: __("Day"), default: meeting.on, reqd: 1 },
					{ fieldname: "starts_at", fieldtype: "Data", label: __("Starts At"), default: meeting.starts_at },
					{ fieldname: "place", fieldtype: "Data", label: __("Place"), default: meeting.place },
				],
				async (values) => {
					this.#meeting = await api.move(meeting.name, values);
					await this.#showMeeting();
					this.#tell(__("Moved. Everybody who is invited is told."));
				},
				__("Move The Meeting"),
				__("Move")
			);
		}

		#callOff(meeting) {
			frappe.confirm(__("The meeting does not take place. Everybody who is invited is told, and what stands is on the agenda of the next one."), async () => {
				this.#meeting = await api.callOff(meeting.name);
				await this.#showMeeting();
				this.#tell(__("Called off. Everybody who is invited is told."));
			});
		}

		#print({ name }) {
			const asked = new URLSearchParams({ doctype: "Care Meeting", name, format: "Minutes Of The Care Meeting", no_letterhead: 0, lang: frappe.boot.lang || "en" });
			window.open(`/printview?${asked}`, "_blank");
		}

		#putOn(meeting) {
			if (meeting.held || meeting.called_off) return null;
			return button(__("Put a learner on the agenda"), async () => {
				const options = await api.learners();
				frappe.prompt(
					[{ fieldname: "student", fieldtype: "Autocomplete", label: __("Learner"), options, reqd: 1 }],
					async ({ student }) => {
						await api.putOn(meeting.name, student);
						await this.#again(student);
					},
					__("Put a learner on the agenda"),
					__("Put On")
				);
			});
		}

		#hint(meeting) {
			const first = meeting.learners.find((one) => one.status === "To Discuss");
			if (!first) return null;
			return el("div", { class: "begin" }, button(__("Begin with {0}", [first.name]), () => frappe.set_route(ROUTE, meeting.name, first.student), { main: true }));
		}

		#learner(meeting, one, known) {
			const lead = meeting.may_lead && !meeting.held && !meeting.called_off;
			const next = this.#after(one.student);
			return el(
				"article",
				{ class: "learner", "aria-label": one.name },
				el("a", { class: "back to-agenda", href: frappe.router.make_url([ROUTE, meeting.name]) }, __("Agenda")),
				el(
					"h2",
					{},
					one.name,
					" ",
					el("small", {}, one.group, " · ", el("a", { href: frappe.router.make_url(["mentor-board", "learner", one.student]) }, __("card on the board")))
				),
				el(
					"ul",
					{ class: "reasons", "aria-label": __("Why") },
					one.reasons.length
						? one.reasons.map((reason) => el("li", {}, el("b", {}, reason.label), " ", reasonLine(reason)))
						: one.why.map((label) => el("li", {}, el("b", {}, label)))
				),
				knownView(known),
				decideView(one, known, { lead, act: this.#act(meeting, one, next), next, draft: this.#draft })
			);
		}

		#act(meeting, one, next) {
			return {
				decide: async (values) => {
					this.#meeting = await api.decide(meeting.name, one.student, values);
					await this.#showMeeting(one.student);
					this.#tell(__("Written down: {0}", [values.what]));
				},
				takeBack: async (name) => {
					this.#meeting = await api.takeBack(meeting.name, name);
					await this.#showMeeting(one.student);
					this.#tell(__("Taken back."));
				},
				conclude: async (note, status) => {
					this.#meeting = await api.conclude(meeting.name, one.student, note, status);
					this.#draft.delete(one.student);
					if (next) return frappe.set_route(ROUTE, meeting.name, next);
					await this.#showMeeting(one.student);
					this.#tell(__("Everybody on the agenda was spoken about."));
				},
			};
		}

		/** Who comes after a learner and was not spoken about yet. */
		#after(student) {
			const open = this.#meeting.learners.filter((one) => one.status === "To Discuss" && one.student !== student);
			const order = this.#meeting.learners.map((one) => one.student);
			const at = order.indexOf(student);
			return (open.find((one) => order.indexOf(one.student) > at) || open[0])?.student;
		}

		async #again(student) {
			this.#meeting = await api.overview(this.#meeting.name);
			await this.#showMeeting(student);
		}

		/** What was done, heard by a screen reader too. */
		#tell(sentence) {
			this.#said.replaceChildren(...(sentence ? [el("span", {}, sentence)] : []));
		}
	}

	Object.assign(CareMeetings, { Screen });
})();
