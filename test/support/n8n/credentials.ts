import { createRequire } from 'node:module';

import type * as N8n from 'n8n-workflow';
import type {
	IAuthenticateGeneric,
	ICredentialsHelper,
	ICredentialType,
	IHttpRequestOptions,
	INode,
	Workflow,
} from 'n8n-workflow';

const require = createRequire(import.meta.url);
const n8n = require('n8n-workflow') as typeof N8n;

export interface ServerCredential {
	serverUrl: string;
	apiKey: string;
}

/** A credential store with one entry, which it applies to requests as n8n does: by the expressions of its type. */
export function oneCredential(
	credential: ServerCredential,
	type: ICredentialType,
): ICredentialsHelper {
	class OneCredential extends n8n.ICredentialsHelper {
		getParentTypes = () => [];
		isCredentialUsableByNode = () => true;
		getCredentialsProperties = () => type.properties;
		getDecrypted = async () => ({ ...credential });
		preAuthentication = async () => undefined;
		runPreAuthentication = async () => undefined;
		getCredentials = unavailable;
		updateCredentials = unavailable;
		updateCredentialsOauthTokenData = unavailable;

		async authenticate(
			data: object,
			_typeName: string,
			request: IHttpRequestOptions,
			workflow?: Workflow,
			node?: INode,
		): Promise<IHttpRequestOptions> {
			if (workflow === undefined || node === undefined) throw new Error('No node to authenticate.');
			const { properties } = type.authenticate as IAuthenticateGeneric;
			const headers = Object.entries(properties.headers ?? {}).map(([name, expression]) => [
				name,
				workflow.expression.getSimpleParameterValue(node, expression as string, 'internal', {
					$credentials: data,
				}),
			]);
			return { ...request, headers: { ...request.headers, ...Object.fromEntries(headers) } };
		}
	}
	return new OneCredential();
}

async function unavailable(): Promise<never> {
	throw new Error('There is no store of credentials around this engine.');
}
