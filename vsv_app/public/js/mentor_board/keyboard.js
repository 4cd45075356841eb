// What the keyboard means at the moment.
(() => {
	"use strict";

	function isTyping(event) {
		const target = event.composedPath()[0];
		return target instanceof Element && (target.matches("textarea, select, input:not([type=radio], [type=checkbox])") || target.isContentEditable);
	}

	function hasModifier(event) {
		return event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
	}

	Object.assign(MentorBoard, { hasModifier, isTyping });
})();
