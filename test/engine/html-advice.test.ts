import { describe, expect, it } from '@jest/globals';
import { compile, lint, repair } from 'custom-values';
import { catalogue } from './support.ts';

/** Each finding as its code, the text it is about, and its fix. */
function told(html: string): string[] {
	return lint(html, { catalogue, context: 'html' })
		.filter(({ code }) => code.endsWith('_url') || code === 'missing_alt')
		.map(({ code, line, column, length, fix }) => {
			const before = html.split('\n').slice(0, line - 1);
			const at = before.join('\n').length + (line > 1 ? 1 : 0) + column - 1;
			const flagged = html.slice(at, at + length);
			return fix === undefined ? `${code} ${flagged}` : `${code} ${flagged} → ${fix}`;
		});
}

const link = (address: string) => `<p>Hi\n<a class="b" href="${address}">x</a>`;

describe('an address in an e-mail', () => {
	it.each([
		['/courses', 'relative_url /courses'],
		['../a.html', 'relative_url ../a.html'],
		['logo.png', 'relative_url logo.png'],
		['?a=1', 'relative_url ?a=1'],
		['', 'relative_url '],
		['https://', 'relative_url https://'],
		['example.com:8080/x', 'relative_url example.com:8080/x'],
		['[link]', 'relative_url [link]'],
		[' //cdn.example.com/a ', 'relative_url //cdn.example.com/a → https://cdn.example.com/a'],
		['www.example.com', 'relative_url www.example.com → https://www.example.com'],
		[
			'www.example.com/<< contact.email >>',
			'relative_url www.example.com/<< contact.email >> → https://www.example.com/<< contact.email >>',
		],
		['/c/<< contact.email >>', 'relative_url /c/<< contact.email >>'],
		['&#47;courses', 'relative_url &#47;courses'],
		['http://localhost:3000/l', 'local_url http://localhost:3000/l'],
		['https://x.localhost', 'local_url https://x.localhost'],
		['localhost/x', 'local_url localhost/x'],
		['127.0.0.1:3000', 'local_url 127.0.0.1:3000'],
		['http://127.0.0.1', 'local_url http://127.0.0.1'],
		['http://me:pw@10.1.2.3/', 'local_url http://me:pw@10.1.2.3/'],
		['https://192.168.0.9/x', 'local_url https://192.168.0.9/x'],
		['https://172.16.0.1', 'local_url https://172.16.0.1'],
		['https://172.31.0.1', 'local_url https://172.31.0.1'],
		['https://169.254.1.1', 'local_url https://169.254.1.1'],
		['https://[::1]:80/', 'local_url https://[::1]:80/'],
		['https://[fd00::1]/', 'local_url https://[fd00::1]/'],
		['https://nas.local/x', 'local_url https://nas.local/x'],
		['https://intranet/x', 'local_url https://intranet/x'],
		['file:///C:/x.png', 'local_url file:///C:/x.png'],
		['C:\\x.png', 'local_url C:\\x.png'],
		['blob:https://editor.example/1', 'local_url blob:https://editor.example/1'],
		['http://example.com/', 'insecure_url http://example.com/'],
		['HTTP://example.com/', 'insecure_url HTTP://example.com/'],
		['http://127.0.0.1.example.com', 'insecure_url http://127.0.0.1.example.com'],
	])('%s: %s', (address, finding) => {
		expect(told(link(address))).toEqual([finding]);
	});

	it.each([
		'https://example.com',
		'https://172.32.0.1',
		'https://example.com./x',
		'HTTPS://example.com/?next=http://localhost',
		'mailto:a@example.com',
		'tel:0123',
		'sms:+49123',
		'#top',
		'cid:logo',
		'data:image/png;base64,x',
		'<< portal.url >>/courses',
		'<< contact.website | https://example.com >>',
		'<< #if contact.vip >>/vip<< else >>/all<< /if >>',
		'https://<< portal.phone >>/x',
		'{{unsubscribe}}',
		'<%asm_group_unsubscribe_raw_url%>',
		'*|UNSUB|*',
		// Damage is told as damage.
		'%3C%3C%20portal.url%20%3E%3E',
		'&lt;&lt; portal.url &gt;&gt;',
		'<< contcat.magic_link >>',
	])('nothing is said of %s', (address) => {
		expect(told(link(address))).toEqual([]);
	});

	it('is one of an image, a background and of what Outlook alone reads, too', () => {
		const html = [
			'<IMG SRC=a.png ALT>',
			"<td Background='b.png'>",
			'<!--[if mso]><v:rect href="c"><v:fill src="d" /><![endif]-->',
			'<area href="e">',
		].join('\n');
		expect(told(html)).toEqual(
			['a.png', 'b.png', 'c', 'd', 'e'].map((address) => `relative_url ${address}`),
		);
	});

	it.each([
		'<!-- <a href="/x"> -->',
		'<!--><p title="<a href=/x>">',
		'<style>a[href="/x"] { color: red }</style>',
		'<script>"<a href=/x>"</script>',
		'<title><a href="/x"></title>',
		'<html xmlns="http://www.w3.org/1999/xhtml"><link href="/x"><form action="/x">',
		'<p data-href="/x" hrefs="/x">a href="/x"</p>',
		'<a href="/x',
		'<a href="/x"',
		'&lt;a href="/x"&gt;',
	])('is none in %s', (html) => {
		expect(told(html)).toEqual([]);
	});

	it('is checked in text after a script, a comment and a tag of ours with markup in it', () => {
		const html =
			'<STYLE></b></STYLE ><!-- > --><< contact.company | <a href="/no"> >><a href="/yes">';
		expect(told(html)).toEqual(['relative_url /yes']);
	});
});

describe('an image', () => {
	it.each([
		['<img src="https://example.com/a.png">', true],
		['<IMG\n/>', true],
		['<img data-alt="x" title="alt=">', true],
		['<img alt="" src="https://example.com/a.png">', false],
		['<img alt>', false],
		['<img src="https://example.com/?a>b" ALT = "x">', false],
		['<img << #if contact.vip >>alt="x"<< else >>alt="y"<< /if >>>', false],
		['<img<< #if contact.vip >> alt="x"<< /if >>>', false],
		['<image><p title="<img>">', false],
	])('%s without a text for who does not see it: %s', (html, is) => {
		expect(told(html)).toEqual(is ? [`missing_alt ${html}`] : []);
	});
});

describe('this advice', () => {
	const html = '<img src="/x"><a href="http://example.com">x</a>';

	it('is of HTML alone, and a warning or a hint: it stops nothing', () => {
		expect(lint(html, { catalogue, context: 'text' })).toEqual([]);
		const found = lint(html, { catalogue, context: 'html' });
		expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
			'warning missing_alt',
			'warning relative_url',
			'info insecure_url',
		]);
		expect(() => compile(html, { catalogue, context: 'html' })).not.toThrow();
		expect(repair(html, { catalogue, context: 'html' })).toEqual({ source: html, findings: [] });
	});

	it('is told together with errors, and in words that a marketer knows', () => {
		const found = lint(`${html}<< contact.nope >>`, { catalogue, context: 'html' });
		expect(found.map(({ code }) => code)).toContain('unknown_value');
		expect(found.map(({ code }) => code)).toContain('missing_alt');
		for (const { message } of found) expect(message).not.toMatch(/attribute|protocol|URL|host/);
	});
});
