// A row for each group: its mentor, and from when. Nothing is kept until somebody saves.
window.MentorGrid = {};
(() => {
	"use strict";

	const { el } = DeskDom;
	const call = (method, type, args = {}) =>
		frappe.call({ method: `vsv_app.api.care.mentors.${method}`, type, args, freeze: type === "POST" }).then(({ message }) => message);

	const filled_in = (n) => (n === 1 ? __("1 group was filled in. Look at it and save.") : __("{0} groups were filled in. Look at them and save.", [n]));

	class Screen {
		#root = el("div", { class: "mentor-grid" });
		#said = el("div", { class: "said", role: "status", tabindex: "-1" });
		#rows = [];
		#people = [];
		#today = "";
		#fields = new Map();

		constructor(parent) {
			parent.append(this.#root);
		}

		async refresh() {
			const { rows, people, today } = await call("grid", "GET");
			this.#rows = rows.map((row) => ({ ...row, before: row.mentor || "", before_since: row.since }));
			this.#people = people;
			this.#today = today;
			this.#draw();
		}

		#draw() {
			const without = this.#rows.filter((row) => !row.mentor).length;
			const sentence = !this.#rows.length
				? __("There are no student groups with learners in this school year yet.")
				: without
					? __("{0} of {1} groups have no mentor.", [without, this.#rows.length])
					: __("Every group has a mentor.");
			this.#root.replaceChildren(
				el("p", {}, sentence, " ", this.#people.length ? null : __("Nobody has the role School Mentor yet: give it in the list of users.")),
				this.#said,
				this.#rows.length ? this.#table() : null
			);
		}

		#table() {
			const heads = [__("Group"), __("Learners"), __("Mentor"), __("From")];
			return el(
				"table",
				{ class: "table" },
				el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
				el("tbody", {}, this.#rows.map((row) => this.#row(row)))
			);
		}

		#row(row) {
			const options = [{ value: "", label: __("nobody") }, ...this.#people];
			if (row.mentor && !options.some((one) => one.value === row.mentor)) options.push({ value: row.mentor, label: row.mentor_name });
			const mentor = el(
				"select",
				{ class: "form-control input-sm", "aria-label": __("Mentor of {0}", [row.group]), onchange: () => this.#set(row, mentor.value) },
				options.map((one) => el("option", { value: one.value, selected: one.value === (row.mentor || "") }, one.label))
			);
			const since = el("input", {
				type: "date", class: "form-control input-sm", "aria-label": __("From, {0}", [row.group]), value: row.since || this.#today,
				onchange: () => ((row.since = since.value), this.#mark(row)),
			});
			const line = el(
				"tr",
				{},
				el("th", { scope: "row" }, row.group, row.others > 0 ? el("small", {}, ` ${__("and {0} more", [row.others])}`) : null),
				el("td", { "data-label": __("Learners") }, String(row.learners)),
				el("td", {}, mentor),
				el("td", {}, since)
			);
			this.#fields.set(row.group, { line, mentor, since });
			this.#mark(row);
			return line;
		}

		/** Who begins now begins today, where no other day is given. */
		#set(row, mentor, since = "") {
			const fields = this.#fields.get(row.group);
			row.mentor = mentor;
			row.since = since || (mentor === row.before ? row.before_since : this.#today);
			fields.mentor.value = mentor;
			fields.since.value = row.since || this.#today;
			this.#mark(row);
		}

		#is_changed(row) {
			return (row.mentor || "") !== row.before || (row.mentor && row.since !== row.before_since);
		}

		#mark(row) {
			this.#fields.get(row.group).line.classList.toggle("changed", Boolean(this.#is_changed(row)));
		}

		#tell(...lines) {
			this.#said.replaceChildren(...lines.map((one) => (one instanceof Node ? one : el("p", {}, one))));
			this.#said.focus({ preventScroll: true });
		}

		async save() {
			const changed = this.#rows.filter((row) => this.#is_changed(row));
			if (!changed.length) return this.#tell(__("Nothing was changed."));
			const rows = changed.map(({ group, mentor, since }) => ({ group, mentor, since: since || this.#today }));
			const kept = await call("save", "POST", { rows: JSON.stringify(rows) });
			await this.refresh();
			this.#tell(kept === 1 ? __("The mentor of 1 group is kept.") : __("The mentors of {0} groups are kept.", [kept]));
		}

		copyLastYear() {
			const ways = [
				{ value: "class", label: __("Mentors stay with their class") },
				{ value: "learners", label: __("Mentors go along with their learners") },
			];
			frappe.prompt(
				[{ fieldname: "how", fieldtype: "Select", label: __("How"), options: ways, default: "class", reqd: 1 }],
				async ({ how }) => {
					const found = await call("last_year", "GET", { how });
					for (const one of found) this.#set(this.#rows.find((row) => row.group === one.group), one.mentor);
					this.#tell(
						found.length ? filled_in(found.length) : __("Nothing to copy: no group without a mentor had one last year."),
						...found.map((one) => __("{0}: {1}, as of {2}", [one.group, one.mentor_name, one.why]))
					);
				},
				__("Copy Last Year"),
				__("Fill In")
			);
		}

		fromList() {
			const dialog = new frappe.ui.Dialog({ title: __("From a List"), fields: [{ fieldname: "told", fieldtype: "HTML" }] });
			const file = el("input", { type: "file", accept: ".csv,.xlsx", class: "form-control", "aria-label": __("File") });
			file.addEventListener("change", async () => {
				const content = file.files[0] && (await as_base64(file.files[0]));
				if (!content) return;
				dialog.hide();
				const { rows, refused } = await call("look", "POST", { content });
				for (const one of rows) this.#set(this.#rows.find((row) => row.group === one.group), one.mentor, one.since);
				this.#tell(
					filled_in(rows.length),
					...refused.map(({ row, who, why }) => `${__("Row {0}", [row])} ${who}: ${why}`)
				);
			});
			dialog.fields_dict.told.$wrapper.append(el("p", {}, __("A spreadsheet (.xlsx) or text file (.csv) with the columns group, mentor (name or mail address) and from. Nothing is kept until you save.")), file);
			dialog.show();
		}
	}

	function as_base64(file) {
		return new Promise((done, failed) => {
			const reader = new FileReader();
			reader.onload = () => done(String(reader.result).split(",", 2)[1] || "");
			reader.onerror = () => failed(reader.error);
			reader.readAsDataURL(file);
		});
	}

	Object.assign(MentorGrid, { Screen });
})();
