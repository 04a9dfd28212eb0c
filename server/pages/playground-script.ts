/**
 * For the playground: has the texts checked as they are typed, puts fixes and custom values in where they belong, offers values after
 * `<<`, and keeps what was typed for as long as the tab is open. The form says the same without it. Written for any browser of the last years.
 */
export const playgroundScript = `
(() => {
	const form = document.getElementById('playground');
	const said = document.getElementById('said');
	const offers = document.getElementById('offers');
	const fields = ['subject', 'html', 'text'].map((id) => document.getElementById(id));
	const inserts = [...form.querySelectorAll('button[data-inserts]')];
	let last = fields[1];
	let timer = 0;
	let running = new AbortController();

	/* What the browser types for us can be undone like anything typed. */
	const replace = (field, start, end, text) => {
		field.focus();
		field.setSelectionRange(start, end);
		const done = text === '' ? start === end || document.execCommand('delete') : document.execCommand('insertText', false, text);
		if (!done) field.setRangeText(text, start, end, 'end');
	};
	const become = (field, next) => {
		const now = field.value;
		if (now === next) return;
		const most = Math.min(now.length, next.length);
		let start = 0;
		while (start < most && now[start] === next[start]) start++;
		let same = 0;
		while (same < most - start && now[now.length - 1 - same] === next[next.length - 1 - same]) same++;
		replace(field, start, now.length - same, next.slice(start, next.length - same));
	};

	const swap = (now, next) => {
		if (now.innerHTML === next.innerHTML) return;
		const focused = now.contains(document.activeElement) ? document.activeElement.id : '';
		now.replaceChildren(...next.childNodes);
		if (focused) (document.getElementById(focused) || last).focus();
	};
	/* What was shown of a part stays until there is something newer, and is said to be old. */
	const showPart = (now, next) => {
		const [why, made] = ['.why', '.made'].map((name) => now.querySelector(name));
		const [nextWhy, nextMade] = ['.why', '.made'].map((name) => next.querySelector(name));
		const isOld = nextMade.childElementCount === 0 && made.childElementCount > 0;
		now.classList.toggle('old', isOld);
		if (isOld) nextWhy.firstElementChild.append(' ' + form.dataset.stale);
		else swap(made, nextMade);
		swap(why, nextWhy);
	};
	const show = (page) => {
		const both = (id) => [document.getElementById(id), page.getElementById(id)];
		for (const id of ['contact-problem', 'item-note', 'custom-values-note', 'findings']) swap(...both(id));
		const parts = fields.map(({ id }) => both('preview-' + id));
		if (parts.flat().includes(null)) swap(...both('preview'));
		else {
			for (const [now, next] of parts) showPart(now, next);
			swap(...both('preview-notes'));
		}
		const sentence = page.getElementById('said').textContent;
		if (said.textContent !== sentence) said.textContent = sentence;
	};
	/* In this tab only, and for this admin only; a reload or a visit to another page loses nothing. Empty texts give the example again. */
	const keptAs = 'playground ' + form.dataset.admin;
	const typed = [...form.querySelectorAll('input, textarea')];
	const keep = () => {
		const isEmpty = fields.every(({ value }) => value.trim() === '');
		const isExample = typed.every(({ value, defaultValue }) => value === defaultValue);
		try {
			if (isEmpty || isExample) sessionStorage.removeItem(keptAs);
			else sessionStorage.setItem(keptAs, JSON.stringify([...new FormData(form)]));
		} catch { /* Storage is blocked or full: what is typed ends with the page. */ }
	};
	const check = async (fix) => {
		keep();
		clearTimeout(timer);
		running.abort();
		const mine = running = new AbortController();
		const body = new URLSearchParams(new FormData(form));
		if (fix) body.set('fix', fix);
		try {
			const response = await fetch('/admin/playground', { method: 'POST', body, signal: mine.signal });
			if (!response.ok) throw new Error(response.statusText);
			const page = new DOMParser().parseFromString(await response.text(), 'text/html');
			if (mine.signal.aborted) return;
			if (fix) for (const field of fields) become(field, page.getElementById(field.id).value);
			clearTimeout(timer);
			show(page);
		} catch {
			if (!mine.signal.aborted) said.textContent = form.dataset.failed;
		}
	};
	form.addEventListener('input', () => {
		clearTimeout(timer);
		running.abort();
		timer = setTimeout(check, 350);
	});
	form.addEventListener('submit', (event) => {
		event.preventDefault();
		check(event.submitter && event.submitter.name === 'fix' ? event.submitter.value : '');
	});
	form.addEventListener('click', (event) => {
		const place = event.target.closest('a[data-part]');
		if (!place) return;
		event.preventDefault();
		const { part, line, column, length } = place.dataset;
		const field = document.getElementById(part);
		let start = 0;
		for (let n = 1; n < line; n++) start = field.value.indexOf('\\n', start) + 1;
		start += column - 1;
		field.setSelectionRange(start, start + Number(length));
		field.focus();
	});

	let offered = [];
	let at = 0;
	const close = () => {
		offers.hidden = true;
		offered = [];
		for (const field of fields) field.removeAttribute('aria-activedescendant');
	};
	const mark = (index) => {
		at = index;
		[...offers.children].forEach((option, n) => option.setAttribute('aria-selected', String(n === at)));
		last.setAttribute('aria-activedescendant', 'offer-' + at);
	};
	const begun = () => {
		const end = last.selectionStart;
		const match = /<<[ \\t]*([\\w.]*)$/.exec(last.value.slice(Math.max(0, end - 100), end));
		return match && end === last.selectionEnd ? { start: end - match[0].length, word: match[1].toLowerCase() } : null;
	};
	const take = (tag) => {
		const found = begun();
		if (found === null) return close();
		const [after] = /^[ \\t]*(?:>>)?/.exec(last.value.slice(last.selectionStart));
		const end = last.selectionStart + (after.endsWith('>>') ? after.length : 0);
		close();
		replace(last, found.start, end, tag);
		close();
	};
	const offer = () => {
		const found = begun();
		offered = found === null ? [] : inserts.filter(({ dataset }) => dataset.inserts.includes(found.word)).slice(0, 7);
		if (offered.length === 0) return close();
		offers.replaceChildren(...offered.map(({ dataset }, n) => {
			const option = document.createElement('li');
			option.id = 'offer-' + n;
			option.setAttribute('role', 'option');
			const what = document.createElement('span');
			what.className = 'small';
			what.textContent = dataset.what;
			option.append(dataset.inserts, what);
			/* Before the field loses the focus, and with it its place. */
			option.addEventListener('mousedown', (event) => { event.preventDefault(); take(dataset.inserts); });
			return option;
		}));
		last.after(offers);
		offers.hidden = false;
		mark(0);
	};
	for (const field of fields) {
		field.setAttribute('aria-autocomplete', 'list');
		field.setAttribute('aria-controls', 'offers');
		field.addEventListener('focus', () => { last = field; });
		field.addEventListener('blur', close);
		field.addEventListener('input', offer);
		field.addEventListener('keydown', (event) => {
			if (offers.hidden || event.isComposing) return;
			const { length } = offered;
			if (event.key === 'ArrowDown') mark((at + 1) % length);
			else if (event.key === 'ArrowUp') mark((at + length - 1) % length);
			else if (event.key === 'Enter') take(offered[at].dataset.inserts);
			else if (event.key === 'Escape') close();
			else return;
			event.preventDefault();
		});
	}
	const bringBack = () => {
		const kept = sessionStorage.getItem(keptAs);
		document.getElementById('kept').hidden = false;
		if (kept === null) return;
		for (const [name, value] of JSON.parse(kept)) form.elements.namedItem(name).value = value;
		for (const details of form.querySelectorAll('details')) {
			if (typed.some((field) => details.contains(field) && field.value.trim() !== '')) details.open = true;
		}
		check();
	};
	try { bringBack(); } catch { /* Storage is blocked. */ }
	addEventListener('pagehide', keep);
	for (const button of inserts) {
		button.hidden = false;
		button.addEventListener('click', () => replace(last, last.selectionStart, last.selectionEnd, button.dataset.inserts));
	}
})();
`;
