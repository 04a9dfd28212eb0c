import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';

export class ClientPortalApi implements ICredentialType {
	name = 'clientPortalApi';

	displayName = 'Client Portal API';

	icon: Icon = {
		light: 'file:../nodes/ClientPortal/clientPortal.svg',
		dark: 'file:../nodes/ClientPortal/clientPortal.dark.svg',
	};

	documentationUrl = 'https://github.com/client-portal/client-portal#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Server URL',
			name: 'serverUrl',
			type: 'string',
			default: 'http://localhost:3000',
			placeholder: 'https://portal.example.com',
			required: true,
			description:
				'Where the Client Portal server answers. From n8n in Docker, a server on the same machine is http://host.docker.internal:3000; start it with HOST=0.0.0.0.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'cp_…',
			required: true,
			description:
				'Shown once when the server starts for the first time. Make another with: npm run cli -- create-api-key.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey.trim()}}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.serverUrl.trim().replace(/\\/+$/, "")}}',
			url: '/v1/me',
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'The server does not know this API key. Copy it again, or make a new one with: npm run cli -- create-api-key',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						'There is no Client Portal server at this URL. Check the server URL and its port.',
				},
			},
		],
	};
}
