import { describe, expect, it } from '@jest/globals';
import { codes, errors, print } from './support.ts';

const evil = `"'><script>alert(1)</script>&--!>`;
const withEvil = { values: { contact: { first_name: evil, website: evil } } };

describe('html', () => {
	it.each([
		['<p><< contact.company >></p>', '<p>acme &amp; sons</p>'],
		['<p title="<< contact.company >>">', '<p title="acme &amp; sons">'],
		["<p title='<< contact.company >>'>", "<p title='acme &amp; sons'>"],
		['<title><< contact.company >></title>', '<title>acme &amp; sons</title>'],
		['<!-- <!-- << contact.company >> -->', '<!-- <!-- acme &amp; sons -->'],
		['<a href="<< contact.website >>">', '<a href="https://anna.example/?a=1&amp;b=2">'],
		['<a href=" << contact.website >> ">', '<a href=" https://anna.example/?a=1&amp;b=2 ">'],
		['<a href="<< portal.url >>/x">', '<a href="https://portal.example/x">'],
		[
			'<a href="https://x.example/?q=<< contact.company >>">',
			'<a href="https://x.example/?q=acme%20%26%20sons">',
		],
		[
			'<a href="<< portal.url >>?to=<< portal.url >>">',
			'<a href="https://portal.example?to=https%3A%2F%2Fportal.example">',
		],
		['<a href="mailto:<< portal.support_email >>">', '<a href="mailto:help@example.com">'],
		['<a href="tel:<< portal.phone >>">', '<a href="tel:+492211234">'],
		['<img src="<< portal.logo_url >>">', '<img src="https://portal.example/logo.png">'],
		['<div><< portal.footer >></div>', '<div><b>Acme</b> & Co</div>'],
		[
			'<div><< & portal.footer >><<{ portal.footer }>></div>',
			'<div><b>Acme</b> & Co<b>Acme</b> & Co</div>',
		],
		['<div><< portal.footer | none >></div>', '<div><b>Acme</b> & Co</div>'],
		['<div title="<< portal.footer >>">', '<div title="&lt;b&gt;Acme&lt;/b&gt; &amp; Co">'],
		[
			'<!--[if mso]><v:roundrect href="<< contact.magic_link >>"><![endif]-->',
			'<!--[if mso]><v:roundrect href="https://portal.example/l/abc"><![endif]-->',
		],
		[
			'<!--[if mso]><p><< contact.company >>--!><p><< contact.visits >></p>',
			'<!--[if mso]><p>acme &amp; sons--!><p>1234.5</p>',
		],
		[
			'<!--[if !mso]><!--><a href="<< contact.magic_link >>">x</a><!--<![endif]-->',
			'<!--[if !mso]><!--><a href="https://portal.example/l/abc">x</a><!--<![endif]-->',
		],
		[
			'<a <<#if contact.vip>>href="<<contact.website>>"<</if>>>',
			'<a href="https://anna.example/?a=1&amp;b=2">',
		],
		['<p class="a<< #if contact.vip >> b<< /if >>">', '<p class="a b">'],
		[
			'<img srcset="<< portal.logo_url >> 1x, << portal.logo_url >> 2x,<< portal.url >>/a.png 3x">',
			'<img srcset="https://portal.example/logo.png 1x, https://portal.example/logo.png 2x,https://portal.example/a.png 3x">',
		],
		[
			'<img srcset="<< #each contact.tags >>https://x.example/<< this >> << @index >>x, << /each >>">',
			'<img srcset="https://x.example/red 0x, https://x.example/green 1x, https://x.example/blue 2x, ">',
		],
		[
			'<img srcset="<< portal.url >>,<< contact.company >> 1x">',
			'<img srcset="https://portal.example,acme%20%26%20sons 1x">',
		],
		[
			'<a href="<< #if contact.vip >>https://a/<< else >>http://b/<< /if >>x?q=<< contact.company >>">',
			'<a href="https://a/x?q=acme%20%26%20sons">',
		],
		[
			'<a href="http<< #if contact.vip >>s<< /if >>://a/<< contact.company >>">',
			'<a href="https://a/acme%20%26%20sons">',
		],
		[
			'<a href="https://a/<< #each contact.tags >><< this >>/<< /each >>">',
			'<a href="https://a/red/green/blue/">',
		],
		[
			'<a href="<< portal.url >>:80/<< contact.visits >>">',
			'<a href="https://portal.example:80/1234.5">',
		],
		['<a href="MailTo&colon;<< contact.email >>">', '<a href="MailTo&colon;anna@example.com">'],
		['<a href="/a:b/<< contact.visits >>">', '<a href="/a:b/1234.5">'],
		['<img src="cid:<< contact.visits >>">', '<img src="cid:1234.5">'],
	])('%s', (source, expected) => {
		expect(print(source, 'html')).toBe(expected);
	});

	it.each([
		['tel:', '+49 (221) 12-34', 'tel:+49(221)12-34'],
		['tel:', ' +49 221/12 34.5', 'tel:+492211234.5'],
		['tel:', 'call 12 34', 'tel:call%2012%2034'],
		['', 'tel:+49 221 1234', 'tel:+492211234'],
		['', ' TEL:(0221) 12/34 ', 'TEL:(0221)1234'],
		['', 'tel:call 12', ''],
		['mailto:?subject=', '22/11 2026', 'mailto:?subject=22%2F11%202026'],
	])('writes a number that can be dialled: %s%s is %s', (before, website, expected) => {
		const values = { contact: { website } };
		const source = `<a href="${before}<< contact.website >>">`;
		expect(print(source, 'html', { values })).toBe(`<a href="${expected}">`);
	});

	it.each([
		'<p><< contact.first_name >></p>',
		'<p title="<< contact.first_name >>">x</p>',
		'<title><< contact.first_name >></title>',
		'<!-- << contact.first_name >> -->',
		'<a href="https://x.example/<< contact.first_name >>">x</a>',
		'<a href="mailto:<< contact.first_name >>">x</a>',
		'<a href="<< contact.website >>">x</a>',
		'<div><< default portal.footer contact.first_name >></div>',
	])('lets nothing out of its place: %s', (source) => {
		const out = print(source, 'html', withEvil);
		const around = source.split(/<<.*>>/);
		const inner = out.slice(around[0]?.length, out.length - (around[1]?.length ?? 0));
		expect(inner).not.toMatch(/[<>"']/);
	});

	it.each([
		['<v:rect o:href="<< contact.website >>">', '<v:rect o:href="">'],
		['<link imagesrcset="<< contact.website >> 1x">', '<link imagesrcset=" 1x">'],
		['<param name="a" value="<< contact.website >>">', '<param name="a" value="">'],
		['<applet archive="<< contact.website >>">', '<applet archive="">'],
		['<input value="<< contact.website >>">', '<input value="javascript:x">'],
		['<meta name="a" content="<< contact.website >>">', '<meta name="a" content="javascript:x">'],
	])('takes an address for one in %s', (source, expected) => {
		const values = { contact: { website: 'javascript:x' } };
		expect(print(source, 'html', { values })).toBe(expected);
	});

	it.each([
		'javascript:alert(1)',
		'JaVaScRiPt:alert(1)',
		' javascript:alert(1)',
		'java\tscript:alert(1)',
		'data:text/html,x',
		'vbscript:x',
		'//evil.example',
		'/path',
		'https:evil',
		'https://',
		'https:///evil',
		'https://a.example/\nb',
		'https://a.example\\@evil',
		'ftp://a.example',
		'anna.example',
	])('refuses %j as a URL: it counts as missing', (website) => {
		const values = { contact: { website } };
		expect(print('<a href="<< contact.website >>">', 'html', { values })).toBe('<a href="">');
		expect(print('<a href="<< contact.website | https://a.example >>">', 'html', { values })).toBe(
			'<a href="https://a.example">',
		);
	});

	it.each(['#', '#top', '/', '/a?b=1', 'https://a.example/?a=1&b', 'mailto:a@example.com', ''])(
		'prints the fallback %j in place of a URL',
		(fallback) => {
			const source = `<a href="<< contact.website | default '${fallback}' >>">`;
			for (const website of [undefined, 'javascript:x', '#x', '/x']) {
				const values = { contact: { website } };
				const expected = `<a href="${fallback.replaceAll('&', '&amp;')}">`;
				expect(print(source, 'html', { values })).toBe(expected);
			}
			expect(codes(source).includes('relative_url')).toBe(fallback.startsWith('/'));
		},
	);

	it.each([
		'none',
		'courses',
		'//x.example',
		'/\\x',
		'www.x.example',
		'javascript:x',
		'&#106;avascript:x',
		'# x',
	])('refuses the fallback %j in place of a URL, but not in its text', (fallback) => {
		const found = errors(`<a href="<< contact.website | ${fallback} >>">`);
		expect(found.map(({ code }) => code)).toEqual(['fallback_no_url']);
		expect(errors(`<a href="https://x/?u=<< contact.website | ${fallback} >>">`)).toEqual([]);
		expect(errors(`<p><< contact.website | ${fallback} >></p>`)).toEqual([]);
	});

	it.each([
		['<script>var a = "<< contact.first_name >>"</script>', 'script_context'],
		['<style>p { color: << contact.first_name >> }</style>', 'style_context'],
		['<p style="color: << contact.first_name >>">', 'style_context'],
		['<p onclick="f(\'<< contact.first_name >>\')">', 'script_context'],
		['<a href="javascript:f(<< contact.first_name >>)">', 'script_context'],
		['<iframe srcdoc="<< contact.first_name >>">', 'script_context'],
		['<xmp><< contact.first_name >></xmp>', 'script_context'],
		['<p title=<< contact.first_name >>>', 'unquoted_attribute'],
		['<p title=a<< contact.first_name >>>', 'unquoted_attribute'],
		['<p << contact.first_name >>>', 'bad_position'],
		['<p data-<< contact.first_name >>="x">', 'bad_position'],
		['<<< contact.first_name >>>', 'bad_position'],
		['<h<< contact.first_name >>>', 'bad_position'],
		['</<< contact.first_name >>>', 'bad_position'],
		['<!<< contact.first_name >>>', 'bad_position'],
		['<!-- -<< contact.first_name >> -->', 'bad_position'],
		['<!--[if mso]><p title="--!><img src=\'"><< contact.first_name >>', 'bad_position'],
		['<!--[if mso]><p title="--><img src=\'"><< contact.first_name >>', 'bad_position'],
		['<!--[if mso]><p title="--<< ! x >>!><img src=\'"><< contact.first_name >>', 'bad_position'],
		['<!--[if mso]><style>--></style><< contact.first_name >>', 'bad_position'],
		['<meta http-equiv="refresh" content="0;url=<< contact.website >>">', 'bad_position'],
		['<meta content="<< contact.website >>" HTTP-Equiv=refresh>', 'bad_position'],
		['<title></<< contact.first_name >></title>', 'bad_position'],
		['<a href="http://<< portal.url >>">', 'url_after_scheme'],
		['<p << #if contact.vip >>title="<< else >>title=\'<< /if >>x">', 'branches_differ'],
		['<< #if contact.vip >><p title="<< /if >>x">', 'branches_differ'],
		['<< #each item.rows >><p title="<< /each >>x">', 'branches_differ'],
		['<a href="<< #if contact.vip >>https://a/<< /if >><< contact.company >>">', 'branches_differ'],
		['<a href="<< #each item.rows >><< contact.website >><< /each >>">', 'branches_differ'],
		[
			'<a href="<< #each item.rows >><< #if @first >>https://x/?u=<< else >><< contact.magic_link >><< /if >><< /each >>">',
			'branches_differ',
		],
		[
			'<a href="https://x/<< #each item.rows >><< name >>"><a href="javascript:<< /each >>">',
			'branches_differ',
		],
		['<a << #each item.rows >>href="<< contact.magic_link >>" << /each >>>', 'branches_differ'],
		['<< #each item.rows >><< name >><!--[if mso]><< /each >>', 'branches_differ'],
		['<a href="x-app:<< contact.first_name >>">', 'url_scheme'],
		['<a href="java<< contact.first_name >>:alert(1)">', 'url_scheme'],
		['<a href="java<< contact.first_name >>&#58">', 'url_scheme'],
		['<a href="<< portal.url >><< contact.first_name >>&colon;alert(1)">', 'url_scheme'],
		['<a href="javascript&#<< contact.visits >>;alert(1)">', 'url_scheme'],
		['<p title=\u00a0"<< contact.first_name >>">', 'unquoted_attribute'],
		['<p title=\u000b"<< contact.first_name >>">', 'unquoted_attribute'],
		['<p><< & contact.first_name >></p>', 'tag_refused'],
		['<p><<{ contact.first_name }>></p>', 'tag_refused'],
	])('%s is refused', (source, code) => {
		expect(errors(source).map((finding) => finding.code)).toEqual([code]);
	});
});

describe('a URL that would run a script', () => {
	it.each([
		'javascript:',
		'JavaScript:',
		'java\tscript:',
		'java\nscript:',
		' \u0001javascript:',
		'&#106;avascript:',
		'&#x6A;avascript:',
		'&#000106avascript:',
		'javascript&colon;',
		'java&Tab;script&#58;',
		'&#9;javascript:',
		'&#118;bscript:',
		'&#100;ata:text/html,',
		'<< #if contact.vip >>javascript:<< else >>https://x/<< /if >>',
		'<< #if contact.vip >>https://x/<< else >>javascript:<< /if >>',
		'<< #if contact.vip >>javascript:<< /if >>',
		'java<< #if contact.vip >>script:<< /if >>',
		'<< #if contact.vip >>java<< /if >>script:',
		'&#106<< #if contact.vip >>;<< /if >>avascript:',
		'<< portal.url >>javascript:',
		'<< portal.url >> javascript:',
		'java<< #each item.rows >>script:<< /each >>',
	])('is found in any spelling: %j', (beginning) => {
		const found = errors(`<a href="${beginning}f('<< contact.first_name >>')">`);
		expect(found.map(({ code }) => code)).toContain('script_context');
	});

	it('is found when two turns of a loop make it up', () => {
		const source =
			'<a href="<< #each item.rows >><< #if @first >>java<< else >>script:<< name >><< /if >><< /each >>">';
		expect(errors(source)).not.toEqual([]);
	});
});

describe('secrets', () => {
	it.each([
		'<a href="<< contact.magic_link >>">x</a>',
		"<a class='b' href='<< contact.magic_link | to /courses >>'>x</a>",
		'<a href=" << contact.magic_link >> ">x</a>',
		'<a href="<< #if contact.vip >><< contact.magic_link >><< else >>https://x.example<< /if >>">x</a>',
		'<v:roundrect href="<< contact.magic_link >>"></v:roundrect>',
		'<v:image src="https://x.example/a.png" href="<< contact.magic_link >>" />',
		'<A HREF="<< contact.magic_link >>">x</A><a href="<< contact.magic_link >>">y</a>',
		'<a << #if contact.vip >>href="<< contact.magic_link >>"<< else >>href="<< contact.magic_link | to /x >>"<< /if >>>x</a>',
		'<< #each item.rows >><a href="<< contact.magic_link >>">x</a><< /each >>',
		'<p>Copy this: << contact.magic_link >></p>',
	])('may stand in %s', (source) => {
		expect(errors(source)).toEqual([]);
	});

	it.each([
		'<a href="<< contact.magic_link >>?utm=1">x</a>',
		'<a href="x<< contact.magic_link >>">x</a>',
		'<a href="http://<< contact.magic_link >>">x</a>',
		'<a href="https://track.example/?u=<< contact.magic_link >>">x</a>',
		'<a href="<< contact.magic_link >><< #if contact.vip >>?a<< /if >>">x</a>',
		'<a href="<< contact.magic_link >><< contact.first_name >>">x</a>',
		'<a href="<< contact.magic_link >>\u00a0">x</a>',
		'<a href="\ufeff<< contact.magic_link >>">x</a>',
		'<a href="<< contact.magic_link >>\u2003">x</a>',
		'<a href="\u3000<< contact.magic_link >>">x</a>',
		'<a href="<< contact.magic_link >>&nbsp;">x</a>',
		'<v:imagedata href="<< contact.magic_link >>" />',
		'<v:fill href="<< contact.magic_link >>" />',
		'<v: href="<< contact.magic_link >>">',
		'</a href="<< contact.magic_link >>">',
		'<a href="https://x.example" href="<< contact.magic_link >>">x</a>',
		'<a href=x href="<< contact.magic_link >>">x</a>',
		'<a HREF Href="<< contact.magic_link >>">x</a>',
		'<a << #if contact.vip >>href="/"<< /if >> href="<< contact.magic_link >>">x</a>',
		'<a href="<< contact.login_code >>">x</a>',
		'<a title="<< contact.magic_link >>">x</a>',
		'<img src="<< contact.magic_link >>">',
		'<img srcset="<< contact.magic_link >> 2x">',
		'<img srcset="https://a.example 1x, << contact.magic_link >> 2x">',
		'<form action="<< contact.magic_link >>">',
		'<link href="<< contact.magic_link >>">',
		'<area href="<< contact.magic_link >>">',
		'<td background="<< contact.magic_link >>">',
		'<title><< contact.magic_link >></title>',
		'<!-- << contact.magic_link >> -->',
	])('are refused in %s', (source) => {
		expect(errors(source).map(({ code }) => code)).toContain('secret_here');
	});

	it.each([
		['<p style="background:url(<< contact.magic_link >>)">', 'style_context'],
		['<p><< contact.magic_link | upper >></p>', 'secret_filtered'],
		['<p><< contact.magic_link | none >></p>', 'secret_filtered'],
		['<p><< contact.first_name | default contact.magic_link >></p>', undefined],
		['<p><< default contact.first_name contact.magic_link >></p>', 'secret_filtered'],
	])('%s', (source, code) => {
		expect(errors(source).map((finding) => finding.code)).toEqual(code === undefined ? [] : [code]);
	});

	it('are refused in a subject and allowed in plain text', () => {
		expect(errors('<< contact.magic_link >>', 'subject').map(({ code }) => code)).toEqual([
			'secret_here',
		]);
		expect(errors('<< contact.magic_link >>', 'text')).toEqual([]);
	});

	it.each([
		['https://t.example/?u=<< contact.magic_link >>', 'secret_here'],
		['HTTP://t.example/<< contact.first_name >>/<< contact.magic_link >>', 'secret_here'],
		['www.t.example?c=<< contact.login_code >>', 'secret_here'],
		['<< portal.url >>?u=<< contact.magic_link >>', 'secret_here'],
		['<< item.x >><< contact.magic_link >>', 'secret_here'],
		['https://x/?<< #if contact.vip >>a b<< /if >><< contact.magic_link >>', 'secret_here'],
		['<< #each item.rows >><< contact.magic_link >>https://x/?<< /each >>', 'secret_here'],
		[
			'<< #each item.rows >><< #if @first >>https://x/?u=<< else >><< contact.magic_link >><< /if >><< /each >>',
			'secret_here',
		],
		[`https://${'x'.repeat(1_000)}<< contact.magic_link >>`, 'secret_here'],
		['<< contact.magic_link >>/courses', 'link_goes_on'],
		['<< contact.magic_link >>?a=1', 'link_goes_on'],
		['<< contact.magic_link >>.Then', 'link_goes_on'],
		['<< contact.magic_link >><< contact.first_name >>', 'link_goes_on'],
		['<< #if contact.vip >><< contact.magic_link >><< /if >>/x', 'link_goes_on'],
		['<< contact.magic_link >>).<< #if contact.vip >>x<< /if >>', 'link_goes_on'],
	])('are refused as part of an address in text: %s', (source, code) => {
		for (const [text, context] of [
			[source, 'text'],
			[`<p>${source}</p>`, 'html'],
		] as const) {
			expect(errors(text, context).map((finding) => finding.code)).toContain(code);
		}
	});

	it.each([
		'https://t.example << contact.magic_link >>',
		'https://t.example\n<< contact.magic_link >>\nwww.x.example',
		'Open:<< contact.magic_link >>. Then go on',
		'(see << contact.magic_link >>), or ask',
		'<< contact.magic_link >>?\t"<< contact.magic_link >>"',
		'<< contact.first_name >>:<< contact.magic_link >>',
		'<< #each item.rows >>- << contact.magic_link >>\n<< /each >>',
		'<< #each item.rows >>x<< /each >><< contact.magic_link >> << #each item.rows >>https://x<< /each >>',
		'<< contact.magic_link >>.<< #if contact.vip >> Hi<< /if >>',
		'<< #if contact.vip >><< contact.magic_link >><< /if >><< #unless contact.vip >><< contact.magic_link >><< /unless >>',
		'<< #if contact.vip >><< contact.magic_link >><< /if >><< #unless contact.vip >>Ask us<< /unless >>',
		'Code:<< contact.login_code >>a',
	])('may stand next to other text: %j', (source) => {
		expect(errors(source, 'text')).toEqual([]);
		expect(errors(`<p>${source}</p>`, 'html')).toEqual([]);
	});

	it('may stand in HTML beside entities and elements that end an address', () => {
		const source =
			'https://x.example&nbsp;<< contact.magic_link >>&nbsp;x <br>www.x.example<br><< contact.magic_link >><b>x</b>';
		expect(errors(source)).toEqual([]);
		expect(errors('https&colon;//x<< contact.magic_link >>')[0]?.code).toBe('secret_here');
		expect(errors('<< contact.magic_link >>&#47;x')[0]?.code).toBe('link_goes_on');
	});

	it('R28 the href equals the link byte for byte', () => {
		const link = 'https://portal.example/l/AbC-_09?x=1&y=%20#z';
		const values = { contact: { magic_link: link } };
		const out = print('<a href="<< contact.magic_link >>">x</a>', 'html', { values });
		expect(/href="([^"]*)"/.exec(out)?.[1]?.replaceAll('&amp;', '&')).toBe(link);
		expect(print('<< contact.magic_link >>', 'text', { values })).toBe(link);
	});
});

describe('text', () => {
	it('is not escaped, and holds no control characters of values', () => {
		const values = { contact: { first_name: 'a\u0000\u001b[31m<b>\r\n\tc\u0085' } };
		expect(print('<< contact.first_name >>', 'text', { values })).toBe('a[31m<b>\n\tc');
	});
});

describe('subject', () => {
	it('is one line without control characters', () => {
		const values = { contact: { first_name: 'Eve\r\nBcc: all@example.com\u202e\u0007 x' } };
		expect(print(' Hi\n << contact.first_name >>! ', 'subject', { values })).toBe(
			'Hi Eve Bcc: all@example.com x!',
		);
	});
});
