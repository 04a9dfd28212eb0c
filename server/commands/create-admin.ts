import type { Config } from '../config.ts';
import type { Output } from './output.ts';
import { withServices } from './with-services.ts';

/** A one-time link for this admin, who is made when new. */
export async function createAdmin(config: Config, email: string): Promise<Output> {
	return withServices(config, async ({ admins }) => {
		const { admin, url, expiresAt } = await admins.createLink(email);
		const until = new Date(expiresAt).toISOString();
		return {
			json: { id: admin.id, email: admin.email, url, expiresAt: until },
			text: `${admin.email} signs in once, until ${until}, with:\n${url}`,
		};
	});
}
