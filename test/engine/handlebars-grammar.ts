import fc from 'fast-check';

/** A template in our spelling and in that of Handlebars. */
export interface Pair {
	ours: string;
	theirs: string;
}

/** What names mean somewhere in a template. */
interface Scope {
	/** Inside a loop. */
	looped: boolean;
	values: readonly string[];
	lists: readonly string[];
	/** What `#with` may lead to, and what names mean there. */
	groups: readonly (readonly [path: string, inside: (looped: boolean) => Scope])[];
}

const inContact = (looped: boolean): Scope => ({
	looped,
	values: ['first_name', './last_name', 'this.company', 'visits', '../item.title', '@root.item.n'],
	lists: [],
	groups: [],
});

const inOne = (looped: boolean): Scope => ({
	looped,
	values: ['name', './name', 'this.name', '../item.title', '@root.portal.name'],
	lists: ['tags', 'this.tags'],
	groups: [],
});

const inTags = (looped: boolean): Scope => ({
	looped: true,
	values: [
		...['this', '.', '../name', '@index', '@last', '@root.portal.name', '../../item.n'],
		...(looped ? ['@../index', '@../last'] : []),
	],
	lists: [],
	groups: [],
});

const inRows = (parameters: readonly string[]): Scope => ({
	looped: true,
	values: [
		...['name', 'this.name', './name', 'this', '../item.title', '@root.contact.first_name'],
		...['@index', '@first', '@last', '@key', ...parameters],
	],
	lists: ['this.tags', 'tags'],
	groups: [
		['this.one', inOne],
		['@root.contact', inContact],
	],
});

export const root: Scope = {
	looped: false,
	values: [
		...[
			'contact.first_name',
			'contact/last_name',
			'contact.[company]',
			'contact.visits',
			'contact.vip',
		],
		...['portal.name', 'item.title', 'item.n', './portal.url', 'this.item.n', '@root.item.title'],
	],
	lists: ['item.rows', 'item.empty', 'item.map', 'item.title', 'item.absent'],
	groups: [
		['contact', inContact],
		['item.one', inOne],
	],
};

/** White space means nothing in our tags, wherever it stands. */
const space = fc.constantFrom('', ' ', '  ', '\n', '\t ');

/** A tag: sigil and body, white space as it comes, and control of that around it. */
function tag(sigil: string, ours: string, theirs = ours): fc.Arbitrary<Pair> {
	const strip = fc.constantFrom('', '', '', '~');
	return fc
		.tuple(space, space, space, strip, strip)
		.map(([before, between, after, left, right]) => ({
			ours: `<<${left}${before}${sigil}${between}${ours}${after}${right}>>`,
			theirs: `{{${left}${sigil}${theirs}${right}}}`,
		}));
}

const text = fc
	.stringMatching(/^[ a-zA-ZäÖ€.,;:!?<>"'=()\n\t/\\-]{0,12}$/)
	// Openers, and backslashes before them, mean something in one of the two.
	.filter((value) => !/<<|<>|<$|^<|\\$|^>/.test(value))
	.map((value): Pair => ({ ours: value, theirs: value }));

const printed = (path: string): fc.Arbitrary<Pair> =>
	fc.oneof(
		tag('', path),
		tag('', `${path} | a friend`, `default ${path} "a friend"`),
		tag('', `${path}|upper`, `upper ${path}`),
		tag('', `${path} | default "x|y" | upper`, `upper (default ${path} "x|y")`),
		tag('', `${path} | upper | a friend`, `default (upper ${path}) "a friend"`),
		tag('', `default ${path} "x y" | upper`, `upper (default ${path} "x y")`),
		tag('', `upper (default ${path} 'x')`),
		tag('!', ' a note '),
		tag('!--', ' a }} note --'),
	);

const joined = (pairs: readonly Pair[]): Pair => ({
	ours: pairs.map(({ ours }) => ours).join(''),
	theirs: pairs.map(({ theirs }) => theirs).join(''),
});

const sequence = (...parts: fc.Arbitrary<Pair>[]) => fc.tuple(...parts).map(joined);

/** The end of a block: `else` and what follows it, or nothing, and the tag that closes it. */
function end(scope: Scope, depth: number, close: fc.Arbitrary<Pair>): fc.Arbitrary<Pair> {
	const more = fc.oneof(tag('', 'else'), tag('^', ''));
	return fc.oneof(close, sequence(more, template(scope, depth), close));
}

/** The same for a condition, which may be followed by others. */
function conditionEnd(scope: Scope, depth: number): fc.Arbitrary<Pair> {
	const names = fc.tuple(fc.constantFrom('if', 'unless'), fc.constantFrom(...scope.values));
	// A `~` there would take white space from a branch before, too, in Handlebars.
	const close = fc.constant<Pair>({ ours: '<< /if >>', theirs: '{{/if}}' });
	const chained = names.chain(([name, path]) =>
		sequence(tag('', `else ${name} ${path}`), template(scope, depth), end(scope, depth, close)),
	);
	return fc.oneof(end(scope, depth, tag('/', 'if')), chained);
}

function condition(scope: Scope, depth: number): fc.Arbitrary<Pair> {
	const parts = fc.tuple(
		fc.constantFrom('if', 'unless', '^if'),
		fc.constantFrom(...scope.values, ...scope.lists),
		fc.constantFrom('', '', ' includeZero=true'),
	);
	return parts.chain(([name, path, zero]) => {
		const body = template(scope, depth);
		if (name === 'if')
			return sequence(tag('#', `if ${path}${zero}`), body, conditionEnd(scope, depth));
		if (name === '^if') return sequence(tag('^', `if ${path}${zero}`), body, tag('/', 'if'));
		const close = tag('/', 'unless');
		return sequence(tag('#', `unless ${path}${zero}`), body, end(scope, depth, close));
	});
}

function loop(scope: Scope, depth: number): fc.Arbitrary<Pair> {
	const parts = fc.tuple(fc.constantFrom(...scope.lists), fc.boolean());
	return parts.chain(([path, withNames]) => {
		const inside =
			scope === root ? inRows(withNames ? ['row.name', 'i'] : []) : inTags(scope.looped);
		const open = tag('#', withNames ? `each ${path} as |row i|` : `each ${path}`);
		return sequence(open, template(inside, depth), end(scope, depth, tag('/', 'each')));
	});
}

function group(scope: Scope, depth: number): fc.Arbitrary<Pair> {
	return fc.constantFrom(...scope.groups).chain(([path, inside]) => {
		const body = template(inside(scope.looped), depth);
		return sequence(tag('#', `with ${path}`), body, end(scope, depth, tag('/', 'with')));
	});
}

/** A template of the grammar that both have, with blocks inside blocks to this depth. */
export function template(scope: Scope, depth: number): fc.Arbitrary<Pair> {
	const flat = fc.oneof(text, fc.constantFrom(...scope.values).chain(printed));
	if (depth === 0) return fc.array(flat, { maxLength: 3 }).map(joined);
	const blocks = [condition(scope, depth - 1)];
	if (scope.lists.length > 0) blocks.push(loop(scope, depth - 1));
	if (scope.groups.length > 0) blocks.push(group(scope, depth - 1));
	return fc.array(fc.oneof(flat, ...blocks), { maxLength: 4 }).map(joined);
}
