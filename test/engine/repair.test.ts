import { describe, expect, it } from '@jest/globals';
import {
	compile,
	lint,
	repair,
	TemplateError,
	type Finding,
	type TextContext,
} from 'custom-values';
import { catalogue, codes, errors } from './support.ts';

function mend(source: string, context: TextContext = 'html'): string {
	return repair(source, { catalogue, context }).source;
}

function told(source: string, context: TextContext = 'html'): Finding[] {
	return repair(source, { catalogue, context }).findings;
}

const name = '<< contact.first_name >>';

describe('repair', () => {
	it('says what it did, where, and what stands there now', () => {
		expect(
			repair('Dear\n &lt;&lt;contact.first_name | you&gt;&gt; &lt;&gt;', {
				catalogue,
				context: 'html',
			}),
		).toEqual({
			source: 'Dear\n << contact.first_name | you >> &lt;&gt;',
			findings: [
				{
					code: 'damaged_tag',
					severity: 'info',
					line: 2,
					column: 2,
					length: 40,
					message: 'An editor encoded the << and >>: readers would see this as it stands.',
					fix: '<< contact.first_name | you >>',
				},
				{
					code: 'lost_tag',
					severity: 'error',
					line: 2,
					column: 43,
					length: 8,
					message:
						'A custom value stood here, and a program deleted its name. Write it again, with spaces inside: << contact.first_name >>.',
				},
			],
		});
	});

	it.each([
		['&lt;&lt; contact.first_name &gt;&gt;', name],
		['&lt;&lt;contact.first_name&gt;&gt;', name],
		['&#60;&#060; contact.first_name &#62;&#62;', name],
		['&#x3C;&#x3c; contact.first_name &#x3E;&#x3e;', name],
		['<&lt; contact.first_name >&gt;', name],
		[
			'&amp;lt;&amp;lt; contact.first_name | R&amp;amp;D &amp;gt;&amp;gt;',
			'<< contact.first_name | R&amp;D >>',
		],
		['&amp;amp;lt;&amp;amp;lt; contact.first_name &amp;amp;gt;&amp;amp;gt;', name],
		['<< #if contact.vip &gt;&gt;a<< /if >>', '<< #if contact.vip >>a<< /if >>'],
		['&lt;&lt;~ contact.first_name ~&gt;&gt;', '<<~ contact.first_name ~>>'],
		['\\&lt;&lt; contact.first_name &gt;&gt;', `\\${name}`],
		[
			'&lt;&lt; #if contact.vip &gt;&gt;a&lt;&lt; else &gt;&gt;b&lt;&lt; /if &gt;&gt;',
			'<< #if contact.vip >>a<< else >>b<< /if >>',
		],
		[
			'&lt;&lt; #each item.rows as |row i| &gt;&gt;&lt;&lt; row.name &gt;&gt;&lt;&lt; /each &gt;&gt;',
			'<< #each item.rows as |row i| >><< row.name >><< /each >>',
		],
		[
			'<< #each item.rows >>&lt;&lt; name &gt;&gt;<< /each >>',
			'<< #each item.rows >><< name >><< /each >>',
		],
		[
			'&lt;!-- &lt;&lt; #if contact.vip &gt;&gt; --&gt;a&lt;!--&nbsp;<< else >> –&gt;b&lt;!-- &lt;&lt; /if &gt;&gt; -→',
			'<!-- << #if contact.vip >> -->a<!-- << else >> -->b<!-- << /if >> -->',
		],
		[
			'&lt;!-- &lt;&lt; #if contact.<b>vip &gt;&gt; --&gt;a</b>&lt;&lt; /if &gt;&gt;',
			'<b><!-- << #if contact.vip >> -->a</b><< /if >>',
		],
		['&lt;&lt; ! a note &gt;&gt;', '<< ! a note >>'],
		['&lt;&lt; !-- a &gt;&gt; b -- &gt;&gt;', '<< !-- a &gt;&gt; b -- >>'],
		['&lt;&lt;&nbsp;!-- a --~&gt;&gt;', '<< !-- a -- ~>>'],
		['<< !-- a – >>b<< !-- c—>>d', '<< !-- a -- >>b<< !-- c -- >>d'],
		['&lt;&lt; !-- a &ndash; &gt;&gt;', '<< !-- a -- >>'],
		['<a href="%3C%3C%20contact.website%20%3E%3E">', '<a href="<< contact.website >>">'],
		[
			'<a href="%253C%253C%2520contact.website%2520%253E%253E">',
			'<a href="<< contact.website >>">',
		],
		['<a href="<<%20contact.website%20>>">', '<a href="<< contact.website >>">'],
		[
			'<a href="%3C%3C%20contact.magic_link%20%7C%20to%20/courses%20%3E%3E">',
			'<a href="<< contact.magic_link | to /courses >>">',
		],
		['&lt;<contact.first_name>&gt;, you</contact.first_name>!', `${name}, you!`],
		['<<contact.first_name>>, you</contact.first_name>!', `${name}, you!`],
		[
			'&lt;<contact.magic_link |="" to="" courses="" new="">&gt;',
			'<< contact.magic_link | to /courses/new >>',
		],
		[
			'<< #if contact.vip >>a&lt;<else>&gt;b<< /if >></else>',
			'<< #if contact.vip >>a<< else >>b<< /if >>',
		],
		['<< contact.<b>first_name</b> >>', `<b>${name}</b>`],
		['<b><< contact.</b><i>first_name</i> >>', `<b><i>${name}</i></b>`],
		['<< contact.<u>first_name >> and</u>', `<u>${name} and</u>`],
		['<b>&lt;<span>&lt;</b> contact.first_name &gt;</span>&gt;', `<b><span>${name}</span></b>`],
		['<< contact.first_name | <b>you</b> >>', '<b><< contact.first_name | you >></b>'],
		['<p><< contact.first_name</p><p>| you >></p>', '<p><< contact.first_name | you >></p><p></p>'],
		['<< contact.first_name <br> >>', name],
		['<< contact.first\u00ad_name >>', name],
		['<\u200b< contact.first&shy;_name >>', name],
		['<<\u200e\u202acontact.first_name\u202c >>', name],
		['<<&nbsp;contact.first_name&nbsp;|&nbsp;you&nbsp;>>', '<< contact.first_name | you >>'],
		['<<\u00a0contact.first_name\u00a0>>', name],
		[
			'<< contact.joined_at | date “d MMMM yyyy” >>',
			'<< contact.joined_at | date "d MMMM yyyy" >>',
		],
		[
			'<< contact.joined_at | date &quot;d MMMM yyyy&quot; >>',
			'<< contact.joined_at | date "d MMMM yyyy" >>',
		],
		[
			'<p title="<< contact.joined_at | date &quot;d MMMM&quot; >>">',
			`<p title="<< contact.joined_at | date 'd MMMM' >>">`,
		],
		['<< contact.joined_at | date "d\r\nMMMM" >>', '<< contact.joined_at | date "d MMMM" >>'],
		['<< contact.first_name | default ‘you’ >>', "<< contact.first_name | default 'you' >>"],
		['« contact.first_name »', name],
		['« contact.joined_at | date « d MMMM » »', '<< contact.joined_at | date "d MMMM" >>'],
		[
			'<< contact.joined_at | date &laquo;&nbsp;d MMMM&nbsp;&raquo; >>',
			'<< contact.joined_at | date "d MMMM" >>',
		],
		['« contact.first_name | « toi » »', '<< contact.first_name | « toi » >>'],
		['&laquo;&nbsp;contact.first_name&nbsp;&raquo;', name],
		['«#each item.rows»«name»«/each»', '<< #each item.rows >><< name >><< /each >>'],
		['<a href="http://<< portal.url >>/x">', '<a href="<< portal.url >>/x">'],
		['See https://<<portal.url>>', 'See << portal.url >>'],
		['<< #with portal >>https://<< url >><< /with >>', '<< #with portal >><< url >><< /with >>'],
		[
			'<a href="https://editor.example/<< contact.magic_link >>">',
			'<a href="<< contact.magic_link >>">',
		],
		[
			'<a href="https://editor.example/edit/1/<< contact.magic_link >>">',
			'<a href="<< contact.magic_link >>">',
		],
		[
			'<a href="https://editor.example/edit/1/&lt;&lt; portal.url &gt;&gt;">',
			'<a href="<< portal.url >>">',
		],
		['<a href="file:///C:/mails/<< portal.url >>">', '<a href="<< portal.url >>">'],
		['<a href="../<< portal.url >>">', '<a href="<< portal.url >>">'],
		[
			'{{contact.first_name}} {{{ contact.email }}} *|FNAME|* %first_name% [[contact.email]]',
			`${name} << contact.email >> ${name} ${name} << contact.email >>`,
		],
		['<a href="https://{{portal.url}}">', '<a href="<< portal.url >>">'],
		[
			'<p><<contact.first_name>><<#if contact.vip>>x<</if>></p>',
			`<p>${name}<<#if contact.vip>>x<< /if >></p>`,
		],
	])('makes of %j %j', (source, expected) => {
		expect(mend(source)).toBe(expected);
		expect(told(source).length > 0).toBe(source !== expected);
		expect(mend(expected)).toBe(expected);
		const remaining = codes(expected).filter((code) => /damaged|foreign|unspaced|odd/.test(code));
		expect(remaining).toEqual([]);
	});

	it.each([
		[name],
		['<<\n\tcontact.first_name\n>>'],
		['<< contact.first_name | “friend” >>'],
		['<< contact.first_name | M&uuml;ller &amp; Co >>'],
		['<< contact.first_name | a <b> >>'],
		['<< contact.first_name | دوست\u200cعزیز >>'],
		['<< contact.first_name | default "a  b" >>'],
		['<< contact.first_name | \u200fאורח >>'],
		['<< portal.footer | <b>Acme</b> >>'],
		['<p title="<< contact.first_name | <b>x</b> >>">'],
		['<a href="<< contact.magic_link to="/courses" >>">'],
		['<a href="https://archive.example/web/<< portal.url >>">'],
		['<a href="https://x.example/?next=<< portal.url >>">'],
		['<a href="https://x.example/<< contact.first_name >>">'],
		['<< raw >>&lt;&lt; contact.first_name &gt;&gt; {{contact.email}}<< /raw >>'],
		['<< !-- &lt;&lt; contact.first_name -->>'],
		['<< !-- a – >> b -- >>'],
		['&lt;!-- << #if contact.vip >>x<< /if >> --&gt;'],
		['<< #if contact.vip >> -&gt; x<< /if >>'],
		['&lt;!-- << contact.first_name >> --&gt;'],
		['<!-- << #each item.rows >> --><< name >><!-- << /each >> -->'],
		['&lt;&lt; Weiter &gt;&gt; &lt;b&gt; a &lt;&lt; b'],
		['Il dit « contact » et « bonjour », « name »'],
		['<p>&nbsp;&laquo;&nbsp;Oui&nbsp;&raquo; – “so” 100%25 %20</p>'],
		['{{foo}} [[bar]] *|BAZ|* 20%off%'],
		['cout &lt;&lt; x &lt;&lt; y; <code>a << b >> c</code>'],
		['<p>\u200bzero</p><time>x</time>'],
		['<< #each item.rows >>&laquo; name &raquo;<< /each >>'],
	])('leaves %j as it is', (source) => {
		expect(mend(source)).toBe(source);
	});

	it('reads in plain text what was made for HTML', () => {
		expect(mend('&lt;&lt; contact.first_name | R&amp;D &gt;&gt;', 'text')).toBe(
			'<< contact.first_name | R&D >>',
		);
		expect(mend('<<contact.first_name>>', 'text')).toBe('<<contact.first_name>>');
		expect(mend('&lt;<contact.first_name>&gt;!</contact.first_name>', 'subject')).toBe(`${name}!`);
	});

	it('warns of what an HTML parser may have made small', () => {
		const [finding] = told('&lt;<contact.first_name |="" dear="" friend="">&gt;');
		expect(finding?.severity).toBe('warning');
		expect(finding?.fix).toBe('<< contact.first_name | dear friend >>');
		expect(told('&lt;<contact.fields.city>&gt;')[0]?.severity).toBe('warning');
		expect(told('&lt;<contact.first_name |="" upper="">&gt;')[0]?.severity).toBe('info');
	});

	it.each([
		'&lt;<contact.joined_at |="" date="" "dd.mm.yyyy"="">&gt;',
		'<<contact.joined_at | date "dd.mm.yyyy">></contact.joined_at>',
	])('does not guess a pattern whose letters were made small: %s', (source) => {
		expect(mend(source)).toBe(source);
		expect(told(source)[0]).toMatchObject({ code: 'damaged_tag', severity: 'error', column: 1 });
		expect(errors(source).map(({ code, fix }) => [code, fix])).toEqual([
			['damaged_tag', undefined],
		]);
	});

	it('names a word between guillemets in a loop, which may be a quotation', () => {
		const source = '<< #each item.rows >>« name »<< /each >>';
		expect(told(source)).toMatchObject([{ code: 'tag_like', severity: 'warning', column: 22 }]);
		expect(codes(source)).toEqual(['tag_like']);
	});

	it('leaves alone what is over the limit', () => {
		const source = '&lt;&lt; contact.first_name &gt;&gt;'.padEnd(262_145);
		expect(repair(source, { catalogue, context: 'html' })).toEqual({ source, findings: [] });
	});
});

describe('lint', () => {
	it('says of a damaged tag nothing but that, with the fix', () => {
		expect(errors('<< contact.first\u00ad_name >>')).toMatchObject([
			{ code: 'damaged_tag', column: 1, length: 25, fix: name },
		]);
		expect(
			lint('<<\u00a0contact.first_name\u00a0>>', { catalogue, context: 'text' }),
		).toMatchObject([
			{ code: 'no_fallback' },
			{ code: 'odd_space', severity: 'warning', fix: name },
		]);
	});

	it('names a note that would be printed', () => {
		expect(errors('a << !-- b >> c')).toMatchObject([
			{ code: 'unclosed_tag', column: 3, length: 11, fix: '<< !-- b -- >>' },
		]);
		expect(codes('cout << !--x;')).toEqual([]);
	});

	it('names an encoded tag that nothing closes', () => {
		expect(errors('a &lt;&lt; contact.first_name')).toMatchObject([
			{ code: 'unclosed_tag', column: 3, length: 27 },
		]);
		expect(errors('a &lt;&lt; contact, b &lt;&lt; x')).toEqual([]);
	});

	it.each([
		['Hi <>, welcome', 4],
		['Hi &lt;&gt;!', 4],
		['<p>&lt;&gt;</p>', 4],
		['Hi << >>', 4],
		['Hi &lt;&lt;&nbsp;&gt;&gt;', 4],
		[`${name}&lt;&gt;`, 25],
		['<p><></p>', 4],
		['Dear <> and welcome', 6],
	])('takes the brackets in %j for the trace of a tag', (source, column) => {
		expect(errors(source)).toMatchObject([{ code: 'lost_tag', column }]);
	});

	it.each([
		'price <> 0',
		"name <> 'x'",
		'a <> b',
		'WHERE a <> NULL',
		'<>< fish',
		'a =<> b',
		'x<>>y',
		'<code>&lt;&gt;</code>',
		'<pre>a <> and b</pre>',
		'<p title="<>">',
		'<!-- <> -->',
		'<style>a{content:"<>"}</style>',
	])('takes those in %j for what they are', (source) => {
		expect(codes(source)).toEqual([]);
	});

	it.each([
		['<< total >>', 'unknown_value'],
		['<<total>>', 'unknown_value'],
		['<< customer.name_of_pet >>', 'unknown_value'],
		['<< total | none >>', 'unknown_value'],
		['<< #rows >>', 'unknown_value'],
		['&lt;&lt; total &gt;&gt;', 'unknown_value'],
		['<< #with contact >><< phone >><< /with >>', 'unknown_value'],
		['(<< total >>)', 'unknown_value'],
		['<< #each item.rows >><< ../title >><< /each >>', 'unknown_value'],
		['&nbsp;<< total >>', 'unknown_value'],
		['<a href="https://example.com/?n=<< total >>">', 'unknown_value'],
		['<table><tr><td><< total >></td></tr></table>', 'unknown_value'],
		['<< NEW >>', 'tag_like'],
		['<< Neu >>', 'tag_like'],
	])('takes %j for a tag of something unknown', (source, code) => {
		expect(codes(source)).toEqual([code]);
	});

	it.each([
		'cout << total >> y',
		'std::cin >> a; b = a << total >> 1;',
		'x = a << total >> 2',
		'cout << x << total >> y',
		'cat << end >> file',
		'a<<total>>b',
		'a << b >> c',
		'<< Click here >>',
		'<code>a << total >> b</code>',
		'<script>a << total >> b</script>',
		'\\<< contact.first_name >>',
		'<< raw >><< total >><< /raw >>',
		'« total »',
	])('takes %j for no tag', (source) => {
		expect(errors(source).map(({ code }) => code)).not.toContain('unknown_value');
		expect(codes(source)).not.toContain('tag_like');
	});

	it.each([
		'<< #each item.rows >><< /each >><table><tr><td>x</td></tr></table>',
		'<p>a</p><< #if contact.vip >> << else >> << /if >>\n<table>',
		'<< #each item.rows >><< #if contact.vip >><< /if >><< /each >><table>',
		'<p><< #if contact.vip >><< /if >></p>\n<figure class="table"><table><tr><td>x</td></tr></table></figure>',
		'<figure><table></table><!-- << #if contact.vip >> --><!-- << /if >> --></figure>',
		'<!-- << #if contact.vip >> --><ul><li>a</li><!-- << /if >> --><li>b</li></ul>',
		'<ol>\n<li>a</li><!-- << #if contact.vip >> -->\n<li>b</li>\n</ol><!-- << /if >> -->',
	])('names a block that a parser or an editor moved out of its table or list: %s', (source) => {
		expect(errors(source).map(({ code }) => code)).toContain('moved_block');
	});

	it.each([
		'<< #if contact.vip >>x<< /if >><table></table>',
		'<< #if contact.vip >><table></table><< /if >>',
		'<< #if contact.vip >><< /if >><p>x</p>',
		'<< contact.first_name >><< portal.name >><table></table>',
		'<table></table><< #if contact.vip >>x<< /if >>',
		'<ul><li>a</li><!-- << #if contact.vip >> --><li>b</li><!-- << /if >> --></ul>',
		'<< #if contact.vip >><ul><li>a</li></ul><< /if >><ul><li>b</li></ul>',
		'<< #if contact.vip >><ul><< /if >><li>a</li><< #if contact.vip >></ul><< /if >>',
		'<< #if contact.vip >><ul><li>a</li><< else >><ol><li>b</li><< /if >><li>c</li>',
	])('takes %s for what it is', (source) => {
		expect(codes(source)).not.toContain('moved_block');
	});

	it.each([
		['quotes', '<p style="color: << contact.first_name | default “x” >>">a</p>'],
		['invisible marks', '<p style="color: << contact.first\u200b_name >>">a</p>'],
	])('stops a text with any number of tags that are damaged by %s', (_, piece) => {
		for (const times of [1, 250, 500, 900]) {
			const source = piece.repeat(times);
			expect(
				lint(source, { catalogue, context: 'html' }).some(({ severity }) => severity === 'error'),
			).toBe(true);
			expect(() => compile(source, { catalogue, context: 'html' })).toThrow(TemplateError);
		}
	});
});
