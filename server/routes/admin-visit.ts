import type { Request, Response } from 'express';

import type { AdminFrame } from '../pages/admin/layout.ts';
import { adminSignedOutPage } from '../pages/admin/signed-out.ts';
import type { LiveSession } from '../services/sessions.ts';
import type { Admin, Portal } from '../store/store.ts';
import { sendPage, withoutLogo, type PageParts } from './page-kit.ts';

/** Who looks, and at what. */
export interface Visit {
	portal: Portal;
	admin: Admin;
	/** For events: `admin:<id>`. */
	actor: string;
	live: LiveSession;
	frame: AdminFrame;
}

/** The signed-in admin; otherwise answers the page that says how to sign in, and null. */
export async function signedIn(
	{ services, cookies }: PageParts,
	request: Request,
	response: Response,
): Promise<Visit | null> {
	const { portal } = await services.portals.ensureDefault();
	const live = await services.sessions.read(portal, 'admin', cookies.read(request, 'admin'));
	const admin = live?.admin ?? null;
	if (live === null || admin === null) {
		sendPage(response, 401, adminSignedOutPage({ portal }), portal);
		return null;
	}
	const { transport } = services.mailer;
	return {
		portal,
		admin,
		actor: `admin:${admin.id}`,
		live,
		// Links and API keys are shown in the dashboard.
		frame: { portal: withoutLogo(portal), adminEmail: admin.email, transport },
	};
}
