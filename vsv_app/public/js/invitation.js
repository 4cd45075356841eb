/** The page behind an invitation: the code stands behind the # of its address, where no server sees it, and goes into the form. */
(() => {
	"use strict";

	const code = decodeURIComponent(window.location.hash.slice(1));
	if (code) document.getElementById("code").value = code;
	document.querySelectorAll("a[data-keeps-code]").forEach((link) => (link.hash = window.location.hash));
	document.querySelector("form.vsv-form").addEventListener("vsv-done", ({ detail }) => window.location.assign(detail.page || "/me"));
})();
