// The mentor board in Desk: the same component that the embedded server shows, on the site's own API. Its files come with
// this page, by `page_js` in hooks.py.
frappe.pages["mentor-board"].on_page_load = (wrapper) => {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Mentor Board"), single_column: true });
	const board = document.createElement("mentor-board");
	board.setAttribute("lang", (frappe.boot.lang || "en").startsWith("nl") ? "nl" : "en");
	const desk = document.documentElement;
	const follow = () => board.setAttribute("theme", desk.getAttribute("data-theme") === "dark" ? "dark" : "light");
	new MutationObserver(follow).observe(desk, { attributeFilter: ["data-theme"] });
	follow();
	board.api = MentorBoard.frappeApi();
	page.main.get(0).append(board);
	wrapper.board = board;
};

// A link in the bell names the record behind the page's name, and one from elsewhere a learner: mentor-board/learner/EDU-STU-1. The address goes back to the page's own, so that the same
// link works again.
frappe.pages["mentor-board"].on_page_show = (wrapper) => {
	const [page, record, learner] = frappe.get_route();
	if (page !== "mentor-board" || !record) return;
	history.replaceState(null, "", location.pathname.replace(/(\/mentor-board)\/.*$/, "$1"));
	setTimeout(() => wrapper.board.show(record === "learner" ? { learner } : { record })); // once Desk has scrolled to the top
};
