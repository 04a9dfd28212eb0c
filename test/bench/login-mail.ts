/** The login e-mail of the benchmark: 6 kB of HTML, eight values, one condition, a loop of five. */

const row = (text: string) => `<tr>
<td align="left" style="font-size:0px;padding:10px 25px;word-break:break-word;">
<div style="font-family:Helvetica, Arial, sans-serif;font-size:16px;line-height:1.5;text-align:left;color:#1f2933;">${text}</div>
</td>
</tr>
`;

const head = `<!doctype html>
<html lang="en" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style type="text/css">
#outlook a { padding: 0; }
body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; -ms-text-size-adjust: 100%; }
table, td { border-collapse: collapse; mso-table-lspace: 0pt; mso-table-rspace: 0pt; }
img { border: 0; height: auto; line-height: 100%; outline: none; text-decoration: none; -ms-interpolation-mode: bicubic; }
p { display: block; margin: 13px 0; }
@media only screen and (min-width: 480px) { .column { width: 100% !important; max-width: 100%; } }
@media (prefers-color-scheme: dark) { .body { background-color: #11181f !important; } .card { background-color: #1b242d !important; } }
</style>
<!--[if mso]><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->
`;

const bodyStart = `</head>
<body class="body" style="word-spacing:normal;background-color:#f4f6f8;">
<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;">Your sign-in link is inside. It works once.</div>
<div class="card" style="background-color:#ffffff;margin:0px auto;max-width:600px;">
<table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="background:#ffffff;width:100%;">
<tbody>
`;

const buttonStyle =
	'display:inline-block;background:#1d4ed8;color:#ffffff;font-family:Helvetica, Arial, sans-serif;font-size:16px;font-weight:bold;line-height:120%;margin:0;text-decoration:none;text-transform:none;padding:14px 28px;mso-padding-alt:0px;border-radius:6px;';

/** How a language of tags says things. */
export interface Spelling {
	value: (path: string) => string;
	withFallback: (path: string, fallback: string) => string;
	/** The first text when the value is there, the second when it is not. */
	when: (path: string, then: string, otherwise: string) => string;
	/** The text for each item of a list. */
	each: (path: string, body: string) => string;
	/** A value of the item. */
	own: (name: string) => string;
}

/** The source of the e-mail. */
export function loginMail({ value, withFallback, when, each, own }: Spelling): string {
	return [
		head,
		`<title>${value('portal.name')}</title>\n`,
		bodyStart,
		row(
			`<img src="${value('portal.logo_url')}" alt="" width="140" style="display:block;height:auto;">`,
		),
		row(`Hello ${withFallback('contact.first_name', 'there')},`),
		row('here is the link that signs you in. It works once, so please keep it to yourself.'),
		row(
			`<a href="${value('contact.magic_link')}" clicktracking="off" style="${buttonStyle}" target="_blank">Sign in</a>`,
		),
		when(
			'contact.company',
			row(`You are signed in on behalf of ${value('contact.company')}.`),
			row('You are signed in for yourself.'),
		),
		row(
			`New for you:<ul style="padding-left:20px;margin:8px 0;">${each('item.courses', `<li style="margin:4px 0;"><a href="${own('url')}" style="color:#1d4ed8;">${own('name')}</a></li>`)}</ul>`,
		),
		row(
			'The link is good for 24 hours. If it no longer works, the page it leads to sends you a new one.',
		),
		row(
			'You can sign in on as many devices as you like, and sign out on each of them at any time.',
		),
		row('Nobody from our team will ever ask you for this link, or for a password.'),
		row(
			'If you did not expect this e-mail, you need not do anything: nobody gets in without the link.',
		),
		row(`This e-mail went to ${value('contact.email')}.`),
		row(
			`Questions? Write to ${value('portal.support_email')} or visit <a href="${value('portal.url')}" style="color:#1d4ed8;">your portal</a>.`,
		),
		'</tbody>\n</table>\n</div>\n</body>\n</html>\n',
	].join('');
}
