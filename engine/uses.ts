import type { Findings } from './errors.ts';
import type { HtmlState } from './html-state.ts';
import type { Expression } from './nodes.ts';
import type { Catalogue, Guard, Need, UseContext } from './types.ts';

/** Where a value is used: the offset of its tag, what is above it, and the HTML around it. */
export interface PlaceOfUse {
	start: number;
	guards: readonly Guard[];
	html: HtmlState;
}

/** The values of the catalogue that a text uses. */
export class Uses {
	readonly all: Need[] = [];
	readonly #catalogue: Catalogue;
	readonly #findings: Findings;

	constructor(catalogue: Catalogue, findings: Findings) {
		this.#catalogue = catalogue;
		this.#findings = findings;
	}

	/** Records which values an expression reads. */
	add(expression: Expression, context: UseContext, at: PlaceOfUse): void {
		if (expression.kind === 'call') {
			for (const part of [expression.input, ...expression.args]) this.add(part, context, at);
			return;
		}
		const path = usedPath(expression);
		const value = path === undefined ? undefined : this.#catalogue.find(path);
		if (path === undefined || value === undefined) return;
		const { element, nameEnds } = at.html;
		const anchors = value.secret === true && context === 'url' && element === 'a' ? nameEnds : [];
		this.all.push({
			path: path.join('.'),
			...(expression.kind === 'minted' ? { section: expression.section } : {}),
			...(anchors.length === 0
				? {}
				: { anchors: anchors.map((offset) => this.#findings.positionOf(offset)) }),
			type: value.type,
			cost: value.cost,
			secret: value.secret === true,
			context,
			...this.#findings.positionOf(at.start),
			guards: [...at.guards],
		});
	}
}

function usedPath(expression: Expression): readonly string[] | undefined {
	if (expression.kind === 'minted') return expression.path;
	if (expression.kind === 'now') return ['right_now', expression.part];
	return expression.kind === 'path' && expression.frame === 0 ? expression.path : undefined;
}
