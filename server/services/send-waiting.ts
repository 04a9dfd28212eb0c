import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';

/** How often those who wait look whether another process finished their send. */
const lookEveryMs = 500;

/** Where requests wait for the end of a send. */
export interface WaitingRoom {
	/** Resolves when the send is finished, at `deadline`, or when the room closes. */
	untilFinished(portalId: string, sendId: string, deadline: number): Promise<void>;
	/** Tells those who wait that this process finished the send. */
	finished(sendId: string): void;
	close(): void;
}

export function createWaitingRoom({ store, clock }: { store: Store; clock: Clock }): WaitingRoom {
	const calls = new Map<string, Set<() => void>>();
	let closed = false;

	/** A promise for the next call of this send, or a while later; taken before looking, so that no call is missed. */
	const listen = (sendId: string) => {
		const { promise, resolve } = Promise.withResolvers<null>();
		const call = () => {
			resolve(null);
		};
		const waiting = calls.get(sendId) ?? new Set();
		calls.set(sendId, waiting.add(call));
		let timer: NodeJS.Timeout | undefined;
		return {
			called(leftMs: number) {
				timer = setTimeout(call, Math.min(leftMs, lookEveryMs));
				return promise;
			},
			leave() {
				clearTimeout(timer);
				waiting.delete(call);
				if (waiting.size === 0) calls.delete(sendId);
			},
		};
	};

	const wake = (sendId: string) => {
		for (const call of calls.get(sendId) ?? []) call();
	};

	return {
		async untilFinished(portalId, sendId, deadline) {
			for (;;) {
				const ear = listen(sendId);
				try {
					const send = await store.sends.get(portalId, sendId);
					const leftMs = deadline - clock.now();
					if (closed || send === null || send.status === 'finished' || leftMs <= 0) return;
					await ear.called(leftMs);
				} finally {
					ear.leave();
				}
			}
		},
		finished: wake,
		close() {
			closed = true;
			for (const sendId of calls.keys()) wake(sendId);
		},
	};
}
