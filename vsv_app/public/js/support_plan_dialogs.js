// What people do with a support plan, asked in one dialog each, so that nobody fills in tables.
window.SupportPlanDialogs = (() => {
	"use strict";
	const { choices } = DeskAsk;
	const GOAL_STATES = ["Open", "Met", "Not Met", "Dropped"];
	const SIX_WEEKS = 42;
	const ONE_WEEK = 7;

	const ahead = (days) => frappe.datetime.add_days(frappe.datetime.get_today(), days);
	const later = (day) => day && day > frappe.datetime.get_today();

	/** What the server refuses is not left in the form. */
	const ask = (frm, title, label, fields, write) => DeskAsk.ask(title, label, fields, write, () => frm.reload_doc());

	async function keep(frm, values = {}) {
		await frm.set_value(values);
		await frm.save();
	}

	function action_fields(frm, { needed }) {
		return [
			{ fieldname: "what", fieldtype: "Data", label: __("What is done"), reqd: needed },
			{
				fieldname: "who",
				fieldtype: "Link",
				options: "User",
				label: __("Who does it"),
				default: frm.doc.responsible,
				ignore_user_permissions: 1,
			},
			{ fieldname: "column", fieldtype: "Column Break" },
			{ fieldname: "who_else", fieldtype: "Data", label: __("Or somebody without an account") },
			{ fieldname: "to_date", fieldtype: "Date", label: __("Until"), default: ahead(ONE_WEEK), reqd: needed },
		];
	}

	function add_row(frm, { what, who, who_else, to_date }) {
		frm.add_child("actions", { what, who: who_else ? null : who, who_else, to_date, from_date: frappe.datetime.get_today(), status: "Planned" });
		frm.refresh_field("actions");
	}

	function add_action(frm) {
		ask(frm, __("Add An Action"), __("Save"), action_fields(frm, { needed: 1 }), (values) => {
			add_row(frm, values);
			return frm.save();
		});
	}

	/** To be proposed a plan has an action, who does it, and a day to look at it together: what is missing is asked. */
	function propose(frm) {
		const lacks_action = !(frm.doc.actions || []).length;
		const lacks_review = !later(frm.doc.next_review);
		const undated = (frm.doc.actions || []).filter((row) => !row.to_date && !["Done", "Dropped"].includes(row.status));
		if (!lacks_action && !lacks_review && !undated.length) return keep(frm, { status: "Proposed" }).catch(() => frm.reload_doc());
		const fields = [];
		if (lacks_action)
			fields.push({ fieldname: "section", fieldtype: "Section Break", label: __("First action") }, ...action_fields(frm, { needed: 1 }));
		if (lacks_review)
			fields.push(
				{ fieldname: "review_section", fieldtype: "Section Break", label: __("First look together") },
				{ fieldname: "next_review", fieldtype: "Date", label: __("Next Review"), default: ahead(SIX_WEEKS), reqd: 1 }
			);
		if (undated.length) fields.push({ fieldname: "day_section", fieldtype: "Section Break", label: __("By which day is it done?") });
		undated.forEach((row, index) =>
			fields.push({
				fieldname: `day_${index}`,
				fieldtype: "Date",
				label: frappe.utils.escape_html(row.what || ""),
				default: ahead(ONE_WEEK),
				reqd: 1,
			})
		);
		ask(frm, __("Propose"), __("Propose"), fields, (values) => {
			undated.forEach((row, index) => frappe.model.set_value(row.doctype, row.name, "to_date", values[`day_${index}`]));
			if (lacks_action) add_row(frm, values);
			return keep(frm, { status: "Proposed", ...(lacks_review ? { next_review: values.next_review } : {}) });
		});
	}

	/** Each goal with where it stands. */
	const goal_fields = (frm) =>
		(frm.doc.goals || []).map((goal, index) => ({
			fieldname: `goal_${index}`,
			fieldtype: "Select",
			label: frappe.utils.escape_html(goal.what),
			options: choices(GOAL_STATES),
			default: goal.status || "Open",
			reqd: 1,
		}));

	function mark_goals(frm, values) {
		(frm.doc.goals || []).forEach((goal, index) => frappe.model.set_value(goal.doctype, goal.name, "status", values[`goal_${index}`]));
	}

	const ending_fields = (shown) => [
		{
			fieldname: "outcome",
			fieldtype: "Select",
			label: __("Outcome"),
			options: choices(["Goals Met", "Continued Elsewhere", "Left", "Not Agreed"]),
			hidden: shown ? 0 : 1,
			reqd: shown ? 1 : 0,
		},
		{ fieldname: "closing_reason", fieldtype: "Small Text", label: __("Closing Reason"), hidden: shown ? 0 : 1, reqd: shown ? 1 : 0 },
	];

	/** Which fields a review asks for: Frappe's own `depends_on` would wipe what somebody is typing elsewhere in the dialog. */
	function show_for(dialog) {
		const closes = dialog.get_value("decision") === "Close";
		for (const [fieldname, shown] of [["next_review", !closes], ["outcome", closes], ["closing_reason", closes]]) {
			dialog.set_df_property(fieldname, "hidden", shown ? 0 : 1);
			dialog.set_df_property(fieldname, "reqd", shown ? 1 : 0);
		}
	}

	/** A look at the plan together: who was there, where each goal stands, what moved, and how it goes on. */
	function review(frm) {
		const present = (frm.doc.team || []).map((member) => member.person_name || member.user).filter(Boolean);
		let dialog = null;
		dialog = ask(
			frm,
			__("Write Down The Review"),
			__("Save"),
			[
				{ fieldname: "reviewed_on", fieldtype: "Date", label: __("Day"), default: frappe.datetime.get_today(), reqd: 1 },
				{ fieldname: "column", fieldtype: "Column Break" },
				{ fieldname: "present", fieldtype: "Data", label: __("Who was there"), default: present.join(", ") },
				{ fieldname: "goals", fieldtype: "Section Break", label: __("Where each goal stands") },
				...goal_fields(frm),
				{ fieldname: "how", fieldtype: "Section Break", label: __("How it goes on") },
				{ fieldname: "what_moved", fieldtype: "Small Text", label: __("What has moved, and what has not"), reqd: 1 },
				{
					fieldname: "decision",
					fieldtype: "Select",
					label: __("Decision"),
					options: choices(["Continue", "Close"]),
					default: "Continue",
					reqd: 1,
					onchange: () => dialog && show_for(dialog),
				},
				{
					fieldname: "next_review",
					fieldtype: "Date",
					label: __("Next Review"),
					default: ahead(SIX_WEEKS),
					reqd: 1,
				},
				...ending_fields(false),
			],
			async (values) => {
				if (frm.doc.status === "Active") await keep(frm, { status: "In Review" });
				mark_goals(frm, values);
				const { reviewed_on, present: there, what_moved, decision } = values;
				frm.add_child("reviews", { reviewed_on, present: there, what_moved, decision });
				if (decision === "Continue") await keep(frm, { status: "Active", next_review: values.next_review });
				else await keep(frm, { status: "Closed", outcome: values.outcome, closing_reason: values.closing_reason });
			}
		);
	}

	function close(frm) {
		ask(
			frm,
			__("Close The Plan"),
			__("Close The Plan"),
			[
				{ fieldname: "goals", fieldtype: "Section Break", label: __("Where each goal stands") },
				...goal_fields(frm),
				{ fieldname: "ends", fieldtype: "Section Break", label: __("How it ended") },
				...ending_fields(true),
			],
			(values) => {
				mark_goals(frm, values);
				return keep(frm, { status: "Closed", outcome: values.outcome, closing_reason: values.closing_reason });
			}
		);
	}

	function note_agreement(frm) {
		const said = (party) =>
			frm.doc.agreements.some((row) => row.party === party && row.decision === "Agrees" && row.version === frm.doc.version);
		const open = [frm.doc.needed_party, "School"].filter((party) => !said(party));
		let [dialog, proposed] = [null, ""];
		const fields = [
			{
				fieldname: "party",
				fieldtype: "Select",
				label: __("Party"),
				options: choices(["Learner", "Guardian", "School"]),
				default: open[0],
				reqd: 1,
				onchange: () => {
					// A name that somebody wrote stays.
					if (!dialog || (dialog.get_value("person_name") || "") !== proposed) return;
					proposed = person_of(frm, dialog.get_value("party"));
					dialog.set_value("person_name", proposed);
				},
			},
			{ fieldname: "person_name", fieldtype: "Data", label: __("Who"), reqd: 1 },
			{
				fieldname: "decision",
				fieldtype: "Select",
				label: __("Decision"),
				options: choices(["Agrees", "Asks For A Change", "Withdraws"]),
				default: "Agrees",
				reqd: 1,
			},
			{ fieldname: "how", fieldtype: "Select", label: __("How"), options: choices(["In Person", "On Paper", "By Phone"]), default: "In Person", reqd: 1 },
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		];
		dialog = ask(frm, __("Note An Agreement"), __("Save"), fields, (values) => {
			frm.add_child("agreements", values);
			return frm.save();
		});
		dialog.fields_dict.party.df.onchange();
	}

	/** Who says something for a party, where the plan names one person of it. */
	function person_of(frm, party) {
		if (party === "School") return frappe.session.user_fullname;
		if (party === "Learner") return frm.doc.student_name || "";
		const guardians = (frm.doc.team || []).filter((member) => member.part === "Guardian");
		return guardians.length === 1 ? guardians[0].person_name || "" : "";
	}

	/** Agreements and reviews are written down in their dialogs; what is there stays readable in its table. */
	function close_grids(frm) {
		for (const table of ["agreements", "reviews"]) {
			frm.set_df_property(table, "cannot_add_rows", 1);
			frm.set_df_property(table, "cannot_delete_rows", 1);
			frm.fields_dict[table].grid.df.cannot_add_rows = true;
			frm.refresh_field(table);
		}
	}

	return { propose, note_agreement, add_action, review, close, close_grids };
})();
