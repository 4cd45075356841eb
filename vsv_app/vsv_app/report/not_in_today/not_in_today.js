(() => {
	const api = (method, type, day) => frappe.call({ method: `vsv_app.api.attendance.school_day.${method}`, type, args: { day }, freeze: true });
	const escaped = (sentences) => sentences.map((one) => frappe.utils.escape_html(one)).join("<br>");

	async function close(report) {
		const day = report.get_filter_value("day");
		const { message: waits } = await api("waits_for", "GET", day);
		const ask = __("Write the attendance of {0} now? What comes in later still corrects it.", [frappe.datetime.str_to_user(day)]);
		frappe.confirm([ask, escaped(waits)].filter(Boolean).join("<br><br>"), async () => {
			const { message: closed } = await api("close", "POST", day);
			const said = [__("{0} records were written, {1} corrected.", [closed.written, closed.corrected])];
			if (closed.conflicts) said.push(__("{0} records of a person differ from the check-ins.", [closed.conflicts]));
			if (closed.unplanned.length) said.push(`<b>${__("No bell schedule")}</b><br>${escaped(closed.unplanned)}`);
			if (closed.refused.length) said.push(`<b>${__("Not taken by Education")}</b><br>${escaped(closed.refused)}`);
			const trouble = closed.unplanned.length || closed.refused.length;
			frappe.msgprint({ title: __("Day Closed"), message: said.join("<br><br>"), indicator: trouble ? "orange" : "green" });
			report.refresh();
		});
	}

	frappe.query_reports["Not In Today"] = {
		filters: [
			{ fieldname: "day", label: __("Day"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
			{ fieldname: "student_group", label: __("Student Group"), fieldtype: "Data" },
		],
		// From what is on record to the record, for who may correct it.
		formatter(value, row, column, data, usual) {
			const shown = usual(value, row, column, data);
			if (column.fieldname !== "what" || !data?.record || !frappe.model.can_read("Student Attendance")) return shown;
			return `<a href="${frappe.utils.get_form_link("Student Attendance", data.record)}">${shown}</a>`;
		},
		onload(report) {
			const may = ["Attendance Officer", "Early Warning Administrator", "System Manager"];
			if (may.some((role) => frappe.user.has_role(role))) {
				report.page.add_inner_button(__("Close The Day"), () => close(report));
			}
		},
	};
})();
