import type { Opening } from '../services/openings.ts';
import type { PagePortal } from './brand.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import { clientDocument, initial, nameHtml, visitNotice } from './layout.ts';
import type { Locale, Words } from '../locale.ts';
import { maskEmail } from './mask.ts';
import { linkScript } from './scripts.ts';

export type LinkPurpose = 'login' | 'invitation' | 'admin';

/** Why the page is shown again. `no_cookie`: the form came back without the browser's cookie. */
export type LinkNotice = 'renewed' | 'no_cookie';

export interface LinkPageProps {
	portal: PagePortal;
	locale: Locale;
	purpose: LinkPurpose;
	/** Whose sign-in it is; the address is shown masked. */
	person: { firstName: string | null; email: string };
	/** The link's secret and the form token, both for `POST /l`, or `POST /admin/sign-in` where the purpose is `admin`. */
	token: string;
	formToken: string;
	/** What the opening tells, for the press: a scanner sends the form as it got it. */
	opening?: Opening;
	/** Whether a press is to be followed by the question for scanners, whatever it looks like. */
	asked?: boolean;
	/** The admin's language, where one is signed in in this browser: what follows is a visit of theirs (R12). */
	visitLocale?: Locale;
	notice?: LinkNotice;
}

const en = {
	signIn: (portal: HtmlValue): Html => html`Sign in to ${portal}`,
	adminSignIn: (portal: HtmlValue): Html => html`Sign in to the dashboard of ${portal}`,
	greeting: { login: 'Hello', invitation: 'Welcome', admin: 'Your dashboard' },
	lead: {
		login: 'One click and you are in.',
		invitation:
			'You have been invited. One click and you are in – there is no password to make up.',
		admin: 'One click and you are in. The link works only once.',
	},
	person: 'You sign in as',
	busy: 'Signing you in…',
	notYou: 'Not you? Close this page. Nothing has happened yet.',
	notice: {
		renewed: 'This page had to be renewed. Please press the button once more.',
		no_cookie:
			'Please press the button once more. If you then see this sentence again, your browser blocks cookies: allow them for this site, or open the link in another browser.',
	},
	visit:
		'You are signed in as an admin. Going on shows the portal as this person sees it for an hour, uses up the link, and counts as your visit. To try it as the client, open the link in a private window.',
	cookiesBlocked:
		'Your browser blocks cookies, and without one it cannot stay signed in. Allow cookies for this site, or open the link in another browser.',
};

const words: Words<typeof en> = {
	en,
	de: {
		signIn: (portal) => html`Bei ${portal} anmelden`,
		adminSignIn: (portal) => html`Beim Dashboard von ${portal} anmelden`,
		greeting: { login: 'Guten Tag', invitation: 'Willkommen', admin: 'Ihr Dashboard' },
		lead: {
			login: 'Ein Klick, und Sie sind angemeldet.',
			invitation:
				'Sie sind eingeladen. Ein Klick, und Sie sind angemeldet – ein Passwort brauchen Sie nicht.',
			admin: 'Ein Klick, und Sie sind angemeldet. Der Link funktioniert nur einmal.',
		},
		person: 'Sie melden sich an als',
		busy: 'Sie werden angemeldet …',
		notYou: 'Das sind nicht Sie? Dann schließen Sie diese Seite. Es ist noch nichts passiert.',
		notice: {
			renewed: 'Diese Seite musste erneuert werden. Bitte drücken Sie den Knopf noch einmal.',
			no_cookie:
				'Bitte drücken Sie den Knopf noch einmal. Wenn Sie diesen Satz danach wieder sehen, blockiert Ihr Browser Cookies: Erlauben Sie sie für diese Seite, oder öffnen Sie den Link in einem anderen Browser.',
		},
		visit:
			'Sie sind als Administrator angemeldet. Wenn Sie weitergehen, sehen Sie das Portal eine Stunde lang wie diese Person; der Link ist dann verbraucht, und es zählt als Ihr Besuch. Um ihn als Kunde auszuprobieren, öffnen Sie den Link in einem privaten Fenster.',
		cookiesBlocked:
			'Ihr Browser blockiert Cookies, und ohne sie können Sie nicht angemeldet bleiben. Erlauben Sie Cookies für diese Seite, oder öffnen Sie den Link in einem anderen Browser.',
	},
	es: {
		signIn: (portal) => html`Entrar en ${portal}`,
		adminSignIn: (portal) => html`Entrar en el panel de ${portal}`,
		greeting: { login: 'Hola', invitation: 'Le damos la bienvenida', admin: 'Su panel' },
		lead: {
			login: 'Un clic y ya está dentro.',
			invitation:
				'Ha recibido una invitación. Un clic y ya está dentro: no necesita inventar ninguna contraseña.',
			admin: 'Un clic y ya está dentro. El enlace funciona una sola vez.',
		},
		person: 'Va a entrar como',
		busy: 'Entrando…',
		notYou: '¿No es usted? Cierre esta página. Todavía no ha pasado nada.',
		notice: {
			renewed: 'Hemos tenido que renovar esta página. Pulse el botón otra vez, por favor.',
			no_cookie:
				'Pulse el botón otra vez, por favor. Si después vuelve a ver esta frase, su navegador bloquea las cookies: permítalas para este sitio o abra el enlace en otro navegador.',
		},
		visit:
			'Ha entrado como administrador. Si continúa, verá el portal durante una hora como lo ve esta persona; el enlace quedará usado y contará como visita suya. Para probarlo como cliente, abra el enlace en una ventana privada.',
		cookiesBlocked:
			'Su navegador bloquea las cookies y sin ellas no puede mantener abierta su cuenta. Permita las cookies para este sitio o abra el enlace en otro navegador.',
	},
	fr: {
		signIn: (portal) => html`Se connecter à ${portal}`,
		adminSignIn: (portal) => html`Se connecter au tableau de bord de ${portal}`,
		greeting: { login: 'Bonjour', invitation: 'Bienvenue', admin: 'Votre tableau de bord' },
		lead: {
			login: 'Un clic et vous y êtes.',
			invitation:
				'Vous avez reçu une invitation. Un clic et vous y êtes\u00a0: aucun mot de passe à inventer.',
			admin: 'Un clic et vous y êtes. Le lien ne fonctionne qu’une fois.',
		},
		person: 'Vous vous connectez en tant que',
		busy: 'Connexion en cours…',
		notYou: 'Ce n’est pas vous\u00a0? Fermez cette page. Rien ne s’est encore passé.',
		notice: {
			renewed:
				'Nous avons dû renouveler cette page. Veuillez appuyer encore une fois sur le bouton.',
			no_cookie:
				'Veuillez appuyer encore une fois sur le bouton. Si cette phrase réapparaît, votre navigateur bloque les cookies\u00a0: autorisez-les pour ce site ou ouvrez le lien dans un autre navigateur.',
		},
		visit:
			'Vous êtes connecté en tant qu’administrateur. Si vous continuez, vous verrez le portail comme cette personne pendant une heure\u00a0; le lien ne pourra plus servir, et cela compte comme votre visite. Pour l’essayer comme client, ouvrez le lien dans une fenêtre privée.',
		cookiesBlocked:
			'Votre navigateur bloque les cookies et, sans eux, la connexion ne peut pas durer. Autorisez les cookies pour ce site ou ouvrez le lien dans un autre navigateur.',
	},
	pt: {
		signIn: (portal) => html`Entrar em ${portal}`,
		adminSignIn: (portal) => html`Entrar no painel de ${portal}`,
		greeting: { login: 'Olá', invitation: 'Que bom ter você aqui', admin: 'Seu painel' },
		lead: {
			login: 'Um clique e você já entrou.',
			invitation:
				'Você recebeu um convite. Um clique e você já entrou: não é preciso inventar nenhuma senha.',
			admin: 'Um clique e você já entrou. O link funciona uma única vez.',
		},
		person: 'Você vai entrar como',
		busy: 'Entrando…',
		notYou: 'Não é você? Feche esta página. Ainda não aconteceu nada.',
		notice: {
			renewed: 'Esta página precisou ser renovada. Aperte o botão mais uma vez, por favor.',
			no_cookie:
				'Aperte o botão mais uma vez, por favor. Se depois disso você vir esta frase de novo, seu navegador bloqueia cookies: permita-os para este site ou abra o link em outro navegador.',
		},
		visit:
			'Você entrou como administrador. Se continuar, verá o portal por uma hora como esta pessoa o vê; o link fica usado, e isso conta como visita sua. Para experimentar como cliente, abra o link em uma janela anônima.',
		cookiesBlocked:
			'Seu navegador bloqueia cookies e, sem eles, não consegue manter sua conta aberta. Permita cookies para este site ou abra o link em outro navegador.',
	},
};

const nothing: Opening = { mailedAt: null, manyVisits: false };

/** The page that a sign-in link opens. Looking at it changes nothing; its one button signs in. */
export function linkPage(props: LinkPageProps): string {
	const {
		portal,
		locale,
		purpose,
		token,
		formToken,
		notice,
		opening,
		asked = false,
		visitLocale,
	} = props;
	const said = words[locale];
	const admin = purpose === 'admin';
	const content = html`${greeting(props)}
		${notice && html`<p class="notice" role="alert">${said.notice[notice]}</p>`}
		${visitLocale && visitNotice(words[visitLocale].visit, visitLocale)}
		<p class="notice" role="alert" id="cookies-blocked" hidden>${said.cookiesBlocked}</p>
		${personBox(props.person, locale)}
		<form method="post" action="${admin ? '/admin/sign-in' : '/l'}">
			<input type="hidden" name="token" value="${token}" />
			<input type="hidden" name="formToken" value="${formToken}" />
			<input type="hidden" name="pressed" value="" />
			${openingFields(opening)} ${asked && html`<input type="hidden" name="asked" value="1" />`}
			<button class="button" data-busy="${said.busy}">
				${signInLabel(purpose, portal, locale)}
			</button>
		</form>
		<p class="small soft">${said.notYou}</p>`;
	const title = admin ? said.adminSignIn(portal.name) : said.signIn(portal.name);
	return clientDocument({ locale, title, portal, content, script: linkScript });
}

function openingFields({ mailedAt, manyVisits }: Opening = nothing): HtmlValue {
	return [
		mailedAt !== null && html`<input type="hidden" name="mailedAt" value="${mailedAt}" />`,
		manyVisits && html`<input type="hidden" name="manyVisits" value="1" />`,
	];
}

export function signInLabel(purpose: LinkPurpose, portal: PagePortal, locale: Locale): Html {
	const { signIn, adminSignIn } = words[locale];
	return (purpose === 'admin' ? adminSignIn : signIn)(nameHtml(portal.name));
}

/** Name and masked address of the person who is about to sign in. */
export function personBox({ firstName, email }: LinkPageProps['person'], locale: Locale): Html {
	const name: HtmlValue = firstName && html`<b>${nameHtml(firstName)}</b>`;
	return html`<div class="person">
		<span class="face" aria-hidden="true">${initial(firstName || maskEmail(email))}</span>
		<div>
			<span class="small soft">${words[locale].person}</span>${name}<bdi dir="ltr"
				>${maskEmail(email)}</bdi
			>
		</div>
	</div>`;
}

export function greeting({
	purpose,
	person,
	locale,
}: Pick<LinkPageProps, 'purpose' | 'person' | 'locale'>): Html {
	const said = words[locale];
	const name = person.firstName && html`, ${nameHtml(person.firstName)}`;
	return html`<h1>${said.greeting[purpose]}${name}</h1>
		<p class="soft">${said.lead[purpose]}</p>`;
}
