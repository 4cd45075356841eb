// The screen: a group, a terminal, the next name; a tap, and the next.
(() => {
	"use strict";
	const { el, button, choice, api, words, peopleList, ListView, Reading } = HandOutBadges;

	class Screen {
		#root;
		#overview = { groups: [], doors: [], formats: [] };
		#group = "";
		#door = 0;
		#people = [];
		#current = null;
		#replacing = false;
		#reading = null;
		#last = null;
		#said = "";
		#refused = "";
		#lost = false;
		#list = null;

		constructor(root) {
			this.#root = el("div", { class: "hand-out-badges" });
			root.append(this.#root);
		}

		/** When somebody comes here; with a learner, to replace that learner's badge. */
		async show(options) {
			frappe.route_options = null;
			await this.refresh();
			if (options?.bring_in) this.bringIn();
			else if (options?.student) {
				this.#people = await api.people({ student: options.student });
				this.#group = "";
				this.#act("replace", this.#people[0]);
			}
		}

		leave() {
			this.#reading?.stop();
			this.#reading = null;
		}

		async refresh() {
			this.#overview = await api.overview();
			if (this.#group) await this.#load();
			this.#draw();
		}

		bringIn() {
			this.leave();
			this.#list = new ListView(this.#overview.formats, () => {
				this.#list = null;
				this.refresh();
			});
			this.#draw();
		}

		async #load() {
			const before = new Map(this.#people.map((one) => [one.student, one]));
			this.#people = (await api.people({ group: this.#group })).map((one) => ({ ...one, skipped: before.get(one.student)?.skipped, given: before.get(one.student)?.given }));
			if (this.#current) this.#current = this.#people.find((one) => one.student === this.#current.student) || null;
		}

		#draw() {
			if (this.#list) return this.#root.replaceChildren(this.#list.element);
			const parts = [this.#reading ? this.#running() : this.#setUp(), this.#people.length ? this.#group_list() : null];
			this.#root.replaceChildren(...parts.filter(Boolean));
		}

		// before

		#setUp() {
			const { groups, doors } = this.#overview;
			const of_group = [{ value: "", label: __("Choose a group") }, ...groups.map((one) => ({ value: one.group, label: words.group(one) }))];
			const ready = doors.length && this.#next();
			return el(
				"section",
				{ class: "set-up" },
				el("p", {}, __("The screen shows a name; hold a badge to the terminal, and it is theirs. Then comes the next name. Meanwhile the terminal checks nobody in.")),
				el(
					"div",
					{ class: "fields" },
					choice(__("Group"), of_group, this.#group, (value) => this.#choose(value)),
					doors.length ? choice(__("Terminal"), doors.map((one, value) => ({ value, label: one.label })), this.#door, (value) => (this.#door = Number(value))) : null
				),
				doors.length ? null : el("p", { class: "warning" }, __("No gateway is online: no terminal can read new badges now. See Attendance Gateway."), " ", button(__("Attendance Gateway"), () => frappe.set_route("List", "Attendance Gateway"))),
				this.#status(),
				ready ? button(__("Start With {0}", [this.#next().name]), () => this.#start(this.#next()), { main: true }) : null
			);
		}

		async #choose(group) {
			this.#group = group;
			this.#people = [];
			this.#said = this.#refused = "";
			this.#last = null;
			if (group) await this.#load();
			this.#draw();
		}

		async #start(person, replacing = false) {
			this.#current = person;
			this.#replacing = replacing;
			this.#refused = "";
			if (!this.#reading) {
				const reading = new Reading(this.#overview.doors[this.#door], this.#took, this.#silence);
				try {
					await reading.start();
				} catch {
					return;
				}
				this.#reading = reading;
			}
			this.#draw();
			this.#root.querySelector(".next")?.focus({ preventScroll: true });
		}

		// while it runs

		#running() {
			const door = this.#overview.doors[this.#door].label;
			const hint = this.#replacing ? __("Hold the new badge to {0}. The old one is lost from then on.", [door]) : __("Hold a badge to {0}.", [door]);
			const current = this.#current;
			return el(
				"section",
				{ class: "running" },
				current
					? el("div", { class: "next", tabindex: "-1", "aria-live": "polite" }, el("small", {}, this.#replacing ? __("New badge for") : __("Next")), el("strong", {}, current.name), el("span", {}, hint))
					: el("div", { class: "next", tabindex: "-1", "aria-live": "polite" }, el("strong", {}, __("Everybody has a badge, or was skipped."))),
				this.#status(),
				el(
					"div",
					{ class: "answers" },
					current && !this.#replacing ? button(__("Skip, Is Absent"), () => this.#skip(), { about: current.name }) : null,
					button(__("Stop"), () => this.#stop(), { main: !current })
				)
			);
		}

		#status() {
			return el(
				"div",
				{ class: "said", role: "status" },
				this.#lost ? el("p", { class: "warning" }, __("The site does not answer. What is read meanwhile is taken when it does.")) : null,
				this.#refused ? el("p", { class: "warning" }, this.#refused) : null,
				this.#said ? el("p", {}, this.#said, " ", this.#last ? button(__("Undo"), () => this.#undo(), { about: this.#last.person.name }) : null) : null
			);
		}

		#took = async ({ badge }) => {
			const person = this.#current;
			// A card that is held for long is read more than once.
			if (!person || badge === this.#last?.badge) return;
			const given = await api.give(badge, person.student, this.#replacing);
			this.#refused = given.refused || "";
			if (!given.refused) {
				person.has = person.given = true;
				person.lost = person.skipped = false;
				this.#last = given.already ? null : { person, badge, replaced: given.replaced };
				this.#said = given.already ? __("{0} has this badge already.", [person.name]) : __("{0} has a badge.", [person.name]);
				if (this.#replacing && !this.#group) return this.#stop();
				this.#replacing = false;
				this.#current = this.#next(person);
				if (this.#group) await this.#load();
			}
			this.#draw();
		};

		#silence = (lost) => {
			if (lost === this.#lost) return;
			this.#lost = lost;
			this.#draw();
		};

		/** The first in the order of names, behind somebody, who has no badge and was not skipped. */
		#next(behind = null) {
			const waits = (one) => !one.has && !one.skipped;
			const at = this.#people.findIndex((one) => one.student === behind?.student) + 1;
			return this.#people.slice(at).find(waits) || this.#people.find(waits) || null;
		}

		#skip() {
			this.#current.skipped = true;
			this.#refused = "";
			this.#current = this.#next(this.#current);
			this.#draw();
		}

		async #stop() {
			this.leave();
			this.#current = null;
			this.#replacing = false;
			// Who was absent is waited for next time.
			for (const one of this.#people) one.skipped = false;
			await this.refresh();
		}

		async #undo() {
			const { person, badge, replaced } = this.#last;
			await api.takeBack(badge, person.student, replaced);
			this.#last = null;
			this.#said = __("{0} has it no more.", [person.name]);
			const here = this.#people.find((one) => one.student === person.student);
			if (here) here.given = false;
			if (this.#group) await this.#load();
			else this.#people = await api.people({ student: person.student });
			if (this.#reading) this.#current = this.#people.find((one) => one.student === person.student);
			this.#draw();
		}

		// the group

		#group_list() {
			return el("section", {}, this.#group ? el("h2", {}, this.#group) : null, peopleList(this.#people, this.#current, (what, person) => this.#act(what, person)));
		}

		async #act(what, person) {
			if (what === "give" || what === "replace") {
				if (!this.#overview.doors.length) return frappe.show_alert({ message: __("No gateway is online: no terminal can read new badges now. See Attendance Gateway."), indicator: "orange" });
				person.skipped = false;
				return this.#start(person, what === "replace" && person.has);
			}
			const [from, to] = what === "lost" ? ["Active", "Lost"] : ["Lost", "Active"];
			for (const badge of person.badges.filter((one) => one.status === from)) await api.mark(badge.badge, to);
			this.#said = what === "lost" ? __("The badge of {0} is lost: it opens nothing.", [person.name]) : __("The badge of {0} is found: it counts again.", [person.name]);
			this.#last = null;
			if (this.#group) await this.#load();
			else this.#people = await api.people({ student: person.student });
			this.#draw();
		}
	}

	Object.assign(HandOutBadges, { Screen });
})();
