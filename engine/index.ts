export { analyse } from './analyse.ts';
export { defineCatalogue } from './catalogue.ts';
export { compile, lint } from './compile.ts';
export { TemplateError } from './errors.ts';
export { guardsHold } from './guards.ts';
export {
	plan,
	type Plan,
	type PlannedRecipient,
	type PlanOptions,
	type PlanRecipient,
	type PlanTexts,
} from './plan.ts';
export { render } from './render.ts';
export { repair, type Repaired } from './repair.ts';
export type {
	Catalogue,
	CatalogueValue,
	CompiledText,
	CompileOptions,
	Finding,
	Guard,
	MintedValue,
	MintNeed,
	Need,
	Needs,
	Position,
	Rendered,
	RenderOptions,
	TextContext,
	UseContext,
	Values,
	ValueCost,
	ValueType,
} from './types.ts';
