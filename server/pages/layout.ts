import { brandColors, brandStyle, webUrl } from './brand.ts';
import type { PagePortal } from './brand.ts';
import { html, htmlString, trustedHtml } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import type { Locale, Words } from '../locale.ts';
import { styleSheet } from './style.ts';

const productName = 'Client Portal';

const words: Words<{ help: string }> = {
	en: { help: 'Need help? Write to' },
	de: { help: 'Brauchen Sie Hilfe? Schreiben Sie an' },
	es: { help: '¿Necesita ayuda? Escriba a' },
	fr: { help: 'Besoin d’aide\u00a0? Écrivez à' },
	pt: { help: 'Precisa de ajuda? Escreva para' },
};

export interface DocumentProps {
	locale: Locale;
	/** Without any element: a browser shows it as it is. */
	title: string | Html;
	portal: PagePortal | null;
	body: Html;
	/** One of the constants of scripts.ts, run after the body was read. */
	script?: string;
	/** The same, run before anything is shown. */
	headScript?: string;
}

/** A complete HTML document. Its inline blocks are those that `pageCsp` allows for this portal. */
export function document({
	locale,
	title,
	portal,
	body,
	script,
	headScript,
}: DocumentProps): string {
	const page = html`<!doctype html>
		<html lang="${locale}" dir="ltr">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<title>${title}</title>
				${inline('script', headScript)}
				<link rel="icon" href="${favicon(portal)}" />
				${inline('style', styleSheet)} ${inline('style', brandStyle(portal?.brand.color))}
			</head>
			<body>
				${body} ${inline('script', script)}
			</body>
		</html>`;
	return htmlString(page);
}

/** The block must reach the browser byte for byte, or its hash in the policy does not fit. */
function inline(element: 'script' | 'style', block: string | undefined): HtmlValue {
	return block === undefined ? null : trustedHtml(`<${element}>${block}</${element}>`);
}

export interface ClientPageProps {
	locale: Locale;
	title: DocumentProps['title'];
	portal: PagePortal | null;
	/** What the card holds. */
	content: Html;
	script?: string;
	headScript?: string;
}

/** A page that a client sees: the portal's mark, one card, and where to find help. */
export function clientDocument({ content, portal, locale, ...rest }: ClientPageProps): string {
	const body = html`<div class="center">
		${portal !== null && html`<header>${portalMark(portal)}</header>`}
		<main class="card stack">${content}</main>
		${portal !== null && helpLine(portal, locale)}
	</div>`;
	return document({ ...rest, locale, portal, body });
}

/** A name that somebody chose: its direction stays its own, and its marks cannot turn the text around it. */
export function nameHtml(name: string): Html {
	return html`<bdi dir="auto">${name}</bdi>`;
}

/** What an admin reads on a page that is in the language of somebody else. */
export function visitNotice(text: string, locale: Locale): Html {
	return html`<p class="notice" lang="${locale}">${text}</p>`;
}

/** The first letter of a name, for a tile; a dot when there is none. */
export function initial(name: string): string {
	const [first] = new Intl.Segmenter('en').segment(name.trim());
	return first === undefined ? '·' : first.segment.toUpperCase();
}

export function portalMark(portal: PagePortal): Html {
	const logo = webUrl(portal.brand.logoUrl);
	if (logo !== null) {
		return html`<div class="mark"><img src="${logo.href}" alt="${portal.name}" /></div>`;
	}
	return html`<div class="mark">
		<span class="tile" aria-hidden="true">${initial(portal.name)}</span>
		<span dir="auto">${portal.name}</span>
	</div>`;
}

function mailLink(address: string): Html {
	const target = encodeURIComponent(address.toWellFormed()).replace('%40', '@');
	return html`<a href="mailto:${target}"><bdi>${address}</bdi></a>`;
}

function helpLine({ supportEmail }: PagePortal, locale: Locale): HtmlValue {
	if (supportEmail === null) return null;
	return html`<footer class="foot">${words[locale].help} ${mailLink(supportEmail)}</footer>`;
}

/** A square with the portal's initial, inside the page: no request for /favicon.ico. */
function favicon(portal: PagePortal | null): string {
	const letter = initial(portal?.name ?? productName);
	const { brand, onBrand } = brandColors(portal?.brand.color);
	const drawing = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
		<rect width="32" height="32" rx="8" fill="${brand}" />
		<text
			x="16"
			y="23"
			text-anchor="middle"
			font-family="sans-serif"
			font-weight="700"
			font-size="20"
			fill="${onBrand}"
		>
			${letter}
		</text>
	</svg>`;
	// Half of a surrogate pair would make encodeURIComponent throw.
	return `data:image/svg+xml,${encodeURIComponent(htmlString(drawing).replace(/\s+/g, ' ').toWellFormed())}`;
}
