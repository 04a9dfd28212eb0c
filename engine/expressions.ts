import { decodeEntities } from './entities.ts';
import { findFilter, type Argument } from './filters.ts';
import type { Findings, Span } from './errors.ts';
import { limits } from './limits.ts';
import type { CallNode, ExpressionNode, HashNode, PathNode } from './handlebars-parser.js';
import type { Expression } from './nodes.ts';
import type { PathReference } from './path.ts';
import { resolve, type Place, type Scope } from './scope.ts';
import { item, known, literal, literalExpression, unnamed, type Typed } from './typed.ts';
import type { Catalogue, CompileOptions } from './types.ts';

interface Where {
	tag: Span;
	scope: Scope;
}

/** Turns Handlebars' expressions into checked ones. Undefined after a finding was reported. */
export class ExpressionChecker {
	readonly #source: string;
	readonly #catalogue: Catalogue;
	readonly #html: boolean;
	readonly #strings: readonly string[];
	readonly #findings: Findings;

	constructor(
		source: string,
		{ catalogue, context }: CompileOptions,
		strings: readonly string[],
		findings: Findings,
	) {
		this.#source = source;
		this.#catalogue = catalogue;
		this.#html = context === 'html';
		this.#strings = strings;
		this.#findings = findings;
	}

	check(node: ExpressionNode, where: Where): Typed | undefined {
		if (countFilters(node) > limits.filters) {
			const message = `A tag has at most ${limits.filters} filters.`;
			return this.#fail('too_many_filters', where, message);
		}
		return this.#check(node, where);
	}

	#check(node: ExpressionNode, where: Where): Typed | undefined {
		switch (node.type) {
			case 'PathExpression':
				return this.#path(node, where);
			case 'SubExpression':
			case 'MustacheStatement':
				return this.#call(node, where);
			case 'UndefinedLiteral':
			case 'NullLiteral':
				return this.#fail('tag_syntax', where, 'undefined and null are no values.');
			default:
				return literal(this.#argument(node));
		}
	}

	/** Where a block's path leads; namespaces too, since `#with contact` is allowed. */
	place(node: ExpressionNode, { scope }: Where): Place | undefined {
		if (node.type !== 'PathExpression') return undefined;
		const resolved = resolve(referenceOf(node), scope, this.#catalogue);
		return resolved.kind === 'place' ? resolved : undefined;
	}

	isNamespace(place: Place): boolean {
		return place.frame === 0 && this.#catalogue.isNamespace(place.absolute);
	}

	#fail(code: string, { tag }: Where, message: string, fix?: string): Typed | undefined {
		this.#findings.error(code, tag, message, fix);
		return undefined;
	}

	#call(node: CallNode, where: Where): Typed | undefined {
		const { path, params } = node;
		if (path.type !== 'PathExpression')
			return this.#fail('tag_syntax', where, 'Name a value first.');
		const [name = ''] = path.parts;
		const isName = path.parts.length === 1 && path.depth === 0 && !path.data;
		if (isName && name === 'log') return this.#fail('tag_refused', where, 'log is not supported.');
		if (isName && name === 'lookup') return this.#lookup(node, where);
		if (isName && findFilter(name) !== undefined) return this.#filter(name, node, where);
		if (params.length > 0) {
			const message = `“${path.original}” takes no arguments. A fallback stands after a |.`;
			return this.#fail('tag_syntax', where, message);
		}
		const value = this.#path(path, where);
		return value === undefined ? undefined : this.#withHash(value, node.hash, where);
	}

	/** `<< contact.magic_link to="/courses" >>`. */
	#withHash(value: Typed, hash: HashNode | undefined, where: Where): Typed | undefined {
		if (hash === undefined || hash.pairs.length === 0) return value;
		const [pair, more] = hash.pairs;
		if (pair?.key !== 'to' || more !== undefined) {
			return this.#fail('tag_syntax', where, 'The only named argument is to="/section".');
		}
		const section = this.#argument(pair.value);
		return this.#apply('to', value, section === undefined ? [] : [section], where);
	}

	/** `lookup contact "first_name"` is a path; a name that is only known when rendering is refused. */
	#lookup({ params }: CallNode, where: Where): Typed | undefined {
		const [from, key, more] = params;
		const name = key === undefined ? undefined : this.#argument(key);
		if (from?.type !== 'PathExpression' || name === undefined || more !== undefined) {
			const message =
				'lookup takes a path and a name in quotes: which value is read must be known.';
			return this.#fail('tag_refused', where, message);
		}
		const parts = [...from.parts, String(name)];
		return this.#path({ ...from, parts, original: `${from.original}.${name}` }, where);
	}

	#filter(name: string, { params, hash }: CallNode, where: Where): Typed | undefined {
		const [inputNode, ...argNodes] = params;
		const usage = findFilter(name)?.usage ?? name;
		if (inputNode === undefined || (hash !== undefined && hash.pairs.length > 0)) {
			const message = `${name} is a filter: it follows a value, such as << contact.first_name ${usage} >>.`;
			return this.#fail('filter_misuse', where, message);
		}
		const input = this.#check(inputNode, where);
		if (input === undefined) return undefined;
		const [fallbackNode] = argNodes;
		if (name === 'default' && fallbackNode?.type === 'PathExpression' && argNodes.length === 1) {
			const fallback = this.#check(fallbackNode, where);
			return fallback === undefined ? undefined : this.#withFallback(input, fallback, where);
		}
		const args = argNodes.map((node) => this.#argument(node));
		if (!args.every((arg) => arg !== undefined)) {
			const message = `The filter ${name} takes texts in quotes and numbers. Write ${usage}.`;
			return this.#fail('filter_misuse', where, message);
		}
		return this.#apply(name, input, args, where);
	}

	#apply(name: string, input: Typed, args: Argument[], where: Where): Typed | undefined {
		const filter = findFilter(name);
		const problem = filter?.problem(args);
		if (filter === undefined || problem !== undefined) {
			const message = `The filter ${name} cannot be used like this. ${problem} Write ${filter?.usage}.`;
			return this.#fail('filter_misuse', where, message);
		}
		const [first] = args;
		if (name === 'to') return this.#toSection(input, String(first), where);
		if (name === 'default') return this.#withFallback(input, literal(first), where);
		if (input.secret) return this.#fail('secret_filtered', where, secretMessage(input.path));
		if (input.type !== 'any' && filter.takes && !filter.takes.includes(input.type)) {
			const message = `The filter ${name} is not for a value of type ${input.type}.`;
			return this.#fail('filter_misuse', where, message);
		}
		const expression: Expression = {
			kind: 'call',
			filter: name,
			input: input.expression,
			args: args.map(literalExpression),
		};
		return { ...input, expression, type: 'text', place: undefined };
	}

	#toSection(input: Typed, section: string, where: Where): Typed | undefined {
		if (input.expression.kind !== 'minted') {
			const message =
				'The filter to is for links that are made for each recipient, such as contact.magic_link.';
			return this.#fail('filter_misuse', where, message);
		}
		return { ...input, expression: { ...input.expression, section } };
	}

	#withFallback(input: Typed, fallback: Typed, where: Where): Typed | undefined {
		if (input.secret || fallback.secret) {
			return this.#fail('secret_filtered', where, secretMessage(input.path));
		}
		this.#warnOfPath(fallback, where);
		const expression: Expression = {
			kind: 'call',
			filter: 'default',
			input: input.expression,
			args: [this.#fallbackText(input, fallback.expression)],
		};
		// What is not typed html itself must not become html by standing in for it.
		const safe = fallback.expression.kind === 'literal' || fallback.type === input.type;
		const type = input.type === 'html' && !safe ? 'text' : input.type;
		const hasFallback = fallback.expression.kind === 'literal' || fallback.hasFallback;
		return { ...input, expression, type, hasFallback, place: undefined };
	}

	/** A fallback in HTML source means what HTML says: `M&uuml;ller`. In place of a value that is HTML it is HTML. */
	#fallbackText({ type }: Typed, fallback: Expression): Expression {
		const isText = fallback.kind === 'literal' && typeof fallback.value === 'string';
		if (!isText || !this.#html || type === 'html') return fallback;
		return { kind: 'literal', value: decodeEntities(String(fallback.value)) };
	}

	#warnOfPath({ expression }: Typed, { tag }: Where): void {
		const text = expression.kind === 'literal' ? String(expression.value) : '';
		if (this.#catalogue.find(text.split('.')) === undefined) return;
		const message = `“${text}” is printed as it stands. For its value write << default a.value ${text} >>.`;
		this.#findings.warn('fallback_like_value', tag, message);
	}

	#warnOfOldPath(now: string, { original }: PathNode, span: Span): void {
		const isWhole = span.end - span.start === original.length;
		const message = `“${original}” still works, but is written ${now} now.`;
		this.#findings.warn('deprecated_value', span, message, isWhole ? now : undefined);
	}

	/** A literal's value; strings stand in a table. */
	#argument(node: ExpressionNode): Argument | undefined {
		if (node.type === 'StringLiteral') return this.#strings[Number(node.value)];
		return node.type === 'NumberLiteral' || node.type === 'BooleanLiteral' ? node.value : undefined;
	}

	#path(node: PathNode, where: Where): Typed | undefined {
		const span = this.#spanOf(node, where.tag);
		const at = { ...where, tag: span };
		const resolved = resolve(referenceOf(node), where.scope, this.#catalogue);
		if (resolved.kind === 'loop') {
			return {
				...unnamed,
				expression: { kind: 'loop', frame: resolved.frame, name: resolved.name },
				path: '',
				type: 'any',
			};
		}
		if (resolved.kind === 'nowhere') {
			const message =
				resolved.code === 'too_far_up'
					? `“${node.original}” leads out of the text: there are fewer blocks around it.`
					: `“${node.original}” is not known. In a loop there are @index, @key, @first and @last.`;
			return this.#fail(resolved.code, at, message);
		}
		const path = resolved.absolute.join('.');
		if (resolved.frame > 0) return item(resolved, path);
		const value = this.#catalogue.find(resolved.absolute);
		if (value?.replacedBy !== undefined) this.#warnOfOldPath(value.replacedBy, node, span);
		if (value !== undefined) return known(resolved, value, path);
		if (resolved.absolute.length === 0 || this.#catalogue.isNamespace(resolved.absolute)) {
			const message = `“${node.original}” is a group of values. Name one of them.`;
			return this.#fail('namespace', at, message);
		}
		const suggestion = this.#catalogue.suggest(resolved.absolute);
		const message = `There is no value “${path}”.${suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}`;
		return this.#fail('unknown_value', at, message, span === where.tag ? undefined : suggestion);
	}

	/** Where a path stands in the source, when it is written there as Handlebars saw it; else the tag. */
	#spanOf({ original }: PathNode, tag: Span): Span {
		const at = this.#source.slice(tag.start, tag.end).indexOf(original);
		return at === -1 ? tag : { start: tag.start + at, end: tag.start + at + original.length };
	}
}

/** Pipes have become calls inside one another by now, as nested filters are. */
function countFilters(node: ExpressionNode): number {
	if (node.type !== 'SubExpression' && node.type !== 'MustacheStatement') return 0;
	const isFilter = node.path.type === 'PathExpression' && findFilter(node.path.original);
	return node.params.reduce((sum, param) => sum + countFilters(param), isFilter ? 1 : 0);
}

function secretMessage(path: string): string {
	return `“${path}” signs its reader in: it takes no fallback and no filter but to.`;
}

function referenceOf({ original, data, depth, parts }: PathNode): PathReference {
	return { data, depth, parts, scoped: /^(?:this(?![^./])|\.(?!\.))/.test(original) };
}
