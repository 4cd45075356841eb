// One question in a dialog of Desk, which stays open until what it says is kept.
window.DeskAsk = (() => {
	"use strict";

	/** Options of a select in the reader's language. */
	const choices = (values) => values.map((value) => ({ value, label: __(value) }));

	/** Shows the dialog; `write` keeps what was said and may promise so. What the server refuses can be mended and sent again. */
	function ask(title, label, fields, write, refused = () => {}) {
		const dialog = new frappe.ui.Dialog({
			title,
			fields,
			primary_action_label: label,
			primary_action(values) {
				dialog.get_primary_btn().prop("disabled", true);
				Promise.resolve(write(values))
					.then(() => dialog.hide())
					.catch(refused)
					.finally(() => dialog.get_primary_btn().prop("disabled", false));
			},
		});
		dialog.show();
		return dialog;
	}

	return { ask, choices };
})();
