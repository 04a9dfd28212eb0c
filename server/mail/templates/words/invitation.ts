import type { Words } from '../../../locale.ts';

const en = () => ({
	subject: '<< portal.name >> invites you to its client portal',
	preview: 'Your access is ready. One click and you are in, no password needed.',
	headline: 'You are invited',
	lead: '<< portal.name >> has set up a client portal for you.',
	press: 'Press the button to open it, no password needed.',
	button: 'Accept the invitation',
	open: 'Open this link to get in, no password needed:',
	reason:
		'You get this e-mail because << portal.name >> invited << contact.email >> to its client portal.',
	ignore: 'If you did not expect it, ignore it: nothing happens unless the link is opened.',
});

export const invitationWords: Words<typeof en> = {
	en,
	de: () => ({
		subject: '<< portal.name >> lädt Sie in das Kundenportal ein',
		preview: 'Ihr Zugang ist bereit. Ein Klick, und Sie sind angemeldet, ganz ohne Passwort.',
		headline: 'Sie sind eingeladen',
		lead: '<< portal.name >> hat ein Kundenportal für Sie eingerichtet.',
		press: 'Drücken Sie den Knopf, um es zu öffnen – ein Passwort brauchen Sie nicht.',
		button: 'Einladung annehmen',
		open: 'Öffnen Sie diesen Link, um hineinzukommen – ein Passwort brauchen Sie nicht:',
		reason:
			'Sie erhalten diese E-Mail, weil << portal.name >> die Adresse << contact.email >> in das Kundenportal eingeladen hat.',
		ignore:
			'Falls Sie sie nicht erwartet haben, tun Sie einfach nichts: Solange niemand den Link öffnet, passiert nichts.',
	}),
	es: () => ({
		subject: '<< portal.name >> le invita a su portal de clientes',
		preview: 'Su acceso está listo. Un clic y ya está dentro, sin contraseña.',
		headline: 'Ha recibido una invitación',
		lead: '<< portal.name >> ha preparado un portal de clientes para usted.',
		press: 'Pulse el botón para abrirlo: no necesita ninguna contraseña.',
		button: 'Aceptar la invitación',
		open: 'Abra este enlace para entrar, sin contraseña:',
		reason:
			'Recibe este correo porque << portal.name >> ha invitado a << contact.email >> a su portal de clientes.',
		ignore: 'Si no lo esperaba, no haga nada: no pasa nada mientras nadie abra el enlace.',
	}),
	fr: () => ({
		subject: '<< portal.name >> vous invite dans son espace client',
		preview: 'Votre accès est prêt. Un clic et vous y êtes, sans mot de passe.',
		headline: 'Vous avez reçu une invitation',
		lead: '<< portal.name >> a préparé un espace client pour vous.',
		press: 'Appuyez sur le bouton pour l’ouvrir\u00a0: aucun mot de passe n’est nécessaire.',
		button: 'Accepter l’invitation',
		open: 'Ouvrez ce lien pour y entrer, sans mot de passe\u00a0:',
		reason:
			'Vous recevez cet e-mail parce que << portal.name >> a invité << contact.email >> dans son espace client.',
		ignore:
			'Si vous ne l’attendiez pas, ignorez-le\u00a0: rien ne se passe tant que personne n’ouvre le lien.',
	}),
	pt: () => ({
		subject: '<< portal.name >> convida você para o portal de clientes',
		preview: 'Seu acesso está pronto. Um clique e você já entrou, sem senha.',
		headline: 'Você recebeu um convite',
		lead: '<< portal.name >> preparou um portal de clientes para você.',
		press: 'Aperte o botão para abri-lo: não é preciso ter senha.',
		button: 'Aceitar o convite',
		open: 'Abra este link para entrar, sem senha:',
		reason:
			'Você recebeu este e-mail porque << portal.name >> convidou << contact.email >> para o portal de clientes.',
		ignore: 'Se você não o esperava, ignore-o: nada acontece enquanto ninguém abrir o link.',
	}),
};
