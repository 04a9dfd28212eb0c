import { once } from 'node:events';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';

import express from 'express';

/** What the redeem route is held against: Express and one durable write per request, and nothing else. */

const [file = '', port = ''] = process.argv.slice(2);
const rows = 10_000;

const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
db.exec('CREATE TABLE links (id INTEGER PRIMARY KEY, redeemedAt INTEGER)');
db.exec('BEGIN');
const insert = db.prepare('INSERT INTO links (id) VALUES (?)');
for (let id = 0; id < rows; id += 1) insert.run(id);
db.exec('COMMIT');
const update = db.prepare('UPDATE links SET redeemedAt = ? WHERE id = ?');

const app = express();
let next = 0;
app.post('/l', (_request, response) => {
	update.run(Date.now(), next % rows);
	next += 1;
	response.redirect(303, '/');
});
const server = createServer(app);
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
console.log('ready');
