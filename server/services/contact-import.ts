import { Readable } from 'node:stream';

import { parse, type CsvError, type Info } from 'csv-parse';

import { PortalError, type ErrorCode } from '../errors.ts';
import type { ContactFields, Portal } from '../store/store.ts';
import type { ContactInput, Contacts } from './contacts.ts';
import { linkInText, type LinkTexts } from './link-texts.ts';

export interface RejectedRow {
	/** 1-based line in the file where the row begins. */
	line: number;
	code: ErrorCode;
	reason: string;
}

/** A row as an object; `check` holds it against the same rules as JSON. */
export type CsvContact = { email: string; fields: Record<string, string> } & {
	[Member in keyof ContactFields]?: string;
};

export interface ImportResult {
	created: number;
	updated: number;
	rejected: RejectedRow[];
}

const chunkSize = 1000;
/** How much is parsed at a time. */
const pieceBytes = 64 * 1024;
const maximumRecordLength = 100_000;

/** Column titles, folded to letters and digits, that mean a member of the contact; any other column becomes a field. */
const columns = new Map<string, keyof ContactFields | 'email'>([
	['email', 'email'],
	['emailaddress', 'email'],
	['firstname', 'firstName'],
	['lastname', 'lastName'],
	['phone', 'phone'],
	['phonenumber', 'phone'],
	['company', 'company'],
	['companyname', 'company'],
	['locale', 'locale'],
	['language', 'locale'],
	['timezone', 'timeZone'],
]);

/** Creates or updates a contact for each row of a CSV text with a header row; rows that cannot be read are named, the others go in. */
export async function importContacts(
	{ contacts, linkTexts }: { contacts: Contacts; linkTexts: LinkTexts },
	portal: Portal,
	csv: string,
	actor: string,
	check: (contact: CsvContact) => ContactInput,
): Promise<ImportResult> {
	refuseOtherFiles(csv);
	const result: ImportResult = { created: 0, updated: 0, rejected: [] };
	for await (const rows of readChunks(csv, result.rejected)) {
		const inputs: ContactInput[] = [];
		const links = await linkTexts.among(rows.map(({ record }) => record));
		for (const [index, { line, record }] of rows.entries()) {
			const pointer = links[index] ?? null;
			if (pointer !== null) {
				const { code, detail = '' } = linkInText(pointer);
				result.rejected.push({ line, code, reason: detail.slice(1) });
				continue;
			}
			try {
				inputs.push(check(toContact(record)));
			} catch (error) {
				if (!(error instanceof PortalError)) throw error;
				result.rejected.push({ line, code: error.code, reason: reasonOf(error) });
			}
		}
		const written = await contacts.upsertMany(portal, inputs, actor);
		const created = written.filter((contact) => contact.created).length;
		result.created += created;
		result.updated += written.length - created;
	}
	result.rejected.sort((one, other) => one.line - other.line);
	return result;
}

function reasonOf({ detail, violations, message }: PortalError): string {
	return (
		violations?.map((v) => `${v.pointer.slice(1)}: ${v.detail}`).join(' ') ?? detail ?? message
	);
}

interface Row {
	line: number;
	record: Record<string, string>;
}

/** The rows in chunks; between them the process answers other requests, however large the file is. */
async function* readChunks(csv: string, rejected: RejectedRow[]): AsyncGenerator<Row[]> {
	const skip = (error: CsvError | undefined, raw: string | undefined): undefined => {
		if (error === undefined) return;
		const line = firstLine(Number(error['lines']), raw ?? '');
		rejected.push({ line, code: 'csv_unreadable', reason: csvReason(error) });
	};
	const parser = Readable.from(pieces(csv.replaceAll(/\r\n?/g, '\n'))).pipe(
		parse({
			bom: true,
			columns: checkHeader,
			delimiter: [',', ';', '\t'],
			info: true,
			max_record_size: maximumRecordLength,
			on_skip: skip,
			raw: true,
			skip_empty_lines: true,
			skip_records_with_error: true,
			trim: true,
		}),
	);
	let rows: Row[] = [];
	try {
		// With `info` and `raw` each row comes with them; the package's types do not follow these options.
		for await (const { record, raw, info } of parser as AsyncIterable<ParsedRow>) {
			rows.push({ line: firstLine(info.lines, raw), record });
			if (rows.length < chunkSize) continue;
			yield rows;
			rows = [];
		}
	} catch (error) {
		if (error instanceof PortalError) throw error;
		const detail = error instanceof Error ? csvReason(error) : 'The header row could not be read.';
		throw new PortalError('csv_unreadable', { detail });
	}
	if (rows.length > 0) yield rows;
}

interface ParsedRow {
	record: Record<string, string>;
	raw: string;
	info: Info;
}

/** Bytes, since the parser puts characters together that a piece cuts in two. */
function* pieces(text: string): Generator<Buffer> {
	const bytes = Buffer.from(text);
	for (let from = 0; from < bytes.length; from += pieceBytes) {
		yield bytes.subarray(from, from + pieceBytes);
	}
}

/** What is no CSV text in UTF-8 would go in with broken names. */
function refuseOtherFiles(csv: string): void {
	const refuse = (detail: string) => new PortalError('csv_unreadable', { detail });
	if (csv.trim() === '') throw refuse('The file is empty.');
	if (csv.includes('\0')) {
		throw refuse('This is not CSV in UTF-8 (an Excel workbook?). In Excel: Save as, CSV UTF-8.');
	}
	if (csv.includes('\ufffd')) {
		throw refuse(
			'The file is not in UTF-8, so that names would be broken. In Excel: Save as, CSV UTF-8.',
		);
	}
}

/** The parser's errors in words for people; its codes are in its documentation. */
const csvReasons: Record<string, string> = {
	CSV_QUOTE_NOT_CLOSED:
		'A quotation mark is opened here and never closed; every row after it was swallowed.',
	CSV_RECORD_INCONSISTENT_COLUMNS:
		'This row has more or fewer cells than the first line names columns.',
	CSV_INVALID_CLOSING_QUOTE:
		'There is text right after a closing quotation mark. Inside a quoted cell write a quotation mark twice.',
	INVALID_OPENING_QUOTE:
		'A quotation mark stands in the middle of a cell. Put the whole cell in quotation marks, and write those inside it twice.',
	CSV_MAX_RECORD_SIZE: `This row is longer than ${String(maximumRecordLength)} characters.`,
};

function csvReason(error: Error): string {
	return ('code' in error ? csvReasons[String(error.code)] : undefined) ?? error.message;
}

/** The parser tells the line where a row ends; a quoted value can hold line breaks. */
function firstLine(lastLine: number, raw: string): number {
	return lastLine - (raw.trimEnd().match(/\n/g)?.length ?? 0);
}

function checkHeader(header: string[]): string[] {
	if (!header.some((title) => columns.get(fold(title)) === 'email')) {
		throw new PortalError('csv_unreadable', {
			detail: 'The first line must name the columns, and one of them must be "email".',
		});
	}
	return header;
}

/** The row as a contact in JSON would be written; empty cells say nothing. */
function toContact(record: Record<string, string>): CsvContact {
	const contact: CsvContact = { email: '', fields: {} };
	for (const [title, value] of Object.entries(record)) {
		const member = columns.get(fold(title));
		if (value === '') continue;
		if (member !== undefined) contact[member] = value;
		else if (fieldName(title) !== '') contact.fields[fieldName(title)] = value;
	}
	return contact;
}

function fold(title: string): string {
	return title.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** `Customer no.` → `customer_no`: a name that a tag can spell. */
function fieldName(title: string): string {
	return title
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^_+|_+$/g, '')
		.replace(/^(?=\d)/, 'field_');
}
