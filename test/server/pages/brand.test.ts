import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { brandColors, brandStyle, webUrl } from '../../../server/pages/brand.ts';

const hexColor = fc.stringMatching(/^#[0-9a-f]{6}$/);

describe('brandColors', () => {
	it.each([
		['#000000', '#ffffff'],
		['#ffffff', '#000000'],
		['#2563eb', '#ffffff'],
		['#ffe14d', '#000000'],
		['#f97316', '#000000'],
		['#0f766e', '#ffffff'],
	])('writes on %s in %s', (color, onBrand) => {
		expect(brandColors(color)).toEqual({ brand: color, onBrand });
	});

	it('takes short and upper-case colours', () => {
		expect(brandColors('#FD0').brand).toBe('#ffdd00');
	});

	it.each(['red', '#12', '#12345g', '', 'rgb(0,0,0)', '#fff;}', '#123456\n'])(
		'takes the default in place of %j',
		(color) => {
			expect(brandColors(color)).toEqual(brandColors());
		},
	);
});

describe('brandStyle', () => {
	it('can be read whatever the colour: 4.5 for text, 3 for edges, in light and in dark mode', () => {
		fc.assert(
			fc.property(hexColor, (color) => {
				const { brand, onBrand } = brandColors(color);
				expect(ratio(brand, onBrand)).toBeGreaterThanOrEqual(4.5);
				const style = brandStyle(color);
				const [light, dark] = style.split('@media(prefers-color-scheme:dark)');
				for (const [part, surface] of [
					[light, '#ffffff'],
					[dark, '#17191f'],
				]) {
					expect(ratio(value(part!, '--brand-text'), surface!)).toBeGreaterThanOrEqual(4.5);
					expect(ratio(value(part!, '--brand-edge'), surface!)).toBeGreaterThanOrEqual(3);
				}
			}),
		);
	});
});

describe('webUrl', () => {
	it.each(['javascript:alert(1)', 'data:,x', 'ftp://x.example', '//x.example', '/path', '', null])(
		'is null for %j',
		(address) => {
			expect(webUrl(address)).toBeNull();
		},
	);

	it('is the address for http and https', () => {
		expect(webUrl('https://x.example/a b')?.href).toBe('https://x.example/a%20b');
		expect(webUrl('http://localhost:3000')?.href).toBe('http://localhost:3000/');
	});
});

function value(style: string, name: string): string {
	return new RegExp(`${name}:(#[0-9a-f]{6})`).exec(style)![1]!;
}

/** WCAG 2.2 contrast ratio, written down a second time. */
function ratio(a: string, b: string): number {
	const luminance = (color: string): number =>
		[0.2126, 0.7152, 0.0722].reduce((sum, weight, index) => {
			const share = Number.parseInt(color.slice(1 + index * 2, 3 + index * 2), 16) / 255;
			return sum + weight * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
		}, 0);
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
	return (high + 0.05) / (low + 0.05);
}
