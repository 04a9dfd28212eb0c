/** Finite by default: no text and no values can make compile or render run away. */
export const limits = {
	/** UTF-16 code units of a source text. */
	sourceCharacters: 262_144,
	/** Code units between `<<` and `>>`. */
	tagCharacters: 2_000,
	tags: 2_000,
	/** Blocks inside blocks. */
	depth: 32,
	/** `else if` of the blocks around one place; the syntax tree nests them. */
	chain: 100,
	/** Pipes and nested filters in one tag. */
	filters: 16,
	/** Conditions above one use that are told. */
	guards: 32,
	/** Sets of conditions under which one link is minted; with more it is minted for everybody. */
	alternatives: 64,
	/** Findings of one severity; a text with more is no e-mail. */
	findings: 500,
	/** Turns of one loop. */
	loopItems: 500,
	/** Nodes run in one render. */
	steps: 50_000,
	/** UTF-16 code units of a rendered text. */
	outputCharacters: 1_048_576,
} as const;
