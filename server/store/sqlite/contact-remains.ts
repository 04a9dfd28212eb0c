import type { Contact } from '../store.ts';
import type { Connection } from './connection.ts';

/** Everything of a contact but the contact itself; see ContactStore.delete. */
export function deleteWhatIsTheirs(sql: Connection, contact: Contact, now: number): void {
	const { id, portalId } = contact;
	sql.run(
		`DELETE FROM outbox WHERE portalId = ? AND id IN (SELECT id FROM deliveries WHERE contactId = ?)`,
		...[portalId, id],
	);
	// A delivery that waits to be sent again ends; it counts as skipped.
	sql.run(
		`UPDATE deliveries SET status = 'skipped', skipped = 'contact_deleted', error = 'null', updatedAt = ?
		WHERE contactId = ? AND status IN ('queued', 'sending')`,
		...[now, id],
	);
	sql.run(
		`UPDATE deliveries SET email = '', item = '{}', error = json_set(error, '$.detail', NULL) WHERE contactId = ?`,
		id,
	);
	sql.run(
		`DELETE FROM sessions WHERE linkId IN (SELECT id FROM magicLinks WHERE subjectId = ?)`,
		id,
	);
	sql.run('DELETE FROM magicLinks WHERE subjectId = ?', id);
	sql.run(`UPDATE events SET data = '{}' WHERE portalId = ? AND contactId = ?`, portalId, id);
}
