const SCHOOL_WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
const IN_ORDER = [...SCHOOL_WEEK, "Saturday", "Sunday"];

frappe.ui.form.on("Bell Schedule", {
	refresh(frm) {
		frm.add_custom_button(__("Show The Day"), () => show_day(frm));
		if (!frm.perm[0]?.write) return;
		const group = __("Fill In");
		frm.add_custom_button(__("Same From Monday To Friday"), () => same_all_week(frm), group);
		frm.add_custom_button(__("Copy From Another"), () => copy_from(frm), group);
		frm.add_custom_button(__("Exam Week Or Other Period"), () => add_period(frm), group);
	},
});

/** The sessions of the first weekday that has any, on every other from Monday to Friday too. */
function same_all_week(frm) {
	const first = IN_ORDER.find((day) => (frm.doc.sessions || []).some((row) => row.weekday === day && row.starts && row.ends));
	if (!first) return frappe.msgprint(__("Fill in the sessions of one day first, with their times."));
	const of_day = frm.doc.sessions.filter((row) => row.weekday === first).map(plain);
	const kept = frm.doc.sessions.filter((row) => !SCHOOL_WEEK.includes(row.weekday)).map(plain);
	set_sessions(frm, [...SCHOOL_WEEK.flatMap((weekday) => of_day.map((row) => ({ ...row, weekday }))), ...kept]);
	frappe.show_alert({ message: __("Monday to Friday are as {0} now. Look at them and save.", [__(first)]), indicator: "green" });
}

const plain = ({ weekday, session, starts, ends, counted_minutes }) => ({ weekday, session, starts, ends, counted_minutes });

function set_sessions(frm, rows) {
	frm.clear_table("sessions");
	for (const row of rows) frm.add_child("sessions", row);
	frm.refresh_field("sessions");
	frm.dirty();
}

function copy_from(frm) {
	frappe.prompt(
		[{ fieldname: "other", fieldtype: "Link", options: "Bell Schedule", label: __("Bell Schedule"), reqd: 1, get_query: () => ({ filters: { name: ["!=", frm.doc.name] } }) }],
		async ({ other }) => {
			const from = await frappe.db.get_doc("Bell Schedule", other);
			set_sessions(frm, from.sessions.map(plain));
			const fields = ["late_after_minutes", "absent_after_minutes", "not_arrived_cut_off", "holiday_list"];
			await frm.set_value(Object.fromEntries(fields.map((name) => [name, from[name]])));
			frappe.show_alert({ message: __("Copied from {0}. Look at it and save.", [frappe.utils.escape_html(other)]), indicator: "green" });
		},
		__("Copy From Another"),
		__("Copy")
	);
}

/** An exception for each day of a period that has school. */
function add_period(frm) {
	const with_times = "eval:doc.kind=='Other Times'";
	frappe.prompt(
		[
			{ fieldname: "from_date", fieldtype: "Date", label: __("From"), reqd: 1 },
			{ fieldname: "to_date", fieldtype: "Date", label: __("To"), reqd: 1 },
			{ fieldname: "kind", fieldtype: "Select", label: __("Kind"), options: [{ value: "Other Times", label: __("Other Times") }, { value: "Closed", label: __("Closed") }], default: "Other Times", reqd: 1 },
			{ fieldname: "starts", fieldtype: "Time", label: __("Starts"), default: "09:00:00", depends_on: with_times, mandatory_depends_on: with_times },
			{ fieldname: "ends", fieldtype: "Time", label: __("Ends"), default: "12:00:00", depends_on: with_times, mandatory_depends_on: with_times },
			{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), default: __("Exam week") },
		],
		(period) => {
			const days = school_days(frm, period.from_date, period.to_date);
			if (!days.length) return frappe.msgprint(__("No day between these dates has sessions in this schedule."));
			const times = period.kind === "Other Times" ? { starts: period.starts, ends: period.ends } : {};
			const others = (frm.doc.exceptions || []).filter((row) => !days.includes(row.date)).map(({ date, kind, starts, ends, reason }) => ({ date, kind, starts, ends, reason }));
			const added = days.map((date) => ({ date, kind: period.kind, reason: period.reason, ...times }));
			frm.clear_table("exceptions");
			for (const row of [...others, ...added].sort((a, b) => a.date.localeCompare(b.date))) frm.add_child("exceptions", row);
			frm.refresh_field("exceptions");
			frm.dirty();
			frappe.show_alert({ message: __("{0} days were filled in. Look at them and save.", [days.length]), indicator: "green" });
		},
		__("Exam Week Or Other Period"),
		__("Fill In")
	);
}

function school_days(frm, first, last) {
	const weekdays = new Set((frm.doc.sessions || []).map((row) => row.weekday));
	const days = [];
	for (let day = first; day <= last && days.length < 100; day = frappe.datetime.add_days(day, 1)) {
		if (weekdays.has(IN_ORDER[(frappe.datetime.str_to_obj(day).getDay() + 6) % 7])) days.push(day);
	}
	return days;
}

/** What a day is for a group, by everything that is saved. */
async function show_day(frm) {
	const { message: groups } = await frappe.call({ method: "vsv_app.api.attendance.school_day.groups", type: "GET" });
	const dialog = new frappe.ui.Dialog({
		title: __("Show The Day"),
		fields: [
			{ fieldname: "day", fieldtype: "Date", label: __("Date"), default: frappe.datetime.get_today(), reqd: 1, change: () => tell() },
			{ fieldname: "group", fieldtype: "Autocomplete", label: __("Group"), options: groups, default: frm.doc.student_group || groups[0], reqd: 1, change: () => tell() },
			{ fieldname: "told", fieldtype: "HTML" },
		],
	});
	const tell = async () => {
		const { day, group } = dialog.get_values(true);
		if (!day || !group) return;
		const { message: plan } = await frappe.call({ method: "vsv_app.api.attendance.school_day.planned", type: "GET", args: { day, group } });
		dialog.fields_dict.told.$wrapper.empty().append(shown(plan));
	};
	dialog.show();
	tell();
}

function shown(plan) {
	const made = (tag, text, ...children) => {
		const element = Object.assign(document.createElement(tag), { textContent: text });
		element.append(...children);
		return element;
	};
	const area = made("div", "");
	area.className = "vsv-day";
	area.setAttribute("role", "status");
	for (const sentence of plan.sentences) area.append(made("p", sentence));
	if (plan.sessions.length) {
		const rows = plan.sessions.map((one) => made("tr", "", made("td", one.label), made("td", `${one.starts}–${one.ends}`), made("td", __("counts for {0} minutes", [one.counted]))));
		const table = made("table", "", made("tbody", "", ...rows));
		table.className = "table table-sm";
		area.append(table);
	}
	return area;
}
