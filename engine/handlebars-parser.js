// The parser alone: it is all of Handlebars that is used, and it generates no code. The package has no types for this file.
export { parseWithoutProcessing } from 'handlebars/dist/cjs/handlebars/compiler/base.js';
