// Somebody says that a record is not right: the record stays, or it is corrected here in the same step.
frappe.ui.form.on("Contested Record", {
	refresh(frm) {
		if (frm.doc.status !== "Open") {
			if (frm.doc.contested_by === frappe.session.user && !frm.doc.seen_on)
				frappe.call({ method: "vsv_app.api.attendance.contesting.seen", type: "POST", args: { contested: frm.doc.name } });
			return;
		}
		if (frappe.user.has_role(["Attendance Officer", "Care Team Coordinator"])) {
			frm.add_custom_button(__("Record Stays"), () => keep(frm));
			frm.add_custom_button(__("Correct The Record"), () => correct(frm)).addClass("btn-primary");
		}
		if (frm.doc.contested_by === frappe.session.user) frm.add_custom_button(__("Take It Back"), () => post(frm, "withdraw", {}));
		if (frappe.model.can_read("Student Attendance"))
			frm.add_custom_button(__("The Record"), () => frappe.set_route("Form", "Student Attendance", frm.doc.attendance));
	},
});

function post(frm, method, args) {
	return frappe
		.call({ method: `vsv_app.api.attendance.contesting.${method}`, type: "POST", args: { contested: frm.doc.name, ...args }, freeze: true })
		.then(() => frm.reload_doc());
}

const answer_field = (label, reqd) => ({
	fieldname: "answer",
	fieldtype: "Small Text",
	label,
	description: __("Whoever contested it reads this. Write in plain words."),
	reqd,
});

function keep(frm) {
	const fields = [answer_field(__("Why does the record stay?"), 1)];
	DeskAsk.ask(__("Record Stays"), __("Send Answer"), fields, (values) => post(frm, "keep", values));
}

async function correct(frm) {
	const { message } = await frappe.call({ method: "vsv_app.api.attendance.contesting.of_record", type: "GET", args: { record: frm.doc.attendance } });
	const reasons = message.reasons.map(({ value, label }) => ({ value, label }));
	const away = "eval:doc.status != 'Present' || doc.minutes_missed > 0";
	const fields = [
		{
			fieldname: "status",
			fieldtype: "Select",
			label: __("What Was It?"),
			options: [
				{ value: "Present", label: __("There") },
				{ value: "Absent", label: __("Away") },
				{ value: "Leave", label: __("Leave") },
			],
			default: "Present",
			reqd: 1,
		},
		{
			fieldname: "minutes_missed",
			fieldtype: "Int",
			label: __("Minutes Missed"),
			description: __("Planned minutes, those of being late included. 0: nothing was missed."),
			default: 0,
			depends_on: "eval:doc.status == 'Present'",
		},
		{
			fieldname: "minutes_late",
			fieldtype: "Int",
			label: __("Of These, Minutes Late"),
			default: 0,
			depends_on: "eval:doc.status == 'Present' && doc.minutes_missed > 0",
		},
		{ fieldname: "reason", fieldtype: "Select", label: __("Reason"), options: [{ value: "", label: "" }, ...reasons], depends_on: away },
		{
			fieldname: "excused",
			fieldtype: "Select",
			label: __("Excused"),
			options: [{ value: "", label: __("As the reason says") }, ...DeskAsk.choices(["Excused", "Unexcused"])],
			depends_on: away,
		},
		answer_field(__("Answer"), 0),
	];
	DeskAsk.ask(__("Correct The Record"), __("Correct And Answer"), fields, (values) => post(frm, "correct", values));
}
