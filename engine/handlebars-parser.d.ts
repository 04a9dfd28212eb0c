/** The parts of Handlebars' syntax tree that the engine reads. Lines are 1-based. */
export interface Located {
	loc: { start: { line: number; column: number } };
}

export interface PathNode {
	type: 'PathExpression';
	original: string;
	data: boolean;
	depth: number;
	parts: string[];
}

export interface LiteralNode {
	type: 'StringLiteral' | 'NumberLiteral' | 'BooleanLiteral';
	value: string | number | boolean;
}

export interface EmptyNode {
	type: 'UndefinedLiteral' | 'NullLiteral';
}

export interface HashNode {
	pairs: { key: string; value: ExpressionNode }[];
}

export interface CallNode {
	type: 'SubExpression' | 'MustacheStatement';
	path: ExpressionNode;
	params: ExpressionNode[];
	hash?: HashNode;
}

export type ExpressionNode = PathNode | LiteralNode | EmptyNode | CallNode;

export interface BlockNode extends Located {
	type: 'BlockStatement';
	path: PathNode;
	params: ExpressionNode[];
	hash?: HashNode;
	program?: ProgramNode;
	inverse?: ProgramNode;
}

export interface ContentNode extends Located {
	type: 'ContentStatement';
	value: string;
}

export interface ProgramNode {
	body: ((CallNode & Located) | BlockNode | ContentNode)[];
	blockParams?: string[];
}

/** Throws an Error whose message names the line (`Parse error on line 3: …` or `… - 3:7`). */
export function parseWithoutProcessing(input: string): ProgramNode;
