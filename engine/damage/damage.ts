import type { Span } from '../errors.ts';
import type { Finding } from '../types.ts';

/** A damaged tag, or the trace of one. */
export interface Damage extends Span {
	code: string;
	severity: Finding['severity'];
	message: string;
	/** What the text there was, as near as that can be known; absent when it cannot. */
	fix?: string;
	/** The fix may not be all that was there. */
	doubtful: boolean;
}
