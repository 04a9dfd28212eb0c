const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const iPhone = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) ${webkit}`;
const android = 'Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko)';
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';

/** What browsers of people call themselves. */
export const personBrowsers: Record<string, string> = {
	'Chrome on Windows': `${windows} ${blink} Chrome/148.0.0.0 Safari/537.36`,
	'Chrome on a Mac': `${mac} ${blink} Chrome/148.0.0.0 Safari/537.36`,
	'Chrome on Linux': `Mozilla/5.0 (X11; Linux x86_64) ${blink} Chrome/148.0.0.0 Safari/537.36`,
	'Chrome on Android': `Mozilla/5.0 (Linux; Android 10; K) ${blink} Chrome/148.0.0.0 Mobile Safari/537.36`,
	'Chrome on an iPhone': `${iPhone} CriOS/148.0.7778.60 Mobile/15E148 Safari/604.1`,
	'Edge on Windows': `${windows} ${blink} Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0`,
	'Safari on an iPhone': `${iPhone} Version/26.0 Mobile/15E148 Safari/604.1`,
	'Safari on an iPad': `Mozilla/5.0 (iPad; CPU OS 18_7 like Mac OS X) ${webkit} Version/26.0 Mobile/15E148 Safari/604.1`,
	'Safari on a Mac': `${mac} ${webkit} Version/26.0 Safari/605.1.15`,
	'Firefox on Windows':
		'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0',
	'Firefox on Android': 'Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0',
	'Firefox on an iPhone': `${iPhone} FxiOS/150.0 Mobile/15E148 Safari/605.1.15`,
	'Samsung Internet': `Mozilla/5.0 (Linux; Android 10; K) ${blink} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
	'Opera on Windows': `${windows} ${blink} Chrome/146.0.0.0 Safari/537.36 OPR/130.0.0.0`,
	'a phone named Cubot': `Mozilla/5.0 (Linux; Android 10; CUBOT X30) ${blink} Chrome/148.0.0.0 Mobile Safari/537.36`,
	'Gmail on an iPhone': `${iPhone} GSA/370.0.752 Mobile/15E148 Safari/604.1`,
	'Gmail on Android': `${android.replace(')', '; wv)')} Version/4.0 Chrome/148.0.7778.60 Mobile Safari/537.36`,
	'Outlook on an iPhone': `${iPhone} Mobile/15E148 Outlook-iOS/722.4714130.prod.iphone (4.2538.0)`,
	'Outlook on Android': `${android.replace(')', '; wv)')} Version/4.0 Chrome/148.0.7778.60 Mobile Safari/537.36 PKeyAuth/1.0`,
	'Facebook on an iPhone': `${iPhone} Mobile/22G86 [FBAN/FBIOS;FBAV/530.0.0.47.72;FBBV/800000000;FBDV/iPhone16,1;FBMD/iPhone;FBSN/iOS;FBSV/18.7;FBSS/3;FBCR/;FBID/phone;FBLC/en_US;FBOP/5]`,
	'Facebook on Android': `${android.replace(')', '; wv)')} Version/4.0 Chrome/148.0.7778.60 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0.48.74;]`,
	'Instagram on an iPhone': `${iPhone} Mobile/22G86 Instagram 400.0.0.29.89 (iPhone16,1; iOS 18_7; en_US; en; scale=3.00; 1179x2556)`,
};

/** What scanners, previews and scripts call themselves, when they do not pose as a browser. */
export const scannerNames: Record<string, string> = {
	'Barracuda Sentinel': 'Barracuda Sentinel (EE)',
	'Barracuda, like a browser': 'Mozilla/5.0 (compatible; Barracuda Sentinel)',
	'Safe Links, like a browser': `${windows} ${blink} Chrome/148.0.0.0 Safari/537.36 Microsoft-SafeLinks`,
	'Mimecast, like a browser': `${windows} ${blink} Chrome/148.0.0.0 Safari/537.36 Mimecast`,
	'Proofpoint, like a browser': `${windows} ${blink} Chrome/148.0.0.0 Safari/537.36 Proofpoint`,
	'Microsoft Office': 'Microsoft Office Existence Discovery',
	'Bing’s preview': `${windows} ${blink} Chrome/148.0.0.0 Safari/537.36 BingPreview/1.0b`,
	'Skype’s preview': 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
	'Slack’s preview': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
	'WhatsApp’s preview': 'WhatsApp/2.24.6.77 A',
	'Telegram’s preview': 'TelegramBot (like TwitterBot)',
	'Facebook’s preview': 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
	'Google’s image proxy':
		'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
	'Yahoo’s mail proxy': 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
	Googlebot: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
	'headless Chrome': `Mozilla/5.0 (X11; Linux x86_64) ${blink} HeadlessChrome/148.0.0.0 Safari/537.36`,
	'urlscan.io': `${windows} ${blink} Chrome/148.0.0.0 Safari/537.36 urlscan`,
	VirusTotal: 'virustotalcloud',
	curl: 'curl/8.9.1',
	Wget: 'Wget/1.24.5',
	'Python requests': 'python-requests/2.32.3',
	Go: 'Go-http-client/2.0',
	Java: 'Java/21.0.4',
	OkHttp: 'okhttp/4.12.0',
	Node: 'node',
};
