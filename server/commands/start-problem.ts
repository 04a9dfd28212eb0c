/** What keeps a command from doing its work and only the operator can change; the message says how. */
export class StartProblem extends Error {}
