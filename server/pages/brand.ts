/** What a page needs to know of its portal; a stored portal fits. */
export interface PagePortal {
	name: string;
	supportEmail: string | null;
	brand: { logoUrl: string | null; color: string };
}

type Rgb = readonly [number, number, number];

const defaultColor = '#4f46e5';
const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
/** The surfaces that `styleSheet` paints cards with. */
const surfaces: Record<'light' | 'dark', Rgb> = { light: white, dark: [23, 25, 31] };

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for the edge of a control. */
const textContrast = 4.5;
const edgeContrast = 3;

/** The portal's colour as `#rrggbb` (anything else than a hexadecimal colour gives the default one), and black or white on it. */
export function brandColors(color = defaultColor): { brand: string; onBrand: string } {
	const brand = parseHex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(color) ? color : defaultColor);
	// Of the two, at least one always reaches 4.5.
	const onBrand = contrast(brand, white) >= textContrast ? white : black;
	return { brand: toHex(brand), onBrand: toHex(onBrand) };
}

/**
 * The part of the style sheet that differs between portals: the colour itself, black or white on it (whichever can be read),
 * and shades of it that can be read on a card in light and in dark mode.
 */
export function brandStyle(color: string | undefined): string {
	const { brand, onBrand } = brandColors(color);
	const shades = (surface: Rgb): string =>
		`--brand-text:${toHex(shadeOn(surface, parseHex(brand), textContrast))};` +
		`--brand-edge:${toHex(shadeOn(surface, parseHex(brand), edgeContrast))}`;
	return (
		`:root{--brand:${brand};--on-brand:${onBrand};${shades(surfaces.light)}}` +
		`@media(prefers-color-scheme:dark){:root{${shades(surfaces.dark)}}}`
	);
}

/** The address as a normal web address, or null when it is none (`javascript:` and the like). */
export function webUrl(address: string | null): URL | null {
	if (address === null || !URL.canParse(address)) return null;
	const url = new URL(address);
	return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
}

/** Moves a colour towards black or white until it can be told from the surface. */
function shadeOn(surface: Rgb, color: Rgb, ratio: number): Rgb {
	const end = contrast(surface, white) > contrast(surface, black) ? white : black;
	for (let step = 0; step < 20; step++) {
		const shade = mix(color, end, step / 20);
		if (contrast(shade, surface) >= ratio) return shade;
	}
	return end;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
	const channel = (a: number, b: number): number => Math.round(a + (b - a) * share);
	return [channel(from[0], to[0]), channel(from[1], to[1]), channel(from[2], to[2])];
}

/** Contrast ratio as WCAG 2.2 defines it: 1 to 21. */
function contrast(a: Rgb, b: Rgb): number {
	const [first, second] = [luminance(a), luminance(b)];
	return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

function luminance(color: Rgb): number {
	const linear = (channel: number): number => {
		const share = channel / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	};
	return 0.2126 * linear(color[0]) + 0.7152 * linear(color[1]) + 0.0722 * linear(color[2]);
}

function parseHex(color: string): Rgb {
	const digits = color.length === 4 ? color.replace(/[^#]/g, '$&$&') : color;
	const channel = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16);
	return [channel(1), channel(3), channel(5)];
}

function toHex(color: Rgb): string {
	return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
