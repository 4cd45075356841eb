frappe.ui.form.on("Early Warning Settings", {
	refresh(frm) {
		frappe.call({ method: "vsv_app.api.attendance.school_day.what_is_missing", type: "GET" }).then(({ message }) => {
			frm.dashboard.clear_headline();
			if (!message?.length) return;
			const list = document.createElement("ul");
			for (const sentence of message) list.appendChild(document.createElement("li")).textContent = sentence;
			frm.dashboard.set_headline_alert(`<b>${__("Still to do")}</b>${list.outerHTML}`, "orange");
		});
	},
});
