// The logo leads home: to the mentor board for whom Desk opens on it. Frappe's own link leads to a workspace.
$(document).on("toolbar_setup", () => {
	if (frappe.boot.home_page === "mentor-board") $("a.navbar-home").attr("href", frappe.router.make_url(["mentor-board"]));
});
