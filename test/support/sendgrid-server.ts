import { startSendGridStub, type SendGridStub } from './sendgrid-stub.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';

/** A server whose e-mails go to SendGrid, or what stands for it here. */
export interface SendGridServer {
	server: TestServer;
	stub: SendGridStub;
	stop(): Promise<void>;
}

export async function startSendGridServer(
	options: Pick<TestServerOptions, 'database'> = {},
): Promise<SendGridServer> {
	const stub = await startSendGridStub();
	const server = await startServer({
		...options,
		env: {
			MAIL_TRANSPORT: 'sendgrid',
			SENDGRID_API_KEY: stub.apiKey,
			SENDGRID_API_URL: stub.url,
			MAIL_FROM: 'portal@example.com',
		},
	});
	return {
		...{ server, stub },
		async stop() {
			await server.stop();
			await stub.close();
		},
	};
}
