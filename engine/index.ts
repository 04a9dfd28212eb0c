export { analyse, guardsHold } from './analyse.ts';
export { defineCatalogue } from './catalogue.ts';
export { compile, lint } from './compile.ts';
export { TemplateError } from './errors.ts';
export { render } from './render.ts';
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
	Rendered,
	RenderOptions,
	TextContext,
	UseContext,
	Values,
	ValueCost,
	ValueType,
} from './types.ts';
