/**
 * The inline scripts, as constants: their hashes are in the Content-Security-Policy. No page needs one to work.
 * They are written for any browser of the last years.
 */

/**
 * For pages that hold a link's secret: takes it out of the address bar (R26) and keeps it in this tab, for a reload of /l/open;
 * sends a form once, however often its button is pressed; notes a press that the browser vouches for (R10); says when cookies are
 * blocked.
 */
export const linkScript = `
(() => {
	const secret = document.querySelector('input[name="token"]');
	if (secret) {
		try { sessionStorage.setItem('sign-in-link', secret.value); } catch { /* Storage is blocked: a reload asks for the e-mail's link. */ }
		history.replaceState(null, '', '/l/open');
	}
	const cookies = document.getElementById('cookies-blocked');
	if (cookies && !navigator.cookieEnabled) cookies.hidden = false;
	const pressed = document.querySelector('input[name="pressed"]');
	if (pressed) addEventListener('click', (event) => { if (event.isTrusted) pressed.value = '1'; }, true);
	for (const form of document.forms) {
		const button = form.querySelector('button');
		const label = [...button.childNodes];
		const ready = () => { button.removeAttribute('aria-disabled'); button.replaceChildren(...label); };
		form.addEventListener('submit', (event) => {
			if (button.getAttribute('aria-disabled') === 'true') { event.preventDefault(); return; }
			button.setAttribute('aria-disabled', 'true');
			button.textContent = button.dataset.busy;
			setTimeout(ready, 10000);
		});
		addEventListener('pageshow', ready);
	}
})();
`;

/** For /l/open: shows the page of the link that this tab opened before. */
export const openScript = `
(() => {
	let secret = null;
	try { secret = sessionStorage.getItem('sign-in-link'); } catch { /* Storage is blocked: the page says what to do. */ }
	if (!secret) return;
	document.documentElement.hidden = true;
	location.replace('/l/' + encodeURIComponent(secret));
})();
`;

/** For admin pages: shows the copy buttons and makes them copy; a reload after making an API key or a link makes no second one. */
export const copyScript = `
(() => {
	const status = document.getElementById('status');
	history.replaceState(null, '', status.dataset.page);
	for (const button of document.querySelectorAll('button[data-copies]')) {
		const field = document.getElementById(button.dataset.copies);
		const label = button.textContent;
		const show = (text, said) => {
			button.textContent = text;
			status.textContent = said;
			setTimeout(() => { button.textContent = label; }, 2000);
		};
		button.hidden = false;
		field.addEventListener('focus', () => field.select());
		button.addEventListener('click', async () => {
			field.select();
			try {
				await navigator.clipboard.writeText(field.value);
				show(button.dataset.done, button.dataset.done);
			} catch {
				show(button.dataset.failed, button.dataset.failed);
			}
		});
	}
})();
`;
