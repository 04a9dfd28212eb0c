import { NodeApiError, NodeOperationError, type INode, type JsonObject } from 'n8n-workflow';

/** One complaint about an e-mail text, as the server answers it. */
export interface TemplateFinding {
	/** Index into the request's `contents`. */
	content?: number;
	part?: string;
	line?: number;
	column?: number;
	message?: string;
}

/** What went wrong with a request or with one item of it. Texts may come from the server: they are not trusted. */
export interface Problem {
	/** A code of the server's error table, or one of the node's own: `unreachable`, `not_client_portal`, `cancelled`. */
	code: string;
	/** What happened. */
	message: string;
	/** What to do about it. */
	description: string;
	/** HTTP status; null when the request got no answer, or for one item of a batch. */
	status: number | null;
	findings?: TemplateFinding[];
}

/** n8n shows the texts of errors as HTML, between tags. Quotes stay, since it shows some of these texts as they are, too. */
export function escapeHtml(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The error that n8n shows for a problem of one item. Never wraps the original error, whose request holds the API key. */
export function toNodeError(
	node: INode,
	problem: Problem,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	const options = {
		message: escapeHtml(problem.message),
		description: escapeHtml(problem.description),
		...(itemIndex === undefined ? {} : { itemIndex }),
	};
	if (problem.status === null) return new NodeOperationError(node, options.message, options);
	const response: JsonObject = { code: problem.code };
	return new NodeApiError(node, response, { ...options, httpCode: String(problem.status) });
}
