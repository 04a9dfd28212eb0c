interface WithSubject {
	subject: { kind: 'contact' | 'admin'; id: string };
}

/** A row whose `subject` lies in two columns. */
export type FlatSubject<T extends WithSubject> = Omit<T, 'subject'> & {
	subjectKind: 'contact' | 'admin';
	subjectId: string;
};

export function flattenSubject<T extends WithSubject>(row: T): FlatSubject<T> {
	const { subject, ...rest } = row;
	return { ...rest, subjectKind: subject.kind, subjectId: subject.id };
}

export function nestSubject<T extends WithSubject>(row: FlatSubject<T>): T {
	const { subjectKind, subjectId, ...rest } = row;
	// TypeScript cannot see that Omit and the literal make T again.
	return { ...rest, subject: { kind: subjectKind, id: subjectId } } as unknown as T;
}
