import type { Request, Response } from 'express';

import type { AdminFrame } from '../pages/admin/layout.ts';
import { adminSignedOutPage } from '../pages/admin/signed-out.ts';
import type { Portal } from '../store/store.ts';
import { sendPage, withoutLogo, type PageParts } from './page-kit.ts';
import { presentAdmin, type PresentAdmin } from './present.ts';

/** Who looks, and at what. */
export interface Visit extends PresentAdmin {
	portal: Portal;
	/** For events: `admin:<id>`. */
	actor: string;
	frame: AdminFrame;
}

/** The signed-in admin; otherwise answers the page that says how to sign in, and null. */
export async function signedIn(
	parts: PageParts,
	request: Request,
	response: Response,
): Promise<Visit | null> {
	const { services } = parts;
	const { portal } = await services.portals.ensureDefault();
	const present = await presentAdmin(parts, request, portal);
	if (present === null) {
		sendPage(response, 401, adminSignedOutPage({ portal }), portal);
		return null;
	}
	const { transport } = services.mailer;
	const { admin } = present;
	return {
		...present,
		portal,
		actor: `admin:${admin.id}`,
		// Links and API keys are shown in the dashboard.
		frame: { portal: withoutLogo(portal), adminEmail: admin.email, transport },
	};
}
