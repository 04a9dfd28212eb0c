import type { Words } from '../../../locale.ts';

const en = () => ({
	subject: 'Your sign-in link for << portal.name >>',
	preview: 'One click and you are in, no password needed. The link works once.',
	headline: 'Your sign-in link',
	press: 'press the button to sign in to << portal.name >>, no password needed.',
	button: 'Sign in',
	open: 'open this link to sign in to << portal.name >>, no password needed:',
	reason:
		'You get this e-mail because a sign-in link for << portal.name >> was sent to << contact.email >>.',
	ignore: 'If you did not expect it, ignore it: nobody can sign in without the link or the code.',
});

export const loginWords: Words<typeof en> = {
	en,
	de: () => ({
		subject: 'Ihr Anmeldelink für << portal.name >>',
		preview:
			'Ein Klick, und Sie sind angemeldet, ganz ohne Passwort. Der Link funktioniert nur einmal.',
		headline: 'Ihr Anmeldelink',
		press:
			'drücken Sie den Knopf, um sich bei << portal.name >> anzumelden – ein Passwort brauchen Sie nicht.',
		button: 'Anmelden',
		open: 'öffnen Sie diesen Link, um sich bei << portal.name >> anzumelden – ein Passwort brauchen Sie nicht:',
		reason:
			'Sie erhalten diese E-Mail, weil ein Anmeldelink für << portal.name >> an << contact.email >> geschickt wurde.',
		ignore:
			'Falls Sie sie nicht erwartet haben, tun Sie einfach nichts: Ohne den Link oder den Code kann sich niemand anmelden.',
	}),
	es: () => ({
		subject: 'Su enlace para entrar en << portal.name >>',
		preview: 'Un clic y ya está dentro, sin contraseña. El enlace funciona una sola vez.',
		headline: 'Su enlace para entrar',
		press: 'Pulse el botón para entrar en << portal.name >>: no necesita ninguna contraseña.',
		button: 'Entrar',
		open: 'Abra este enlace para entrar en << portal.name >>, sin contraseña:',
		reason:
			'Recibe este correo porque se ha enviado a << contact.email >> un enlace para entrar en << portal.name >>.',
		ignore: 'Si no lo esperaba, no haga nada: nadie puede entrar sin el enlace o el código.',
	}),
	fr: () => ({
		subject: 'Votre lien de connexion à << portal.name >>',
		preview: 'Un clic et vous y êtes, sans mot de passe. Le lien ne fonctionne qu’une fois.',
		headline: 'Votre lien de connexion',
		press:
			'Appuyez sur le bouton pour vous connecter à << portal.name >>\u00a0: aucun mot de passe n’est nécessaire.',
		button: 'Se connecter',
		open: 'Ouvrez ce lien pour vous connecter à << portal.name >>, sans mot de passe\u00a0:',
		reason:
			'Vous recevez cet e-mail parce qu’un lien de connexion à << portal.name >> a été envoyé à << contact.email >>.',
		ignore:
			'Si vous ne l’attendiez pas, ignorez-le\u00a0: personne ne peut se connecter sans le lien ou le code.',
	}),
	pt: () => ({
		subject: 'Seu link para entrar em << portal.name >>',
		preview: 'Um clique e você já entrou, sem senha. O link funciona uma única vez.',
		headline: 'Seu link para entrar',
		press: 'Aperte o botão para entrar em << portal.name >>: não é preciso ter senha.',
		button: 'Entrar',
		open: 'Abra este link para entrar em << portal.name >>, sem senha:',
		reason:
			'Você recebeu este e-mail porque um link para entrar em << portal.name >> foi enviado para << contact.email >>.',
		ignore: 'Se você não o esperava, ignore-o: ninguém consegue entrar sem o link ou o código.',
	}),
};
