import { StatementSync } from 'node:sqlite';

import { MongoClient, type CommandStartedEvent } from 'mongodb';

/** What the drivers of both databases are told, as `verb table`; of Agenda's jobs, which come by the clock, nothing. */
export interface Statements {
	/** Those since the last look, and how often each. */
	look(): Record<string, number>;
	stop(): void;
}

type Note = (verb: string, table: string) => void;

/** Sees every statement that node:sqlite runs, and every command of MongoDB clients that connect from now on, in this process. */
export function watchStatements(): Statements {
	let seen: Record<string, number> = {};
	const note: Note = (verb, table) => {
		if (table === 'jobs') return;
		const what = `${verb} ${table}`.trim();
		seen[what] = (seen[what] ?? 0) + 1;
	};
	const restore = [...watchSqlite(note), watchMongo(note)];
	return {
		look() {
			const since = seen;
			seen = {};
			return since;
		},
		stop() {
			for (const undo of restore) undo();
		},
	};
}

function watchSqlite(note: Note): (() => void)[] {
	return (['get', 'all', 'run', 'iterate'] as const).map((method) => {
		const real = StatementSync.prototype[method];
		const watched = new Proxy(real, {
			apply(target, statement: StatementSync, values) {
				const sql = statement.sourceSQL.trim();
				const table = /\b(?:FROM|INTO|UPDATE)\s+(\w+)/i.exec(sql)?.[1];
				note((sql.split(/\s/)[0] ?? '').toLowerCase(), table ?? '');
				return Reflect.apply(target, statement, values) as unknown;
			},
		});
		Object.assign(StatementSync.prototype, { [method]: watched });
		return () => {
			Object.assign(StatementSync.prototype, { [method]: real });
		};
	});
}

/** Commands that name no collection are the driver's own, such as its looks whether the server is there. */
function watchMongo(note: Note): () => void {
	const real = MongoClient.prototype.connect;
	const listen = ({ commandName, command }: CommandStartedEvent) => {
		const table: unknown = command[commandName];
		if (typeof table === 'string') note(commandName, table);
	};
	MongoClient.prototype.connect = function (this: MongoClient) {
		Object.assign(this, { monitorCommands: true });
		this.on('commandStarted', listen);
		return Reflect.apply(real, this, []);
	};
	return () => {
		MongoClient.prototype.connect = real;
	};
}
